// Opinions of judge models and calls of models in a stored record.
#include <stdexcept>

#include "domain/record_fields.h"

namespace sosia {
namespace json = boost::json;
namespace {

void append_quote(std::string& out, const Quote& quote) {
    JsonObject o(out);
    o.add("turn", quote.turn);
    o.add("text", quote.text);
}

void append_opinion(std::string& out, const Opinion& opinion) {
    JsonObject o(out);
    o.add("criterion", opinion.criterion);
    o.add("model", opinion.model);
    o.add("level", opinion.level);
    o.add_list("votes", opinion.votes, [](std::string& to, int vote) { to += std::to_string(vote); });
    o.add("void_votes", opinion.void_votes);
    o.add("unsure", opinion.unsure);
    o.add("gates", opinion.gates);
    o.add_list("evidence", opinion.evidence, append_quote);
    o.add("reason", opinion.reason);
    o.add("turn", opinion.turn);
    if (!opinion.fault.empty()) {
        o.add("fault", opinion.fault);
    }
}

void append_use(std::string& out, const ModelUse& use) {
    JsonObject o(out);
    o.add("calls", use.calls);
    o.add("input_tokens", use.input_tokens);
    o.add("cached_tokens", use.cached_tokens);
    o.add("output_tokens", use.output_tokens);
    if (use.cost_usd) {
        o.add("cost_usd", *use.cost_usd);
    }
}

Opinion read_opinion(const json::object& o) {
    Opinion opinion;
    read(o, "criterion", opinion.criterion);
    read(o, "model", opinion.model);
    read(o, "level", opinion.level);
    for (const json::value& vote : o.at("votes").as_array()) {
        opinion.votes.push_back(vote.to_number<int>());
    }
    read(o, "void_votes", opinion.void_votes);
    read(o, "unsure", opinion.unsure);
    read(o, "gates", opinion.gates);
    for (const json::value& quote : o.at("evidence").as_array()) {
        Quote& into = opinion.evidence.emplace_back();
        read(quote.as_object(), "turn", into.turn);
        read(quote.as_object(), "text", into.text);
    }
    read(o, "reason", opinion.reason);
    read(o, "turn", opinion.turn);
    read(o, "fault", opinion.fault);
    return opinion;
}

ModelUse read_use(const json::object& o) {
    ModelUse use;
    read(o, "calls", use.calls);
    read(o, "input_tokens", use.input_tokens);
    read(o, "cached_tokens", use.cached_tokens);
    read(o, "output_tokens", use.output_tokens);
    if (const json::value* v = o.if_contains("cost_usd")) {
        use.cost_usd = v->to_number<double>();
    }
    return use;
}

void append_sentence(std::string& out, const TurnReading::Sentence& sentence) {
    JsonObject o(out);
    o.add("act", sentence.act);
    o.add("begin", static_cast<std::int64_t>(sentence.begin));
    o.add("end", static_cast<std::int64_t>(sentence.end));
}

}  // namespace

void append_models(JsonObject& o, const Conversation& c) {
    if (!c.opinions.empty()) {
        o.add_list("opinions", c.opinions, append_opinion);
    }
    if (!c.fault_kind.empty()) {
        o.add("fault_kind", c.fault_kind);
    }
    if (c.user_model.calls > 0) {
        append_use(o.member("user_model"), c.user_model);
    }
    if (c.reader_model.calls > 0) {
        append_use(o.member("reader_model"), c.reader_model);
    }
    if (c.judge_model.calls > 0) {
        append_use(o.member("judge_model"), c.judge_model);
    }
}

void read_models(const json::object& o, Conversation& c) {
    if (const json::value* v = o.if_contains("opinions")) {
        for (const json::value& opinion : v->as_array()) {
            c.opinions.push_back(read_opinion(opinion.as_object()));
        }
    }
    read(o, "fault_kind", c.fault_kind);
    if (const json::value* v = o.if_contains("user_model")) {
        c.user_model = read_use(v->as_object());
    }
    if (const json::value* v = o.if_contains("reader_model")) {
        c.reader_model = read_use(v->as_object());
    }
    if (const json::value* v = o.if_contains("judge_model")) {
        c.judge_model = read_use(v->as_object());
    }
}

void append_reading(JsonObject& o, const Turn& turn) {
    if (!turn.reading) {
        return;
    }
    JsonObject reading(o.member("reading"));
    reading.add_list("acts", turn.reading->acts, append_sentence);
    reading.add_list("rules", turn.reading->rules, append_json_string);
    if (!turn.reading->fault.empty()) {
        reading.add("fault", turn.reading->fault);
    }
}

void read_reading(const json::object& o, Turn& turn) {
    const json::value* v = o.if_contains("reading");
    if (v == nullptr) {
        return;
    }
    const json::object& reading = v->as_object();
    TurnReading& out = turn.reading.emplace();
    for (const json::value& one : reading.at("acts").as_array()) {
        TurnReading::Sentence& into = out.acts.emplace_back();
        read(one.as_object(), "act", into.act);
        read(one.as_object(), "begin", into.begin);
        read(one.as_object(), "end", into.end);
        if (into.begin > into.end || into.end > turn.text.size()) {
            throw std::out_of_range("a reading outside its text");
        }
    }
    read(reading, "rules", out.rules);
    read(reading, "fault", out.fault);
}

}  // namespace sosia
