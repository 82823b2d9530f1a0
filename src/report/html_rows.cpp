#include "report/html_rows.h"

#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "analysis/summary.h"
#include "domain/json_text.h"

namespace sosia::report {
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

// Bins grow by about 10 %, so percentiles read from them are off by at most that.
std::int64_t latency_bin(std::int64_t ms) {
    constexpr double growth = 1.1;
    std::int64_t edge = 1;
    while (edge < ms) {
        edge = std::max(edge + 1, static_cast<std::int64_t>(std::ceil(static_cast<double>(edge) * growth)));
    }
    return edge;
}

// The kinds of faults that the world put in the agent's way, each once: "slow, timeout"; "" none.
std::string faults_met(const Conversation& c) {
    std::set<std::string_view> kinds;
    for (const Turn& turn : c.turns) {
        for (const ToolCall& tool : turn.tools) {
            if (!tool.fault.empty()) {
                kinds.insert(tool.fault);
            }
        }
    }
    std::string out;
    for (const std::string_view kind : kinds) {
        out += (out.empty() ? "" : ", ") + std::string(kind);
    }
    return out;
}

void append(std::string& out, const std::string& text) {
    append_json_string(out, text);
}

void append(std::string& out, std::int64_t number) {
    std::array<char, 24> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), end);
}

template <class List>
void append_list(std::string& out, const List& list);

void append(std::string& out, const std::vector<std::int32_t>& numbers) {
    append_list(out, numbers);
}

void append(std::string& out, const std::pair<const std::int64_t, std::uint64_t>& bin) {
    out += '[';
    append(out, bin.first);
    out += ',';
    append(out, static_cast<std::int64_t>(bin.second));
    out += ']';
}

template <class List>
void append_list(std::string& out, const List& list) {
    out += '[';
    bool is_first = true;
    for (const auto& item : list) {
        if (!std::exchange(is_first, false)) {
            out += ',';
        }
        append(out, item);
    }
    out += ']';
}

}  // namespace

std::int32_t Names::number(std::string_view text) {
    const auto [at, is_new] = numbers_.try_emplace(std::string(text), static_cast<std::int32_t>(list_.size()));
    if (is_new) {
        list_.emplace_back(text);
    }
    return at->second;
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
    column("met").push_back(met_.number(faults_met(c)));
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
    column("cost_user").push_back(millionths(c.user_model.cost_usd));
    column("cost_judge").push_back(millionths(c.judge_model.cost_usd));
    column("block").push_back(-1);
    column("line").push_back(-1);
    for (const Turn& turn : c.turns) {
        if (turn.role == Role::agent) {
            ++latency_[latency_bin(turn.latency_ms)];
        }
    }
    add_cause(c);
    add_opinions(c);
}

void HtmlRows::add_opinions(const Conversation& c) {
    const auto row = static_cast<std::int32_t>(ids_.size() - 1);
    for (const Opinion& o : c.opinions) {
        opinions_.push_back({row, criteria_.number(o.criterion), o.level, o.unsure ? 1 : 0, o.turn});
    }
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

void HtmlRows::put_back(Places places) {
    column("block") = std::move(places.block);
    column("line") = std::move(places.line);
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

std::string HtmlRows::text() const {
    constexpr std::size_t bytes_a_row = 100;
    std::string out;
    out.reserve(ids_.size() * bytes_a_row);
    out += "\"rows\":{\"n\":" + std::to_string(ids_.size()) + ",\"id\":";
    append_list(out, ids_);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        out += ",\"" + std::string(column_names[i]) + "\":";
        append_list(out, columns_[i]);
    }
    out += "},\"failed_checks\":";
    append_list(out, failed_checks_);
    out += ",\"opinions\":";
    append_list(out, opinions_);
    out += ",\"names\":{";
    const std::pair<const char*, const Names*> names[] = {
        {"persona", &personas_},  {"scenario", &scenarios_}, {"edge_case", &edge_cases_}, {"adversary", &adversaries_},
        {"ended", &endings_},     {"fault", &faults_},       {"check", &checks_},         {"met", &met_},
        {"criterion", &criteria_}};
    for (const auto& [name, list] : names) {
        out += (out.back() == '{' ? "\"" : ",\"") + std::string(name) + "\":";
        append_list(out, list->list());
    }
    out += "},\"texts\":";
    append_list(out, texts_.list());
    out += ",\"latency\":";
    append_list(out, latency_);
    return out;
}

}  // namespace sosia::report
