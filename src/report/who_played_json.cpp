#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>

#include "report/who_played.h"

namespace sosia::report {
namespace json = boost::json;
using namespace analysis;
namespace {

json::object rate_json(const Rate& rate) {
    return {{"passed", rate.passed}, {"n", rate.n}, {"value", rate.value}, {"low", rate.low}, {"high", rate.high}};
}

// How many of n, with an exact interval.
json::object share_json(const Rate& rate) {
    return {{"count", rate.passed}, {"n", rate.n}, {"value", rate.value}, {"low", rate.low}, {"high", rate.high}};
}

json::value number_or_null(const std::optional<double>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

template <class Range, class F>
json::array array_of(const Range& range, F make) {
    json::array out;
    for (const auto& item : range) {
        out.emplace_back(make(item));
    }
    return out;
}

json::object player_json(const PlayerStats& p) {
    json::object out{{"name", p.name},
                     {"decides", p.decides},
                     {"pass_rate", rate_json(p.rate)},
                     {"invalid", p.invalid},
                     {"mean_user_turns", p.mean_user_turns}};
    if (p.repeated_pairs > 0) {
        out["repeated"] = json::object{{"pairs", p.repeated_pairs}, {"discordant", p.repeated_discordant}};
    }
    return out;
}

json::object shift_json(const Shift& s) {
    return {{"name", s.name}, {"n", s.n}, {"only_first", s.only_first}, {"only_other", s.only_other}};
}

json::object cell_json(const DependentCell& c) {
    return {{"cell", json::object{{"persona", c.cell.persona},
                                  {"scenario", c.cell.scenario},
                                  {"edge_case", c.cell.edge_case},
                                  {"adversary", c.cell.adversary}}},
            {"n", c.n},
            {"passed_first", c.passed_first},
            {"passed_other", c.passed_other},
            {"conversations", json::array{c.first, c.other}}};
}

json::object contrast_json(const Contrast& c) {
    return {{"other", c.other},
            {"n", c.n},
            {"both_passed", c.both_passed},
            {"both_failed", c.both_failed},
            {"only_first", c.only_first},
            {"only_other", c.only_other},
            {"left_out", c.left_out},
            {"discordant", share_json(c.discordant)},
            {"difference",
             json::object{{"value", c.difference}, {"low", c.difference_low}, {"high", c.difference_high}, {"p", c.p}}},
            {"kappa", number_or_null(c.kappa)},
            {"ac1", c.ac1},
            {"cells", share_json(c.cells)},
            {"dependent", array_of(c.dependent, cell_json)},
            {"checks", array_of(c.checks, shift_json)},
            {"scenarios", array_of(c.scenarios, shift_json)},
            {"personas", array_of(c.personas, shift_json)},
            {"adversaries", array_of(c.adversaries, shift_json)}};
}

}  // namespace

json::object sensitivity_json(const Sensitivity& s) {
    return {{"decides", s.players.front().name},
            {"players", array_of(s.players, player_json)},
            {"contrasts", array_of(s.contrasts, contrast_json)}};
}

json::object reader_json(const ReaderStats& r) {
    return {{"turns", r.turns},
            {"fell_back", r.fell_back},
            {"faults", json::value_from(r.faults)},
            {"same", r.same},
            {"kappa", number_or_null(r.kappa)},
            {"acts", array_of(r.acts, [](const ActAgreement& a) {
                 return json::object{{"act", a.act},
                                     {"both", a.both},
                                     {"only_model", a.only_model},
                                     {"only_rules", a.only_rules},
                                     {"kappa", number_or_null(a.kappa)}};
             })}};
}

}  // namespace sosia::report
