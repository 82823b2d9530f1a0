#include "report/html_rows.h"

#include <boost/json/array.hpp>
#include <cmath>

#include "analysis/summary.h"

namespace sosia::report {
namespace json = boost::json;
namespace {

constexpr std::size_t longest_text = 240;  // bytes of a quote or detail in lists; the transcript has it whole

std::string_view shortened(std::string_view text) {
    if (text.size() <= longest_text) {
        return text;
    }
    std::size_t end = longest_text;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;  // not within a character
    }
    return text.substr(0, end);
}

std::int32_t rounded(double value) {
    return static_cast<std::int32_t>(std::llround(value));
}

std::int32_t clipped(std::int64_t value) {
    return static_cast<std::int32_t>(std::min<std::int64_t>(value, INT32_MAX));
}

// Millionths of a dollar; -1 where nobody knows.
std::int32_t millionths(const std::optional<double>& usd) {
    constexpr double parts = 1e6;
    return usd ? rounded(*usd * parts) : -1;
}

// What the models that word the user and judge took, in records that say so.
template <class Record>
std::optional<double> cost_of_user(const Record& c) {
    if constexpr (requires { c.user_model.cost_usd; }) {
        return c.user_model.cost_usd;
    }
    return std::nullopt;
}

template <class Record>
std::optional<double> cost_of_judge(const Record& c) {
    if constexpr (requires { c.judge_model.cost_usd; }) {
        return c.judge_model.cost_usd;
    }
    return std::nullopt;
}

// Bins grow by about 10 %, so percentiles read from them are off by at most that.
std::int64_t latency_bin(std::int64_t ms) {
    constexpr double growth = 1.1;
    std::int64_t edge = 1;
    while (edge < ms) {
        edge = std::max(edge + 1, static_cast<std::int64_t>(std::ceil(static_cast<double>(edge) * growth)));
    }
    return edge;
}

template <class T>
json::array array_of(const std::vector<T>& values) {
    json::array out;
    out.reserve(values.size());
    for (const T& value : values) {
        out.emplace_back(value);
    }
    return out;
}

}  // namespace

std::int32_t Names::number(std::string_view text) {
    const auto [at, is_new] = numbers_.try_emplace(std::string(text), static_cast<std::int32_t>(list_.size()));
    if (is_new) {
        list_.emplace_back(text);
    }
    return at->second;
}

// Every column is there, also when no conversation is.
HtmlRows::HtmlRows() {
    for (const char* name : {"persona",
                             "scenario",
                             "edge_case",
                             "adversary",
                             "repetition",
                             "outcome",
                             "fault",
                             "ended",
                             "resolved",
                             "user_turns",
                             "agent_turns",
                             "duration_ms",
                             "latency_mean_ms",
                             "latency_max_ms",
                             "emotion_peak",
                             "emotion_end",
                             "human_demanded_at",
                             "handed_over_at",
                             "tool_calls",
                             "score",
                             "cost",
                             "cost_user",
                             "cost_judge",
                             "cause",
                             "cause_turn",
                             "detail",
                             "quote",
                             "block",
                             "line"}) {
        columns_[name];
    }
}

