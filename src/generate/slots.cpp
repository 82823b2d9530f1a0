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

using Rows = std::vector<std::vector<std::string>>;

// How new a row is beside those that were chosen: values that were seldom used count most.
double newness(const std::vector<std::string>& row, const std::vector<std::map<std::string, int>>& used) {
    double out = 0;
    for (std::size_t a = 0; a < row.size(); ++a) {
        const auto times = used[a].find(row[a]);
        out += times == used[a].end() ? 1.0 : 1.0 / (2.0 + times->second);
    }
    return out;
}

constexpr std::size_t most_spread = 20'000;  // rows among which the next one is looked for

// The same rows; the first `most` in an order in which every first part of them uses all values about equally often.
Rows spread(Rows rows, std::size_t most) {
    if (rows.size() > most_spread) {
        return rows;
    }
    std::vector<std::map<std::string, int>> used(rows.empty() ? 0 : rows.front().size());
    const auto end = rows.begin() + static_cast<std::ptrdiff_t>(std::min(most, rows.size()));
    for (auto at = rows.begin(); at != end; ++at) {
        auto best = at;
        double newest = -1;
        for (auto other = at; other != rows.end(); ++other) {
            const double now = newness(*other, used);
            if (now > newest) {
                newest = now;
                best = other;
            }
        }
        std::rotate(at, best, best + 1);
        for (std::size_t a = 0; a < at->size(); ++a) {
            ++used[a][(*at)[a]];
        }
    }
    return rows;
}

}  // namespace

Result<std::vector<Slot>> persona_slots(const spec::GenerateSpec& spec, int most) {
    Result<spec::GeneratedPersonas> dealt = spec::generate_personas(spec);
    if (!dealt) {
        return std::unexpected(dealt.error());
    }
    const std::size_t wanted = most > 0 ? static_cast<std::size_t>(most) : dealt->rows.size();
    if (std::min(wanted, dealt->rows.size()) > static_cast<std::size_t>(most_slots)) {
        return fail(ErrorKind::limit, fmt::format("{} personas are more than are worded at once", dealt->rows.size()),
                    fmt::format("--n makes at most {}", most_slots));
    }
    if (!spec.sample) {  // a sample is in random order: any first part of it is fair
        dealt->rows = spread(std::move(dealt->rows), wanted);
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
    dealt->rows = spread(std::move(dealt->rows), static_cast<std::size_t>(std::max(count, 0)));
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
