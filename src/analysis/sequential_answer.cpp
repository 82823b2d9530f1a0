#include <fmt/format.h>

#include "analysis/compare.h"

namespace sosia::analysis {
namespace {

std::string reason_of(const SequentialState& s, const SequentialOptions& o) {
    const std::string spent =
        fmt::format("after {} of {} conversations ({} lost, {} gained)", s.spent, s.available, s.lost, s.gained);
    switch (s.answer) {
        case Answer::regressed:
            return fmt::format("{}: evidence of a loss {:.0f} to 1, {:.0f} needed", spent, s.evidence_worse,
                               1 / o.alpha);
        case Answer::not_worse:
            return fmt::format("{}: evidence against a loss of {:.1f} points {:.0f} to 1, {:.0f} needed", spent,
                               100 * o.margin, s.evidence_fine, 1 / o.pass_alpha);
        case Answer::undecided:
            return fmt::format(
                "{}: evidence of a loss {:.1f} to 1 ({:.0f} needed), against a loss of {:.1f} points {:.1f} to 1 "
                "({:.0f} needed)",
                spent, s.evidence_worse, 1 / o.alpha, 100 * o.margin, s.evidence_fine, 1 / o.pass_alpha);
    }
    return "";
}

}  // namespace

void settle(const SequentialState& state, const SequentialOptions& options, Comparison& c) {
    c.sequential = state;
    c.overall.answer = state.answer;
    if (!c.gating.empty()) {
        c.gating.front().answer = state.answer;
    }
    const bool held_up = state.answer == Answer::not_worse && !c.flaky.expired.empty();
    if (c.valid && !held_up) {
        c.answer = state.answer;
        c.reason = reason_of(state, options);
    }
}

}  // namespace sosia::analysis
