#include "spec/matrix_bans.h"

#include <fmt/format.h>

#include <algorithm>

#include "spec/trait.h"

namespace sosia::spec {
namespace {

enum Parameter : std::size_t { persona, situation, adversary };

// One condition of a rule: for each parameter, who meets it. Several parameters only for "tags".
struct Met {
    std::array<Levels, 3> by;  // empty: this parameter has no say
};

class BanMaker {
  public:
    BanMaker(const Suite& suite, const std::vector<Situation>& situations) : suite_(suite), situations_(situations) {}

    std::vector<Ban> make() {
        add_compatibility();
        add_tags();
        for (std::size_t i = 0; i < suite_.matrix.rules.size(); ++i) {
            add_rule(suite_.matrix.rules[i], fmt::format("matrix rule {}", i + 1));
        }
        return std::move(bans_);
    }

  private:
    void add(Levels personas, Levels situations, Levels adversaries, std::string cause) {
        const auto nobody = [](const Levels& levels) {
            return !levels.empty() && std::ranges::find(levels, 1) == levels.end();
        };
        if (!nobody(personas) && !nobody(situations) && !nobody(adversaries)) {
            bans_.push_back({{std::move(personas), std::move(situations), std::move(adversaries)}, std::move(cause)});
        }
    }

    template <class Holds>
    Levels personas_where(const Holds& holds) const {
        Levels out;
        std::ranges::transform(suite_.personas, std::back_inserter(out),
                               [&](const Persona& one) { return static_cast<char>(holds(one)); });
        return out;
    }
    template <class Holds>
    Levels situations_where(const Holds& holds) const {
        Levels out;
        std::ranges::transform(situations_, std::back_inserter(out),
                               [&](const Situation& one) { return static_cast<char>(holds(one)); });
        return out;
    }
    template <class Holds>
    Levels adversaries_where(const Holds& holds) const {
        Levels out;
        std::ranges::transform(suite_.adversaries, std::back_inserter(out),
                               [&](const Adversary& one) { return static_cast<char>(holds(one)); });
        return out;
    }

    void add_compatibility() {
        for (const Scenario& scenario : suite_.scenarios) {
            const Levels here =
                situations_where([&scenario](const Situation& one) { return one.scenario == &scenario; });
            if (!scenario.personas.empty()) {
                add(personas_where([&scenario](const Persona& one) { return !fits(scenario.personas, one); }), here, {},
                    "the scenarios' personas");
            }
            add(personas_where([&scenario](const Persona& one) { return !belongs(one, scenario); }), here, {},
                "the personas' only_in");
            if (!scenario.adversaries.empty()) {
                add({}, here,
                    adversaries_where([&scenario](const Adversary& one) { return !fits(scenario.adversaries, one); }),
                    "the scenarios' adversaries");
            }
            if (!scenario.probes.empty()) {
                add(personas_where([&scenario](const Persona& one) { return !may_probe(one, scenario); }), here, {},
                    "the personas' probes");
            }
        }
    }

    static bool belongs(const Persona& one, const Scenario& scenario) {
        return one.only_in.empty() || std::ranges::find(one.only_in, scenario.id) != one.only_in.end();
    }

    // A persona with probes needs a scenario in which one of them can show.
    static bool may_probe(const Persona& one, const Scenario& scenario) {
        return one.probes.empty() || std::ranges::any_of(one.probes, [&scenario](FailureCategory category) {
                   return std::ranges::find(scenario.probes, to_string(category)) != scenario.probes.end();
               });
    }

    void add_tags() {
        if (!suite_.matrix.only_tags.empty()) {
            const Met met = condition("tags", suite_.matrix.only_tags);
            add(negated(met.by[persona]), negated(met.by[situation]), negated(met.by[adversary]), "matrix.tags");
        }
        if (!suite_.matrix.skip_tags.empty()) {
            const Met met = condition("tags", suite_.matrix.skip_tags);
            add(met.by[persona], {}, {}, "matrix.skip_tags");
            add({}, met.by[situation], {}, "matrix.skip_tags");
            add({}, {}, met.by[adversary], "matrix.skip_tags");
        }
    }

    Met condition(std::string_view name, const std::vector<std::string>& values) const {
        const bool any = name == "tags" || name == "tag";
        Met met;
        if (any || name.starts_with("persona")) {
            met.by[persona] =
                personas_where([&](const Persona& one) { return cell_has({.persona = &one}, name, values); });
        }
        if (any || name.starts_with("scenario") || name.starts_with("edge")) {
            met.by[situation] = situations_where([&](const Situation& one) {
                return cell_has({.scenario = one.scenario, .edge_case = one.edge_case}, name, values);
            });
        }
        if (any || name.starts_with("adversary")) {
            met.by[adversary] =
                adversaries_where([&](const Adversary& one) { return cell_has({.adversary = &one}, name, values); });
        }
        return met;
    }

    static Levels negated(const Levels& levels) {
        Levels out = levels;
        std::ranges::transform(out, out.begin(), [](char value) { return static_cast<char>(value == 0); });
        return out;
    }

