#include "analysis/outcomes.h"

#include <algorithm>
#include <array>

#include <boost/json/serialize.hpp>

#include "base/hash.h"

namespace sosia::analysis {
namespace {

std::string engine_pin(const EngineSpec& spec) {
    return spec.args.empty() ? spec.engine : spec.engine + " " + content_hash(boost::json::serialize(spec.args));
}

bool names_a_part(std::string_view pin) {
    constexpr std::array<std::string_view, 3> parts{"persona ", "scenario ", "adversary "};
    return std::ranges::any_of(parts, [pin](std::string_view part) { return pin.starts_with(part); });
}

}  // namespace

Pins pins_of(const Suite& suite, std::string_view sosia_version) {
    Pins out{{"scorecard", suite.scorecard.hash},
             {"seed", std::to_string(suite.matrix.seed)},
             {"turns", std::to_string(suite.limits.turns)},
             {"user", engine_pin(suite.user)},
             {"judge", engine_pin(suite.judge)},
             {"sosia", std::string(sosia_version)}};
    const auto add = [&out](const char* kind, const auto& items) {
        for (const auto& item : items) {
            out[std::string(kind) + item.id] = item.hash;
        }
    };
    add("persona ", suite.personas);
    add("scenario ", suite.scenarios);
    add("adversary ", suite.adversaries);
    return out;
}

std::string Outcomes::title() const {
    return name.empty() ? "run " + run : "baseline " + name;
}

std::uint64_t Outcomes::conversations() const {
    std::uint64_t n = 0;
    for (const CellOutcomes& cell : cells) {
        n += cell.runs.size();
    }
    return n;
}

void OutcomesBuilder::add(const Cell& cell, RunOutcome run) {
    Cell key = cell;
    key.repetition = 0;
    const auto [at, is_new] = index_.try_emplace(to_string(key), outcomes_.cells.size());
    if (is_new) {
        outcomes_.cells.push_back({.cell = std::move(key)});
    }
    outcomes_.cells[at->second].runs.push_back(std::move(run));
}

std::vector<std::string> differing_pins(const Pins& a, const Pins& b) {
    std::vector<std::string> out;
    for (const auto& [name, value] : a) {
        const auto other = b.find(name);
        if (other == b.end() ? !names_a_part(name) : other->second != value) {
            out.push_back(name);
        }
    }
    for (const auto& [name, value] : b) {
        if (!a.contains(name) && !names_a_part(name)) {
            out.push_back(name);
        }
    }
    return out;
}

}  // namespace sosia::analysis
