#include "domain/record_json.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <stdexcept>
#include <string>

#include "base/hash.h"
#include "domain/json_text.h"
#include "domain/record_fields.h"

namespace sosia {
namespace json = boost::json;
namespace {

void append_strings(JsonObject& to, std::string_view name, const std::vector<std::string>& values) {
    to.add_list(name, values, append_json_string);
}

void append_tool(std::string& out, const ToolCall& tool) {
    JsonObject o(out);
    o.add("name", tool.name);
    if (tool.arguments) {
        o.add("arguments", *tool.arguments);
    }
    if (tool.result) {
        o.add("result", *tool.result);
    }
    if (tool.served) {
        o.add("served", true);
        o.add("wrote", tool.wrote);
    }
    if (!tool.error.empty()) {
        o.add("error", tool.error);
    }
    if (!tool.fault.empty()) {
        o.add("fault", tool.fault);
    }
}

void append_mind(std::string& out, const UserMind& mind) {
    JsonObject o(out);
    const auto list = [&o](std::string_view name, const std::vector<std::string>& values) {
        if (!values.empty()) {
            append_strings(o, name, values);
        }
    };
    const auto word = [&o](std::string_view name, const std::string& value) {
        if (!value.empty()) {
            o.add(name, value);
        }
    };
    o.add("move", mind.move);
    o.add("why", mind.why);
    list("disclosed", mind.disclosed);
    list("wrong", mind.wrong);
    list("corrected", mind.corrected);
    list("withheld", mind.withheld);
    word("tactic", mind.tactic);
    word("expect", mind.expect);
    list("watch", mind.watch);
    word("asks", mind.asks);
    o.add("emotion", mind.emotion);
}

void append_score(std::string& out, const Score& score) {
    JsonObject o(out);
    o.add("criterion", score.criterion);
    o.add("value", score.value);
    o.add("weight", score.weight);
    o.add("reason", score.reason);
    o.add("turn", score.turn);
    o.add("author", score.author);
}

void append_check(std::string& out, const CheckResult& check) {
    JsonObject o(out);
    o.add("name", check.name);
    o.add("passed", check.passed);
    o.add("turn", check.turn);
    o.add("detail", check.detail);
    if (!check.quote.empty()) {
        o.add("quote", check.quote);
    }
    if (!check.category.empty()) {
        o.add("category", check.category);
    }
    if (!check.gates) {
        o.add("gates", false);
    }
}

void append_metrics(std::string& out, const Metrics& m) {
    JsonObject o(out);
    o.add("user_turns", m.user_turns);
    o.add("agent_turns", m.agent_turns);
    o.add("duration_ms", m.duration_ms);
    o.add("latency_max_ms", m.latency_max_ms);
    o.add("latency_mean_ms", m.latency_mean_ms);
    o.add("emotion_start", m.emotion_start);
    o.add("emotion_peak", m.emotion_peak);
    o.add("emotion_end", m.emotion_end);
    o.add("handed_over_at", m.handed_over_at);
    o.add("human_demanded_at", m.human_demanded_at);
    o.add("tool_calls", m.tool_calls);
    o.add("retries", m.retries);
    if (m.cost_usd) {
        o.add("cost_usd", *m.cost_usd);
    }
    if (m.score) {
        o.add("score", *m.score);
    }
}

void append_cell(std::string& out, const Cell& cell) {
    JsonObject o(out);
    o.add("persona", cell.persona);
    o.add("scenario", cell.scenario);
    o.add("edge_case", cell.edge_case);
    o.add("adversary", cell.adversary);
    o.add("repetition", cell.repetition);
    if (!cell.user.empty()) {
        o.add("user", cell.user);
    }
}

void append_companion(std::string& out, const Companion& other) {
    JsonObject o(out);
    o.add("persona", other.persona);
    o.add("scenario", other.scenario);
    o.add("ended", to_string(other.ended));
    o.add("resolved", other.resolved);
    o.add_list("turns", other.turns, [](std::string& to, const Turn& turn) { append_json(to, turn); });
}

void append_turn_scores(std::string& out, const std::pair<int, std::vector<Score>>& entry) {
    JsonObject o(out);
    o.add("turn", entry.first);
    o.add_list("scores", entry.second, append_score);
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
    read(o, "served", tool.served);
    read(o, "wrote", tool.wrote);
    read(o, "error", tool.error);
    read(o, "fault", tool.fault);
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
    if (const json::value* v = o.if_contains(turn.role == Role::agent ? "metadata" : "worded")) {
        turn.metadata = v->as_object();
    }
    read_reading(o, turn);
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

Companion read_companion(const json::object& o) {
    Companion out;
    read(o, "persona", out.persona);
    read(o, "scenario", out.scenario);
    out.ended = named(o, "ended", parse_ending);
    read(o, "resolved", out.resolved);
    for (const json::value& turn : o.at("turns").as_array()) {
        out.turns.push_back(read_turn(turn.as_object()));
    }
    return out;
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
    read(cell, "user", c.cell.user);
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
    if (const json::value* v = o.if_contains("world")) {
        c.world = WorldRecord{.world = std::string(v->at("id").as_string()), .changes = v->at("changes").as_object()};
    }
    if (const json::value* v = o.if_contains("others")) {
        for (const json::value& other : v->as_array()) {
            c.others.push_back(read_companion(other.as_object()));
        }
    }
    read_models(o, c);
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

void append_json(std::string& out, const Turn& turn) {
    JsonObject o(out);
    o.add("n", turn.n);
    o.add("role", to_string(turn.role));
    o.add("text", turn.text);
    o.add("at_ms", turn.at_ms);
    o.add_list("tools", turn.tools, append_tool);
    append_strings(o, "acts", turn.acts);
    if (turn.role == Role::user) {
        append_mind(o.member("mind"), turn.mind);
        if (!turn.metadata.empty()) {
            o.add("worded", turn.metadata);
        }
        return;
    }
    o.add("latency_ms", turn.latency_ms);
    if (turn.ended) {
        o.add("ended", true);
    }
    if (!turn.metadata.empty()) {
        o.add("metadata", turn.metadata);
    }
    append_reading(o, turn);
}

void append_json(std::string& out, const Conversation& c) {
    JsonObject o(out);
    o.add("id", c.id);
    append_cell(o.member("cell"), c.cell);
    o.add("seed", hex(c.seed));
    o.add("outcome", to_string(c.outcome));
    o.add("fault", to_string(c.fault));
    o.add("ended", to_string(c.ended));
    if (!c.error.empty()) {
        o.add("error", c.error);
    }
    o.add("resolved", c.resolved);
    o.add_list("turns", c.turns, [](std::string& to, const Turn& turn) { append_json(to, turn); });
    o.add_list("checks", c.checks, append_check);
    o.add_list("scores", c.scores, append_score);
    if (!c.turn_scores.empty()) {
        o.add_list("turn_scores", c.turn_scores, append_turn_scores);
    }
    append_models(o, c);
    append_metrics(o.member("metrics"), c.metrics);
    if (c.world) {
        JsonObject world(o.member("world"));
        world.add("id", c.world->world);
        world.add("changes", c.world->changes);
    }
    if (!c.others.empty()) {
        o.add_list("others", c.others, append_companion);
    }
}

std::string json_text(const Conversation& conversation) {
    std::string out;
    append_json(out, conversation);
    out.shrink_to_fit();  // thousands wait for the disk at once
    return out;
}

json::value to_json(const Conversation& conversation) {
    return json::parse(json_text(conversation));
}

Result<Conversation> conversation_from_json(const json::value& value) {
    return guarded("conversation", [&] { return read_conversation(value.as_object()); });
}

Result<Turn> turn_from_json(const json::value& value) {
    return guarded("turn", [&] { return read_turn(value.as_object()); });
}

}  // namespace sosia
