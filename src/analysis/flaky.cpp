#include "analysis/flaky.h"

#include <algorithm>

#include <fmt/format.h>

#include "analysis/compare_cells.h"
#include "base/text.h"

namespace sosia::analysis {

Result<std::vector<Flip>> flips_between(const Outcomes& a, const Outcomes& b) {
    std::vector<std::string> differing = differing_pins(a.pins, b.pins);
    if (a.agent_version.empty() || a.agent_version != b.agent_version) {
        differing.emplace_back("agent version");
    }
    if (!differing.empty()) {
        return fail(ErrorKind::usage,
                    fmt::format("{} and {} do not have identical inputs: they differ in {}", a.title(), b.title(),
                                join(differing, ", ")),
                    "run the same suite twice against one agent version (agent.version in sosia.yaml names it)");
    }
    std::vector<Flip> out;
    for (const Matched& m : match_cells(a, b).cells) {
        const CellPair pair = cell_pair(
            m, [](const RunOutcome& run) { return run.outcome != Outcome::invalid; },
            [](const RunOutcome& run) { return run.outcome == Outcome::passed; });
        if (pair.lost + pair.gained > 0) {
            const std::string name = to_string(m.after->cell);
            out.push_back({name.substr(0, name.rfind('#')), pair.lost + pair.gained, pair.pairs});
        }
    }
    return out;
}

void mark(std::vector<FlakyMark>& marks, const FlakyMark& mark) {
    const auto known = std::ranges::find(marks, mark.cell, &FlakyMark::cell);
    if (known != marks.end()) {
        *known = mark;
    } else {
        marks.push_back(mark);
    }
}

}  // namespace sosia::analysis
