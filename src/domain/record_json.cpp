#include "domain/record_json.h"

#include <boost/json/array.hpp>
#include <boost/json/value_to.hpp>
#include <stdexcept>
#include <string>

#include "base/hash.h"

namespace sosia {
namespace json = boost::json;
namespace {

json::array strings(const std::vector<std::string>& values) {
    json::array out;
    out.reserve(values.size());
    for (const std::string& value : values) {
        out.emplace_back(value);
    }
    return out;
}

json::object tool_json(const ToolCall& tool) {
    json::object out{{"name", tool.name}};
    if (tool.arguments) {
        out["arguments"] = *tool.arguments;
    }
    if (tool.result) {
        out["result"] = *tool.result;
    }
    return out;
}

json::object mind_json(const UserMind& mind) {
    json::object out{{"move", mind.move}, {"why", mind.why}};
    const auto list = [&out](const char* key, const std::vector<std::string>& values) {
        if (!values.empty()) {
            out[key] = strings(values);
        }
    };
    const auto word = [&out](const char* key, const std::string& value) {
        if (!value.empty()) {
            out[key] = value;
        }
    };
    list("disclosed", mind.disclosed);
    list("wrong", mind.wrong);
    list("corrected", mind.corrected);
    list("withheld", mind.withheld);
    word("tactic", mind.tactic);
    word("expect", mind.expect);
    list("watch", mind.watch);
    word("asks", mind.asks);
    out["emotion"] = mind.emotion;
    return out;
}

json::object score_json(const Score& score) {
    return {{"criterion", score.criterion}, {"value", score.value}, {"weight", score.weight},
            {"reason", score.reason},       {"turn", score.turn},   {"author", score.author}};
}

json::array scores_json(const std::vector<Score>& scores) {
    json::array out;
    out.reserve(scores.size());
    for (const Score& score : scores) {
        out.emplace_back(score_json(score));
    }
    return out;
}

json::object check_json(const CheckResult& check) {
    json::object out{{"name", check.name}, {"passed", check.passed}, {"turn", check.turn}, {"detail", check.detail}};
    if (!check.quote.empty()) {
        out["quote"] = check.quote;
    }
    if (!check.category.empty()) {
        out["category"] = check.category;
    }
    if (!check.gates) {
        out["gates"] = false;
    }
    return out;
}

json::object metrics_json(const Metrics& m) {
    json::object out{{"user_turns", m.user_turns},           {"agent_turns", m.agent_turns},
                     {"duration_ms", m.duration_ms},         {"latency_max_ms", m.latency_max_ms},
                     {"latency_mean_ms", m.latency_mean_ms}, {"emotion_start", m.emotion_start},
                     {"emotion_peak", m.emotion_peak},       {"emotion_end", m.emotion_end},
                     {"handed_over_at", m.handed_over_at},   {"human_demanded_at", m.human_demanded_at},
                     {"tool_calls", m.tool_calls},           {"retries", m.retries}};
    if (m.cost_usd) {
        out["cost_usd"] = *m.cost_usd;
    }
    if (m.score) {
        out["score"] = *m.score;
    }
    return out;
}

// Reading: absent keys keep their defaults, wrong types are an error (thrown inside, an Error outside).
void read(const json::object& o, const char* key, std::string& into) {
    if (const json::value* v = o.if_contains(key)) {
        into = std::string(v->as_string());
    }
}
template <class Number>
    requires std::is_arithmetic_v<Number>
void read(const json::object& o, const char* key, Number& into) {
    if (const json::value* v = o.if_contains(key)) {
        if constexpr (std::is_same_v<Number, bool>) {
            into = v->as_bool();
        } else {
            into = v->to_number<Number>();
        }
    }
}
void read(const json::object& o, const char* key, std::vector<std::string>& into) {
    if (const json::value* v = o.if_contains(key)) {
        for (const json::value& item : v->as_array()) {
            into.emplace_back(item.as_string());
        }
    }
}

ToolCall read_tool(const json::object& o) {
    ToolCall tool;
    read(o, "name", tool.name);
    if (const json::value* v = o.if_contains("arguments")) {
        tool.arguments = *v;
    }
    if (const json::value* v = o.if_contains("result")) {
        tool.result = *v;
    }
    return tool;
}

UserMind read_mind(const json::object& o) {
    UserMind mind;
    read(o, "move", mind.move);
    read(o, "why", mind.why);
    read(o, "disclosed", mind.disclosed);
    read(o, "wrong", mind.wrong);
    read(o, "corrected", mind.corrected);
    read(o, "withheld", mind.withheld);
    read(o, "tactic", mind.tactic);
    read(o, "expect", mind.expect);
    read(o, "watch", mind.watch);
    read(o, "asks", mind.asks);
    read(o, "emotion", mind.emotion);
    return mind;
}

Turn read_turn(const json::object& o) {
    Turn turn;
    read(o, "n", turn.n);
    turn.role = o.at("role").as_string() == "agent" ? Role::agent : Role::user;
    read(o, "text", turn.text);
    read(o, "at_ms", turn.at_ms);
    read(o, "latency_ms", turn.latency_ms);
    read(o, "acts", turn.acts);
    read(o, "ended", turn.ended);
    if (const json::value* v = o.if_contains("tools")) {
        for (const json::value& tool : v->as_array()) {
            turn.tools.push_back(read_tool(tool.as_object()));
        }
    }
    if (const json::value* v = o.if_contains("mind")) {
        turn.mind = read_mind(v->as_object());
    }
    if (const json::value* v = o.if_contains("metadata")) {
        turn.metadata = v->as_object();
    }
    return turn;
}

Score read_score(const json::object& o) {
    Score score;
    read(o, "criterion", score.criterion);
    read(o, "value", score.value);
    read(o, "weight", score.weight);
    read(o, "reason", score.reason);
    read(o, "turn", score.turn);
    read(o, "author", score.author);
    return score;
}

CheckResult read_check(const json::object& o) {
    CheckResult check;
    read(o, "name", check.name);
    read(o, "passed", check.passed);
    read(o, "turn", check.turn);
    read(o, "detail", check.detail);
    read(o, "quote", check.quote);
    read(o, "category", check.category);
    read(o, "gates", check.gates);
    return check;
}

Metrics read_metrics(const json::object& o) {
    Metrics m;
    read(o, "user_turns", m.user_turns);
    read(o, "agent_turns", m.agent_turns);
    read(o, "duration_ms", m.duration_ms);
    read(o, "latency_max_ms", m.latency_max_ms);
    read(o, "latency_mean_ms", m.latency_mean_ms);
    read(o, "emotion_start", m.emotion_start);
    read(o, "emotion_peak", m.emotion_peak);
    read(o, "emotion_end", m.emotion_end);
    read(o, "handed_over_at", m.handed_over_at);
    read(o, "human_demanded_at", m.human_demanded_at);
    read(o, "tool_calls", m.tool_calls);
    read(o, "retries", m.retries);
    if (const json::value* v = o.if_contains("cost_usd")) {
        m.cost_usd = v->to_number<double>();
    }
    if (const json::value* v = o.if_contains("score")) {
        m.score = v->to_number<double>();
    }
    return m;
}

template <class T>
T named(const json::object& o, const char* key, std::optional<T> (*parse)(std::string_view)) {
    const json::string& text = o.at(key).as_string();
    const std::optional<T> value = parse(std::string_view(text.data(), text.size()));
    if (!value) {
        throw std::invalid_argument(std::string("unknown ") + key + " \"" + std::string(text) + "\"");
    }
    return *value;
}

Conversation read_conversation(const json::object& o) {
    Conversation c;
    read(o, "id", c.id);
    const json::object& cell = o.at("cell").as_object();
    read(cell, "persona", c.cell.persona);
    read(cell, "scenario", c.cell.scenario);
    read(cell, "edge_case", c.cell.edge_case);
    read(cell, "adversary", c.cell.adversary);
    read(cell, "repetition", c.cell.repetition);
    c.seed = std::stoull(std::string(o.at("seed").as_string()), nullptr, 16);
    c.outcome = named(o, "outcome", parse_outcome);
    c.fault = named(o, "fault", parse_fault);
    c.ended = named(o, "ended", parse_ending);
    read(o, "error", c.error);
    read(o, "resolved", c.resolved);
    for (const json::value& turn : o.at("turns").as_array()) {
        c.turns.push_back(read_turn(turn.as_object()));
    }
    for (const json::value& check : o.at("checks").as_array()) {
        c.checks.push_back(read_check(check.as_object()));
    }
    for (const json::value& score : o.at("scores").as_array()) {
        c.scores.push_back(read_score(score.as_object()));
    }
    if (const json::value* v = o.if_contains("turn_scores")) {
        for (const json::value& entry : v->as_array()) {
            auto& [turn, scores] = c.turn_scores.emplace_back();
            read(entry.as_object(), "turn", turn);
            for (const json::value& score : entry.at("scores").as_array()) {
                scores.push_back(read_score(score.as_object()));
            }
        }
    }
    c.metrics = read_metrics(o.at("metrics").as_object());
    return c;
}

template <class F>
auto guarded(const char* what, F read_it) -> Result<decltype(read_it())> {
    try {
        return read_it();
    } catch (const std::exception& e) {
        return fail(ErrorKind::malformed, std::string("not a ") + what + " record: " + e.what());
    }
}

}  // namespace

json::object to_json(const Cell& cell) {
    return {{"persona", cell.persona},
            {"scenario", cell.scenario},
            {"edge_case", cell.edge_case},
            {"adversary", cell.adversary},
            {"repetition", cell.repetition}};
}

json::object to_json(const Turn& turn) {
    json::object out{{"n", turn.n}, {"role", to_string(turn.role)}, {"text", turn.text}, {"at_ms", turn.at_ms}};
    json::array tools;
    for (const ToolCall& tool : turn.tools) {
        tools.emplace_back(tool_json(tool));
    }
    out["tools"] = std::move(tools);
    out["acts"] = strings(turn.acts);
    if (turn.role == Role::user) {
        out["mind"] = mind_json(turn.mind);
        return out;
    }
    out["latency_ms"] = turn.latency_ms;
    if (turn.ended) {
        out["ended"] = true;
    }
    if (!turn.metadata.empty()) {
        out["metadata"] = turn.metadata;
    }
    return out;
}

json::object to_json(const Conversation& c) {
    json::array turns;
    turns.reserve(c.turns.size());
    for (const Turn& turn : c.turns) {
        turns.emplace_back(to_json(turn));
    }
    json::array checks;
    checks.reserve(c.checks.size());
    for (const CheckResult& check : c.checks) {
        checks.emplace_back(check_json(check));
    }
    json::array turn_scores;
    for (const auto& [turn, scores] : c.turn_scores) {
        turn_scores.emplace_back(json::object{{"turn", turn}, {"scores", scores_json(scores)}});
    }
    json::object out{{"id", c.id},
                     {"cell", to_json(c.cell)},
                     {"seed", hex(c.seed)},
                     {"outcome", to_string(c.outcome)},
                     {"fault", to_string(c.fault)},
                     {"ended", to_string(c.ended)}};
    if (!c.error.empty()) {
        out["error"] = c.error;
    }
    out["resolved"] = c.resolved;
    out["turns"] = std::move(turns);
    out["checks"] = std::move(checks);
    out["scores"] = scores_json(c.scores);
    if (!turn_scores.empty()) {
        out["turn_scores"] = std::move(turn_scores);
    }
    out["metrics"] = metrics_json(c.metrics);
    return out;
}

Result<Conversation> conversation_from_json(const json::value& value) {
    return guarded("conversation", [&] { return read_conversation(value.as_object()); });
}

Result<Turn> turn_from_json(const json::value& value) {
    return guarded("turn", [&] { return read_turn(value.as_object()); });
}

}  // namespace sosia
