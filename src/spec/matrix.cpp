#include "spec/matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "base/hash.h"
#include "base/random.h"
#include "base/text.h"
#include "spec/matrix_bans.h"
#include "spec/matrix_sample.h"
#include "spec/trait.h"

namespace sosia::spec {
namespace {

constexpr std::uint64_t most_cells = 20'000'000;
constexpr std::uint64_t most_conversations = 10'000'000;
constexpr int id_digits = 12;

class Expansion {
  public:
    explicit Expansion(const Suite& suite)
        : suite_(suite),
          situations_(situations_of(suite)),
          bans_(bans_of(suite, situations_)),
          sizes_{suite.personas.size(), situations_.size(), suite.adversaries.size()},
          pruning_(sizes_, bans_) {}

    Result<Plan> run() {
        plan_.full_cells = static_cast<std::uint64_t>(sizes_[0]) * sizes_[1] * sizes_[2];
        if (plan_.full_cells > most_cells) {
            return fail(ErrorKind::limit,
                        fmt::format("{} personas x {} scenarios and edge cases x {} adversaries are {} cells; at most "
                                    "{} can be planned",
                                    sizes_[0], sizes_[1], sizes_[2], plan_.full_cells, most_cells),
                        "name fewer files");
        }
        allowed_ = allowed_cells();
        plan_.pruned = plan_.full_cells - allowed_.size();
        if (allowed_.empty()) {
            return nothing_left();
        }
        auto cells = covered_cells();
        if (!cells) {
            return std::unexpected(cells.error());
        }
        sample(*cells);
        return conversations_of(*cells);
    }

  private:
    std::vector<CellIndex> allowed_cells() const {
        std::vector<CellIndex> out;
        each_cell([this, &out](const CellIndex& cell) {
            if (pruning_.allows(cell)) {
                out.push_back(cell);
            }
        });
        return out;
    }

    template <class Use>
    void each_cell(const Use& use) const {
        for (std::uint32_t p = 0; p < sizes_[0]; ++p) {
            for (std::uint32_t s = 0; s < sizes_[1]; ++s) {
                for (std::uint32_t a = 0; a < sizes_[2]; ++a) {
                    use(CellIndex{p, s, a});
                }
            }
        }
    }

    // Which ban dropped how many, the worst first.
    Result<Plan> nothing_left() const {
        if (plan_.full_cells == 0) {
            return fail(ErrorKind::usage,
                        fmt::format("nothing to run: the suite has {} personas, {} scenarios and {} adversaries",
                                    sizes_[0], suite_.scenarios.size(), sizes_[2]));
        }
        std::map<std::string, std::uint64_t> counts;
        each_cell([this, &counts](const CellIndex& cell) {
            if (const Ban* ban = pruning_.why(cell)) {
                ++counts[ban->cause];
            }
        });
        std::vector<std::pair<std::uint64_t, std::string>> worst;
        std::ranges::transform(counts, std::back_inserter(worst),
                               [](const auto& count) { return std::pair{count.second, count.first}; });
        std::ranges::sort(worst, std::ranges::greater{});
        std::vector<std::string> parts;
        std::ranges::transform(worst, std::back_inserter(parts),
                               [](const auto& one) { return fmt::format("{} dropped {}", one.second, one.first); });
        return fail(ErrorKind::usage,
                    fmt::format("nothing is left to run: of {} cells, {}", plan_.full_cells, join(parts, ", ")),
                    fmt::format("loosen {}", worst.front().second));
    }

    // Three parameters: three-way and stronger is the full product.
    bool covers_all() const { return suite_.matrix.cover == MatrixSpec::Cover::full || suite_.matrix.strength >= 3; }

    Result<std::vector<CellIndex>> covered_cells() {
        if (covers_all()) {
            if (suite_.matrix.cover == MatrixSpec::Cover::t_way) {
                plan_.tuples = plan_.covered = allowed_.size();
            }
            return allowed_;
        }
        model_ = covering_model(sizes_, bans_, suite_.matrix.strength);
        stats::CoveringEffort effort{.seed = suite_.matrix.seed};
        effort.steps = 3'000'000;  // a plan should appear at once
        const auto array = stats::cover(model_, effort);
        if (!array) {
            return std::unexpected(array.error());
        }
        plan_.tuples = array->feasible_tuples;
        plan_.covered = array->covered_tuples;
        std::vector<CellIndex> out;
        for (const stats::Row& row : array->rows) {
            out.push_back({static_cast<std::uint32_t>(row[0]), static_cast<std::uint32_t>(row[1]),
                           static_cast<std::uint32_t>(row[2])});
        }
        std::ranges::sort(out);
        return out;
    }

    CellParts parts_of(const CellIndex& cell) const {
        return {.persona = &suite_.personas[cell[0]],
                .scenario = situations_[cell[1]].scenario,
                .edge_case = situations_[cell[1]].edge_case,
                .adversary = &suite_.adversaries[cell[2]]};
    }

    void sample(std::vector<CellIndex>& cells) {
        if (!suite_.matrix.sample || static_cast<std::size_t>(*suite_.matrix.sample) >= cells.size()) {
            return;
        }
        std::vector<Margin> margins;
        std::ranges::transform(suite_.matrix.weights, std::back_inserter(margins),
                               [&](const auto& stated) { return margin_of(cells, stated.first, stated.second); });
        Random random(suite_.matrix.seed, "matrix.sample");
        const auto order = shuffled_in_strata(cells, margins, random);
        const auto drawn = draw_systematic(fit_weights(cells.size(), margins), order,
                                           static_cast<std::size_t>(*suite_.matrix.sample), random);
        std::vector<CellIndex> kept;
        std::ranges::transform(drawn, std::back_inserter(kept), [&cells](std::size_t i) { return cells[i]; });
        cells = std::move(kept);
        recount(cells);
    }

