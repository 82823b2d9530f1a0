// Small suites and conversations for the tests of this room.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "analysis/summary.h"

namespace sosia::analysis {

inline Suite small_suite() {
    Suite suite;
    Persona terse{.id = "ann"};
    terse.traits["style"] = "terse";
    Persona verbose{.id = "bob"};
    verbose.traits["style"] = "verbose";
    suite.personas = {terse, verbose};
    Scenario s{.id = "refund"};
    s.category = "billing";
    s.tags = {"smoke"};
    s.edge_cases = {{.id = "late"}};
    suite.scenarios = {s};
    suite.adversaries = {Adversary{.id = "calm"},
                         Adversary{.id = "pushy", .family = AdversaryFamily::objection_ladder}};
    return suite;
}

struct Told {
    std::string persona = "ann";
    int repetition = 0;
    Outcome outcome = Outcome::passed;
    std::vector<CheckResult> checks;
    std::string adversary = "calm";
    std::string edge_case;
    int turns = 3;
};

inline Conversation talk(Told told) {
    Conversation c;
    c.cell = {told.persona, "refund", told.edge_case, told.adversary, told.repetition};
    c.id = to_string(c.cell);
    c.outcome = told.outcome;
    c.fault = told.outcome == Outcome::invalid ? Fault::infrastructure : Fault::none;
    c.ended = told.outcome == Outcome::invalid ? Ending::agent_unreachable : Ending::user_satisfied;
    c.resolved = true;
    c.metrics.user_turns = told.turns;
    c.checks = std::move(told.checks);
    return c;
}

// The summary of these conversations, in this order.
inline Summary summary_of(const Suite& suite, const std::vector<Conversation>& all, const std::string& stopped = "") {
    SummaryBuilder builder(suite, all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        builder.add(all[i], i);
    }
    return builder.finish(stopped);
}

}  // namespace sosia::analysis
