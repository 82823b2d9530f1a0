#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>

#include "base/clock.h"
#include "report/run_meta.h"
#include "report/who_played.h"

namespace sosia::report {
namespace json = boost::json;
using namespace analysis;
namespace {

json::object rate_json(const Rate& rate) {
    return {{"passed", rate.passed}, {"n", rate.n}, {"value", rate.value}, {"low", rate.low}, {"high", rate.high}};
}

json::object example_json(const Example& e) {
    json::object out{
        {"conversation", e.conversation}, {"cell", to_string(e.cell)}, {"turn", e.turn}, {"detail", e.detail}};
    if (!e.quote.empty()) {
        out["quote"] = e.quote;
    }
    return out;
}

template <class Range, class F>
json::array array_of(const Range& range, F make) {
    json::array out;
    for (const auto& item : range) {
        out.emplace_back(make(item));
    }
    return out;
}

template <class Map>
json::object object_of(const Map& map) {
    json::object out;
    for (const auto& [key, value] : map) {
        out[key] = value;
    }
    return out;
}

json::object finding_json(const FindingGroup& g) {
    return {{"check", g.check},
            {"category", g.category},
            {"conversations", g.conversations},
            {"by_scenario", object_of(g.by_scenario)},
            {"by_adversary", object_of(g.by_adversary)},
            {"examples", array_of(g.examples, example_json)}};
}

json::object fault_json(const FaultStats& f) {
    json::object out{
        {"kind", f.kind}, {"calls", f.calls}, {"with", rate_json(f.with)}, {"without", rate_json(f.without)}};
    if (!f.tool.empty()) {
        out["tool"] = f.tool;
    }
    if (f.with.n > 0 && f.without.n > 0) {
        out["difference"] =
            json::object{{"value", f.difference}, {"low", f.difference_low}, {"high", f.difference_high}};
    }
    out["invalid"] = f.invalid;
    out["conversations"] = json::value_from(f.conversations);
    return out;
}

json::object gate_json(const Summary& s) {
    return {{"verdict", to_string(s.verdict)},
            {"reason", s.verdict_reason},
            {"lines", array_of(s.gate, [](const GateLine& l) {
                 json::object out{{"name", l.name},
                                  {"value", l.value},
                                  {"threshold", l.threshold},
                                  {"at_most", l.at_most},
                                  {"passed", l.passed}};
                 if (l.rate.n > 0) {
                     out["rate"] = rate_json(l.rate);
                 }
                 return out;
             })}};
}

json::object opinions_json(const Summary& s) {
    json::object out;
    for (const auto& [criterion, o] : s.opinions) {
        out[criterion] = json::object{{"model", o.model}, {"gates", o.gates},   {"mean", o.mean()},
                                      {"given", o.given}, {"unsure", o.unsure}, {"missing", o.missing}};
    }
    return out;
}

json::object models_json(const Summary& s) {
    json::object out;
    for (const auto& [role, use] : s.model_use) {
        json::object entry{{"calls", use.calls},
                           {"input_tokens", use.input_tokens},
                           {"cached_tokens", use.cached_tokens},
                           {"output_tokens", use.output_tokens}};
        if (use.cost_usd) {
            entry["cost_usd"] = *use.cost_usd;
        }
        out[role] = std::move(entry);
    }
    return out;
}

json::object metrics_json(const Summary& s) {
    json::object out{
        {"mean_user_turns", s.mean_user_turns},
        {"turns_to_resolution",
         array_of(s.turns,
                  [](const TurnStats& t) {
                      return json::object{
                          {"persona", t.persona},
                          {"n", t.n},
                          {"median", t.median},
                          {"most", t.most},
                          {"outliers", array_of(t.outliers, [](const std::string& id) { return json::value(id); })}};
                  })},
        {"escalation", json::object{{"demanded", s.escalation.demanded},
                                    {"handed_over", s.escalation.handed_over},
                                    {"too_early", s.escalation.too_early},
                                    {"too_late", s.escalation.too_late},
                                    {"without_context", s.escalation.without_context}}},
        {"latency", json::object{{"n", s.latency.n},
                                 {"p50_ms", s.latency.p50_ms},
                                 {"p95_ms", s.latency.p95_ms},
                                 {"max_ms", s.latency.max_ms}}},
        {"retries", s.retries}};
    if (s.reliability) {
        const ReliabilityStats& r = *s.reliability;
        out["reliability"] = json::object{{"k", r.k},
                                          {"cells", r.cells},
                                          {"pass_hat_k", r.pass_hat_k},
                                          {"low", r.pass_hat_low},
                                          {"high", r.pass_hat_high},
                                          {"pass_at_k", r.pass_at_k}};
    }
    if (s.cost_usd) {
        out["cost_usd"] = *s.cost_usd;
    }
    if (s.score) {
        out["score"] = *s.score;
        out["criteria"] = object_of(s.criteria);
        out["judge"] = "rules";
    }
    if (!s.opinions.empty()) {
        out["opinions"] = opinions_json(s);
    }
    if (!s.model_use.empty()) {
        out["models"] = models_json(s);
    }
    return out;
}

json::object hashes_json(const Suite& suite) {
    json::object out{{"suite", suite.hash}, {"scorecard", suite.scorecard.hash}};
    const auto add = [&out](const char* key, const auto& items) {
        json::object hashes;
        for (const auto& item : items) {
            hashes[item.id] = item.hash;
        }
        out[key] = std::move(hashes);
    };
    add("personas", suite.personas);
    add("scenarios", suite.scenarios);
    add("adversaries", suite.adversaries);
    return out;
}

}  // namespace

json::object run_json(const RunMeta& meta, const Summary& s, const Suite& suite) {
    json::object out{{"run", meta.id},
                     {"suite", meta.suite},
                     {"started_at", iso8601(meta.started_ms)},
                     {"duration_ms", meta.duration_ms},
                     {"stopped", meta.stopped},
                     {"agent", json::object{{"reached_by", meta.agent}, {"version", meta.agent_version}}},
                     {"seed", meta.seed},
                     {"hashes", hashes_json(suite)},
                     {"counts", json::object{{"cells", meta.cells},
                                             {"planned", s.planned},
                                             {"done", s.done},
                                             {"passed", s.passed},
                                             {"failed", s.failed},
                                             {"invalid", s.invalid},
                                             {"invalid_by", object_of(s.invalid_by)},
                                             {"endings", object_of(s.endings)}}},
                     {"pass_rate", rate_json(s.rate)},
                     {"pass_rate_invalid_as_failed", rate_json(s.rate_invalid_failed)},
                     {"gate", gate_json(s)},
                     {"findings", array_of(s.findings, finding_json)},
                     {"invalid_examples", array_of(s.invalid_examples, example_json)},
                     {"checks", array_of(s.checks,
                                         [](const CheckCount& c) {
                                             return json::object{
                                                 {"name", c.name}, {"applied", c.applied}, {"failed", c.failed}};
                                         })},
                     {"slices", array_of(s.slices,
                                         [](const Slice& slice) {
                                             json::object out{{"dimension", slice.dimension}, {"value", slice.value}};
                                             for (auto& [key, value] : rate_json(slice.rate)) {
                                                 out[key == "value" ? "rate" : key] = value;
                                             }
                                             out["invalid"] = slice.invalid;
                                             return out;
                                         })},
                     {"faults", array_of(s.faults, fault_json)},
                     {"metrics", metrics_json(s)}};
    if (s.sensitivity) {
        out["sensitivity"] = sensitivity_json(*s.sensitivity);
    }
    if (s.reader) {
        out["reader"] = reader_json(*s.reader);
    }
    return out;
}

}  // namespace sosia::report