    // Both lists name it; an empty list names all.
    static Levels both(const Levels& a, const Levels& b) {
        if (a.empty() || b.empty()) {
            return a.empty() ? b : a;
        }
        Levels out(a.size());
        std::ranges::transform(a, b, out.begin(), [](char x, char y) { return static_cast<char>(x != 0 && y != 0); });
        return out;
    }

    // IF a and b THEN c and d bans (a, b, not c) and (a, b, not d).
    void add_rule(const MatrixRule& rule, const std::string& cause) {
        for (const auto& [name, values] : rule.then) {
            Ban ban{.cause = cause};
            const Met met = condition(name, values);
            for (const Parameter p : {persona, situation, adversary}) {
                ban.named[p] = negated(met.by[p]);
            }
            add_when(rule, rule.when.begin(), ban);
        }
    }

    // A condition that several parameters can meet (tags) makes one ban for each of them.
    void add_when(const MatrixRule& rule, std::map<std::string, std::vector<std::string>>::const_iterator at,
                  const Ban& so_far) {
        if (at == rule.when.end()) {
            add(so_far.named[persona], so_far.named[situation], so_far.named[adversary], so_far.cause);
            return;
        }
        const Met met = condition(at->first, at->second);
        for (const Parameter p : {persona, situation, adversary}) {
            if (!met.by[p].empty()) {
                Ban ban = so_far;
                ban.named[p] = both(ban.named[p], met.by[p]);
                add_when(rule, std::next(at), ban);
            }
        }
    }

    const Suite& suite_;
    const std::vector<Situation>& situations_;
    std::vector<Ban> bans_;
};

bool is_named(const Levels& levels, std::size_t at) {
    return levels.empty() || levels[at] != 0;
}

}  // namespace

std::vector<Situation> situations_of(const Suite& suite) {
    std::vector<Situation> out;
    for (const Scenario& scenario : suite.scenarios) {
        out.push_back({&scenario, &scenario.happy});
        for (const EdgeCase& edge_case : scenario.edge_cases) {
            out.push_back({&scenario, &edge_case});
        }
    }
    return out;
}

std::vector<Ban> bans_of(const Suite& suite, const std::vector<Situation>& situations) {
    return BanMaker(suite, situations).make();
}

Pruning::Pruning(std::array<std::size_t, 3> sizes, const std::vector<Ban>& bans) : sizes_(sizes), bans_(bans) {
    static constexpr std::array<std::array<std::size_t, 2>, 3> pair_of{{{1, 2}, {0, 2}, {0, 1}}};
    for (std::size_t left_out = 0; left_out < 3; ++left_out) {
        pairs_[left_out].assign(sizes[pair_of[left_out][0]] * sizes[pair_of[left_out][1]], 0);
    }
    for (const Ban& ban : bans) {
        const auto all = std::ranges::find_if(ban.named, [](const Levels& levels) { return levels.empty(); });
        if (all == ban.named.end()) {
            triples_.push_back(&ban);
            continue;
        }
        const auto left_out = static_cast<std::size_t>(all - ban.named.begin());
        const auto [a, b] = pair_of[left_out];
        for (std::size_t i = 0; i < sizes[a]; ++i) {
            for (std::size_t j = 0; is_named(ban.named[a], i) && j < sizes[b]; ++j) {
                char& banned = pairs_[left_out][i * sizes[b] + j];
                banned = static_cast<char>(banned != 0 || is_named(ban.named[b], j));
            }
        }
    }
}

bool Pruning::names(const Ban& ban, const CellIndex& cell) {
    return is_named(ban.named[0], cell[0]) && is_named(ban.named[1], cell[1]) && is_named(ban.named[2], cell[2]);
}

bool Pruning::allows(const CellIndex& cell) const {
    const auto [p, s, a] = cell;
    return pairs_[0][s * sizes_[2] + a] == 0 && pairs_[1][p * sizes_[2] + a] == 0 &&
           pairs_[2][p * sizes_[1] + s] == 0 &&
           std::ranges::none_of(triples_, [&cell](const Ban* ban) { return names(*ban, cell); });
}

const Ban* Pruning::why(const CellIndex& cell) const {
    const auto found = std::ranges::find_if(bans_, [&cell](const Ban& ban) { return names(ban, cell); });
    return found == bans_.end() ? nullptr : &*found;
}

stats::CoveringModel covering_model(std::array<std::size_t, 3> sizes, const std::vector<Ban>& bans, int strength) {
    stats::CoveringModel model;
    std::ranges::transform(sizes, std::back_inserter(model.levels), [](std::size_t n) { return static_cast<int>(n); });
    model.strength = static_cast<std::size_t>(strength);
    for (const Ban& ban : bans) {
        std::vector<stats::Condition> conditions;
        for (std::size_t p = 0; p < 3; ++p) {
            stats::Condition condition{.parameter = p};
            for (std::size_t i = 0; i < ban.named[p].size(); ++i) {
                if (ban.named[p][i] != 0) {
                    condition.values.push_back(static_cast<int>(i));
                }
            }
            if (!condition.values.empty()) {
                conditions.push_back(std::move(condition));
            }
        }
        model.forbidden.push_back(std::move(conditions));
    }
    return model;
}

}  // namespace sosia::spec