    // "persona.style, persona.emotion" has values such as "terse, angry".
    Margin margin_of(const std::vector<CellIndex>& cells, const std::string& names,
                     const std::map<std::string, double>& shares) const {
        const auto tidy = [](std::string_view joined) {
            std::vector<std::string> parts;
            std::ranges::transform(split(joined, ','), std::back_inserter(parts),
                                   [](std::string_view part) { return hyphenated(part); });
            return join(parts, ",");
        };
        std::map<std::string, double> stated;
        for (const auto& [value, share] : shares) {
            stated[tidy(value)] = share;
        }
        Margin out;
        std::unordered_map<std::string, std::uint32_t> index;
        for (const CellIndex& cell : cells) {
            std::vector<std::string> values;
            std::ranges::transform(split(names, ','), std::back_inserter(values), [&](std::string_view name) {
                return hyphenated(cell_trait(parts_of(cell), trim(name)));
            });
            const auto [at, is_new] =
                index.try_emplace(join(values, ","), static_cast<std::uint32_t>(out.shares.size()));
            if (is_new) {
                const auto share = stated.find(at->first);
                out.shares.push_back(share == stated.end() ? -1 : share->second);
            }
            out.value_of.push_back(at->second);
        }
        return out;
    }

    // Cells that the shares cannot tell apart stand together, by persona, and within that in random order: a
    // systematic draw then meets the shares and treats personas alike.
    static std::vector<std::size_t> shuffled_in_strata(const std::vector<CellIndex>& cells,
                                                       const std::vector<Margin>& margins, Random& random) {
        std::vector<std::uint64_t> lot(cells.size());
        std::ranges::generate(lot, [&random] { return random.next(); });
        std::vector<std::size_t> order(cells.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::sort(order, [&](std::size_t x, std::size_t y) {
            for (const Margin& margin : margins) {
                if (margin.value_of[x] != margin.value_of[y]) {
                    return margin.value_of[x] < margin.value_of[y];
                }
            }
            return std::tie(cells[x][0], lot[x], x) < std::tie(cells[y][0], lot[y], y);
        });
        return order;
    }

    // How many tuples a sample of a covering array still covers.
    void recount(const std::vector<CellIndex>& cells) {
        if (suite_.matrix.cover == MatrixSpec::Cover::full) {
            return;
        }
        if (covers_all()) {
            plan_.covered = cells.size();
            return;
        }
        std::vector<stats::Row> rows;
        std::ranges::transform(cells, std::back_inserter(rows), [](const CellIndex& cell) {
            return stats::Row{static_cast<int>(cell[0]), static_cast<int>(cell[1]), static_cast<int>(cell[2])};
        });
        if (const auto check = stats::verify(model_, rows)) {
            plan_.covered = check->feasible_tuples - check->uncovered_tuples;
        }
    }

    Result<Plan> conversations_of(const std::vector<CellIndex>& cells) {
        plan_.cells = cells.size();
        const auto runs = static_cast<std::uint64_t>(std::max(suite_.matrix.runs, 1));
        const std::vector<const UserSpec*> users = suite_.users();
        const std::uint64_t each = runs * users.size();
        if (cells.size() * each > most_conversations) {
            return fail(
                ErrorKind::limit,
                fmt::format("{} cells x {} runs{} are more than {} conversations", cells.size(), runs,
                            users.size() > 1 ? fmt::format(" x {} users", users.size()) : "", most_conversations),
                "cover pairwise, sample, or run fewer repetitions");
        }
        plan_.conversations.reserve(cells.size() * each);
        std::unordered_set<std::uint64_t> taken;
        for (const CellIndex& cell : cells) {
            const CellParts parts = parts_of(cell);
            for (const UserSpec* user : users) {
                for (std::uint64_t repetition = 0; repetition < runs; ++repetition) {
                    plan_.conversations.push_back(
                        conversation({.persona = parts.persona->id,
                                      .scenario = parts.scenario->id,
                                      .edge_case = parts.edge_case->id,
                                      .adversary = parts.adversary->id,
                                      .repetition = static_cast<int>(repetition),
                                      .user = suite_.has_several_users() ? user->name : std::string()},
                                     taken));
                }
            }
        }
        return std::move(plan_);
    }

    // 48 bits are enough for millions of conversations, but not for certain: the second of two equal ids is drawn anew.
    PlannedConversation conversation(Cell cell, std::unordered_set<std::uint64_t>& taken) const {
        // Whoever decides has the ids the suite would have with nobody beside it, so that it can be compared with
        // runs of that. All who play a cell have one seed: they differ by who plays and nothing else.
        Cell alone = cell;
        alone.user.clear();
        const std::string name = to_string(alone);
        std::string salted = cell.user == suite_.user.name ? name : to_string(cell);
        std::uint64_t id = hash64(salted, suite_.matrix.seed);
        while (!taken.insert(id >> (64 - 4 * id_digits)).second) {
            salted += '+';
            id = hash64(salted, suite_.matrix.seed);
        }
        return {.cell = std::move(cell), .id = hex(id, id_digits), .seed = hash64(name + "/seed", suite_.matrix.seed)};
    }

    const Suite& suite_;
    std::vector<Situation> situations_;
    std::vector<Ban> bans_;
    std::array<std::size_t, 3> sizes_;
    Pruning pruning_;
    std::vector<CellIndex> allowed_;
    stats::CoveringModel model_;
    Plan plan_;
};

}  // namespace

Result<Plan> expand(const Suite& suite) {
    return Expansion(suite).run();
}

}  // namespace sosia::spec
