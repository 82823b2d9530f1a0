#include "generate/slots.h"

#include <algorithm>

#include <fmt/format.h>

#include "domain/persona.h"
#include "generate/edge_kinds.h"

namespace sosia::generate {
namespace {

std::vector<std::string> failure_categories() {
    std::vector<std::string> out;
    for (const FailureCategory category : {FailureCategory::hallucinated_policy, FailureCategory::context_loss,
                                           FailureCategory::emotional_miscalibration, FailureCategory::tool_selection,
                                           FailureCategory::correction_failure, FailureCategory::knowledge_boundary}) {
        out.emplace_back(to_string(category));
    }
    return out;
}

std::vector<std::string> kind_ids() {
    std::vector<std::string> out;
    std::ranges::transform(edge_kinds(), std::back_inserter(out), &EdgeKind::id);
    return out;
}

}  // namespace

Result<std::vector<Slot>> persona_slots(const spec::GenerateSpec& spec, int most) {
    const Result<spec::GeneratedPersonas> dealt = spec::generate_personas(spec);
    if (!dealt) {
        return std::unexpected(dealt.error());
    }
    const std::size_t wanted = most > 0 ? static_cast<std::size_t>(most) : dealt->rows.size();
    if (std::min(wanted, dealt->rows.size()) > static_cast<std::size_t>(most_slots)) {
        return fail(ErrorKind::limit, fmt::format("{} personas are more than are worded at once", dealt->rows.size()),
                    fmt::format("--n makes at most {}", most_slots));
    }
    std::vector<Slot> out;
    for (std::size_t i = 0; i < std::min(wanted, dealt->rows.size()); ++i) {
        Slot& slot = out.emplace_back(Slot{.number = static_cast<int>(i) + 1, .traits = {}});
        for (std::size_t a = 0; a < dealt->axes.size(); ++a) {
            slot.traits[dealt->axes[a].name] = dealt->rows[i][a];
        }
    }
    return out;
}

const std::vector<spec::Axis>& scenario_axes() {
    static const std::vector<spec::Axis> axes{
        {"difficulty", {"easy", "medium", "hard"}}, {"edge", kind_ids()}, {"probe", failure_categories()}};
    return axes;
}

Result<std::vector<Slot>> scenario_slots(int count, std::uint64_t seed) {
    spec::GenerateSpec spec;
    spec.axes = scenario_axes();
    spec.seed = seed;
    Result<spec::GeneratedPersonas> dealt = spec::generate_personas(spec);
    if (!dealt) {
        return std::unexpected(dealt.error());
    }
    std::vector<Slot> out;
    for (int i = 0; i < count; ++i) {
        const std::vector<std::string>& row = dealt->rows[static_cast<std::size_t>(i) % dealt->rows.size()];
        Slot& slot = out.emplace_back(Slot{.number = i + 1, .traits = {}});
        for (std::size_t a = 0; a < dealt->axes.size(); ++a) {
            slot.traits[dealt->axes[a].name] = row[a];
        }
    }
    return out;
}

}  // namespace sosia::generate
