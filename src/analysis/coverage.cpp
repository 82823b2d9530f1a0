#include "analysis/coverage.h"

#include <algorithm>
#include <array>
#include <set>

namespace sosia::analysis {
namespace {

struct Combination {
    const char* name;
    unsigned parts;  // bits: persona, situation, adversary
};

constexpr unsigned persona = 1;
constexpr unsigned situation = 2;
constexpr unsigned adversary = 4;
constexpr std::array<Combination, 7> combinations{
    {{"persona", persona},
     {"situation", situation},
     {"adversary", adversary},
     {"persona x situation", persona | situation},
     {"persona x adversary", persona | adversary},
     {"situation x adversary", situation | adversary},
     {"persona x situation x adversary", persona | situation | adversary}}};
constexpr std::array<unsigned, 3> pairs{persona | situation, persona | adversary, situation | adversary};

// No id holds a line break.
std::string key_of(const Cell& cell, unsigned parts) {
    std::string out = std::to_string(parts);
    for (const auto& [part, text] :
         {std::pair{persona, cell.persona}, std::pair{situation, cell.scenario + "\n" + cell.edge_case},
          std::pair{adversary, cell.adversary}}) {
        if ((parts & part) != 0) {
            out += "\n" + text;
        }
    }
    return out;
}

std::set<std::string> keys_of(std::span<const Cell> cells, unsigned parts) {
    std::set<std::string> out;
    for (const Cell& cell : cells) {
        out.insert(key_of(cell, parts));
    }
    return out;
}

std::size_t gain_of(const Cell& cell, const std::set<std::string>& missing) {
    return static_cast<std::size_t>(
        std::ranges::count_if(pairs, [&](unsigned parts) { return missing.contains(key_of(cell, parts)); }));
}

std::vector<WorthRunning> suggestions(std::span<const Cell> allowed, std::set<std::string> missing, std::size_t most) {
    std::vector<WorthRunning> out;
    while (out.size() < most && !missing.empty()) {
        WorthRunning best;
        for (const Cell& cell : allowed) {
            const std::size_t gain = gain_of(cell, missing);
            if (gain > best.gain) {
                best = {cell, gain};
            }
        }
        if (best.gain == 0) {
            break;
        }
        best.cell.repetition = 0;
        for (const unsigned parts : pairs) {
            missing.erase(key_of(best.cell, parts));
        }
        out.push_back(std::move(best));
    }
    return out;
}

}  // namespace

Coverage coverage_of(std::span<const Cell> allowed, std::span<const Cell> run, std::size_t most_suggested) {
    Coverage out;
    std::set<std::string> missing;
    for (const Combination& c : combinations) {
        const std::set<std::string> feasible = keys_of(allowed, c.parts);
        const std::set<std::string> seen = keys_of(run, c.parts);
        CoverageLine line{.name = c.name, .feasible = feasible.size()};
        for (const std::string& key : feasible) {
            const bool covered = seen.contains(key);
            line.covered += covered ? 1U : 0U;
            if (!covered && std::ranges::find(pairs, c.parts) != pairs.end()) {
                missing.insert(key);
            }
        }
        out.lines.push_back(std::move(line));
    }
    out.worth_most = suggestions(allowed, std::move(missing), most_suggested);
    return out;
}

}  // namespace sosia::analysis
