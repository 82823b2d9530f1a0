#include <boost/json/array.hpp>

#include "report/comparison.h"

namespace sosia::report {
namespace json = boost::json;
using namespace analysis;
namespace {

json::array ends(const stats::Interval& interval) {
    return {interval.low, interval.high};
}

json::object difference_json(const Difference& d) {
    json::object out{{"dimension", d.dimension},
                     {"value", d.value},
                     {"answer", to_string(d.answer)},
                     {"warning", d.warning},
                     {"gates", d.gates},
                     {"cells", d.cells},
                     {"pairs", d.pairs},
                     {"before", d.before},
                     {"after", d.after},
                     {"change", d.change},
                     {"interval", ends(d.interval)},
                     {"one_sided", ends(d.one_sided)},
                     {"lost", d.lost},
                     {"gained", d.gained},
                     {"p", d.p},
                     {"p_worse", d.p_worse},
                     {"p_adjusted", d.p_adjusted},
                     {"adjusted_by", d.gates ? "holm" : "benjamini-hochberg"},
                     {"detectable", d.detectable}};
    if (d.more) {
        out["more_conversations"] = *d.more;
    }
    return out;
}

json::object change_json(const CellChange& c) {
    const std::string cell = to_string(c.cell);
    json::array checks;
    for (const std::string& check : c.checks) {
        checks.emplace_back(check);
    }
    json::object out{{"cell", cell.substr(0, cell.rfind('#'))},
                     {"before", json::object{{"passed", c.before_passed}, {"n", c.before_n}}},
                     {"after", json::object{{"passed", c.after_passed}, {"n", c.after_n}}},
                     {"conversation", c.conversation},
                     {"checks", std::move(checks)},
                     {"flaky", c.flaky}};
    if (c.score) {
        out["score"] = *c.score;
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

json::object side(const std::string& title, const std::string& run, const std::string& agent, std::uint64_t invalid) {
    return {{"title", title}, {"run", run}, {"agent_version", agent}, {"invalid", invalid}};
}

json::value text_json(const std::string& text) {
    return json::value(text);
}

}  // namespace

json::object comparison_json(const Comparison& c) {
    json::object out{{"answer", c.valid ? to_string(c.answer) : "not valid"},
                     {"reason", c.reason},
                     {"before", side(c.before, c.before_run, c.before_agent, c.before_invalid)},
                     {"after", side(c.after, c.after_run, c.after_agent, c.after_invalid)},
                     {"forced", array_of(c.forced, text_json)},
                     {"thresholds", json::object{{"alpha", c.thresholds.alpha},
                                                 {"warn_alpha", c.thresholds.warn_alpha},
                                                 {"margin", c.thresholds.margin},
                                                 {"score_margin", c.thresholds.score_margin},
                                                 {"least_loss", c.thresholds.least_loss}}},
                     {"overall", difference_json(c.overall)},
                     {"gating", array_of(c.gating, difference_json)},
                     {"slices", array_of(c.slices, difference_json)},
                     {"checks", array_of(c.checks, difference_json)},
                     {"criteria", array_of(c.criteria, difference_json)},
                     {"newly_failing", array_of(c.newly_failing, change_json)},
                     {"newly_passing", array_of(c.newly_passing, change_json)},
                     {"worst", array_of(c.worst, change_json)},
                     {"only_before", c.only_before},
                     {"only_after", c.only_after},
                     {"noise", json::object{{"cells", c.noise.cells},
                                            {"unequal", c.noise.unequal},
                                            {"within", c.noise.within},
                                            {"between", c.noise.between},
                                            {"paired_cells", c.noise.paired},
                                            {"user", c.noise.user},
                                            {"agent", c.noise.agent},
                                            {"score_within", c.noise.score_within},
                                            {"score_user", c.noise.score_user},
                                            {"same_conversations", c.noise.same_conversations},
                                            {"judge", c.noise.judge}}},
                     {"flaky", json::object{{"marked", c.flaky.marked},
                                            {"failing", c.flaky.failing},
                                            {"expired", array_of(c.flaky.expired, text_json)}}}};
    if (c.score) {
        out["score"] = difference_json(*c.score);
    }
    if (c.sequential) {
        out["sequential"] = json::object{{"spent", c.sequential->spent},
                                         {"available", c.sequential->available},
                                         {"pairs", c.sequential->pairs},
                                         {"lost", c.sequential->lost},
                                         {"gained", c.sequential->gained},
                                         {"evidence_worse", c.sequential->evidence_worse},
                                         {"evidence_fine", c.sequential->evidence_fine}};
    }
    if (c.as_failures) {
        out["invalid_as_failures"] = difference_json(*c.as_failures);
    }
    return out;
}

}  // namespace sosia::report