void HtmlRows::add(const Conversation& c, std::uint64_t record_bytes) {
    constexpr double tenths = 10;
    constexpr double hundredths = 100;
    const Metrics& m = c.metrics;
    ids_.push_back(c.id);
    bytes_.push_back(static_cast<std::uint32_t>(std::min<std::uint64_t>(record_bytes, UINT32_MAX)));
    column("persona").push_back(personas_.number(c.cell.persona));
    column("scenario").push_back(scenarios_.number(c.cell.scenario));
    column("edge_case").push_back(edge_cases_.number(c.cell.edge_case));
    column("adversary").push_back(adversaries_.number(c.cell.adversary));
    column("repetition").push_back(c.cell.repetition);
    column("outcome").push_back(static_cast<std::int32_t>(c.outcome));
    column("fault").push_back(faults_.number(to_string(c.fault)));
    column("ended").push_back(endings_.number(to_string(c.ended)));
    column("resolved").push_back(c.resolved ? 1 : 0);
    column("user_turns").push_back(m.user_turns);
    column("agent_turns").push_back(m.agent_turns);
    column("duration_ms").push_back(clipped(m.duration_ms));
    column("latency_mean_ms").push_back(rounded(m.latency_mean_ms));
    column("latency_max_ms").push_back(clipped(m.latency_max_ms));
    column("emotion_peak").push_back(rounded(m.emotion_peak * tenths));
    column("emotion_end").push_back(rounded(m.emotion_end * tenths));
    column("human_demanded_at").push_back(m.human_demanded_at);
    column("handed_over_at").push_back(m.handed_over_at);
    column("tool_calls").push_back(m.tool_calls);
    column("score").push_back(m.score ? rounded(*m.score * hundredths) : -1);
    column("cost").push_back(millionths(m.cost_usd));
    column("cost_user").push_back(millionths(cost_of_user(c)));
    column("cost_judge").push_back(millionths(cost_of_judge(c)));
    column("block").push_back(-1);
    column("line").push_back(-1);
    for (const Turn& turn : c.turns) {
        if (turn.role == Role::agent) {
            ++latency_[latency_bin(turn.latency_ms)];
        }
    }
    add_cause(c);
}

void HtmlRows::add_cause(const Conversation& c) {
    std::vector<std::int32_t> failed{static_cast<std::int32_t>(ids_.size() - 1)};
    for (const CheckResult& check : c.checks) {
        if (!check.passed && check.gates) {
            failed.push_back(checks_.number(check.name));
        }
    }
    if (failed.size() > 1) {
        failed_checks_.push_back(std::move(failed));
    }
    const CheckResult* cause = c.outcome == Outcome::failed ? analysis::root_cause(c) : nullptr;
    const std::string_view detail = cause != nullptr ? std::string_view(cause->detail) : std::string_view(c.error);
    column("cause").push_back(cause == nullptr ? -1 : checks_.number(cause->name));
    column("cause_turn").push_back(cause == nullptr ? 0 : cause->turn);
    column("detail").push_back(detail.empty() ? -1 : texts_.number(shortened(detail)));
    column("quote").push_back(cause == nullptr || cause->quote.empty() ? -1 : texts_.number(shortened(cause->quote)));
}

void HtmlRows::place(std::size_t row, std::int32_t block, std::int32_t line) {
    column("block")[row] = block;
    column("line")[row] = line;
}

Outcome HtmlRows::outcome(std::size_t row) const {
    return static_cast<Outcome>(at("outcome", row));
}

std::uint64_t HtmlRows::group(std::size_t row) const {
    const bool passed = outcome(row) == Outcome::passed;
    const auto high = static_cast<std::uint32_t>(passed ? at("persona", row) : at("cause", row));
    const auto low = static_cast<std::uint32_t>(passed ? at("scenario", row) : at("ended", row));
    return (static_cast<std::uint64_t>(high) << 32U) | low;
}

void HtmlRows::write(json::object& into) const {
    json::object rows{{"n", ids_.size()}, {"id", array_of(ids_)}};
    for (const auto& [name, values] : columns_) {
        rows[name] = array_of(values);
    }
    json::array failed;
    for (const std::vector<std::int32_t>& entry : failed_checks_) {
        failed.emplace_back(array_of(entry));
    }
    json::array latency;
    for (const auto& [edge, count] : latency_) {
        latency.emplace_back(json::array{edge, count});
    }
    into["names"] =
        json::object{{"persona", array_of(personas_.list())},     {"scenario", array_of(scenarios_.list())},
                     {"edge_case", array_of(edge_cases_.list())}, {"adversary", array_of(adversaries_.list())},
                     {"ended", array_of(endings_.list())},        {"fault", array_of(faults_.list())},
                     {"check", array_of(checks_.list())}};
    into["rows"] = std::move(rows);
    into["failed_checks"] = std::move(failed);
    into["texts"] = array_of(texts_.list());
    into["latency"] = std::move(latency);
}

}  // namespace sosia::report
