#include "generate/axes_covered.h"

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "generate/edge_kinds.h"
#include "generate/slots.h"

namespace sosia::generate {
namespace {

using Values = std::set<std::string>;

AxisLine line_of(const std::string& name, const std::vector<std::string>& all, const Values& before,
                 const Values& drafts) {
    AxisLine out{.name = name, .values = all.size()};
    for (const std::string& value : all) {
        const bool there = before.contains(value);
        out.before += there ? 1U : 0U;
        if (there || drafts.contains(value)) {
            ++out.after;
        } else if (out.missing.size() < most_missing) {
            out.missing.push_back(value);
        }
    }
    return out;
}

Values traits_on(const std::vector<Persona>& personas, const std::string& axis) {
    Values out;
    for (const Persona& p : personas) {
        out.emplace(p.trait(axis));
    }
    return out;
}

std::string pair_of(std::string_view a, std::string_view b) {
    return fmt::format("{} + {}", a, b);
}

Values pairs_in(const std::vector<Persona>& personas, const std::vector<spec::Axis>& axes) {
    Values out;
    for (const Persona& p : personas) {
        for (std::size_t i = 0; i < axes.size(); ++i) {
            for (std::size_t j = i + 1; j < axes.size(); ++j) {
                out.insert(pair_of(p.trait(axes[i].name), p.trait(axes[j].name)));
            }
        }
    }
    return out;
}

std::vector<std::string> all_pairs(const std::vector<spec::Axis>& axes) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        for (std::size_t j = i + 1; j < axes.size(); ++j) {
            for (const std::string& a : axes[i].values) {
                for (const std::string& b : axes[j].values) {
                    out.push_back(pair_of(a, b));
                }
            }
        }
    }
    return out;
}

// Whatever of an axis of scenarios shows in their tags, probes and edge cases.
Values marks_of(const std::vector<Scenario>& scenarios) {
    Values out;
    for (const Scenario& s : scenarios) {
        out.insert(s.tags.begin(), s.tags.end());
        out.insert(s.probes.begin(), s.probes.end());
        for (const EdgeCase& e : s.edge_cases) {
            out.insert(e.id);
            out.insert(e.tags.begin(), e.tags.end());
        }
    }
    return out;
}

bool may_meet(const Scenario& s, const Adversary& adversary) {
    const std::string family(to_string(adversary.family));
    const auto names = [&](const std::vector<std::string>& ids) {
        return std::ranges::any_of(ids, [&](const std::string& id) { return id == adversary.id || id == family; });
    };
    const auto filters = [&](const Compatibility::Filter& filter) {
        return filter.size() == 1 && filter.contains("family") &&
               std::ranges::find(filter.at("family"), family) != filter.at("family").end();
    };
    const Compatibility& c = s.adversaries;
    return !names(c.not_ids) &&
           ((c.ids.empty() && c.traits.empty()) || names(c.ids) || std::ranges::any_of(c.traits, filters));
}

Values families_met(const std::vector<Scenario>& scenarios, const std::vector<Adversary>& adversaries) {
    Values out;
    for (const Adversary& adversary : adversaries) {
        if (std::ranges::any_of(scenarios, [&](const Scenario& s) { return may_meet(s, adversary); })) {
            out.emplace(to_string(adversary.family));
        }
    }
    return out;
}

std::vector<std::string> family_names() {
    std::vector<std::string> out;
    for (const AdversaryFamily family : pressing_families()) {
        out.emplace_back(to_string(family));
    }
    return out;
}

}  // namespace

std::vector<AxisLine> axes_covered(const Parts& suite, const Parts& drafts, const std::vector<spec::Axis>& own) {
    const std::vector<spec::Axis>& axes = own.empty() ? spec::builtin_axes() : own;
    std::vector<AxisLine> out;
    for (const spec::Axis& axis : axes) {
        out.push_back(line_of(axis.name, axis.values, traits_on(suite.personas, axis.name),
                              traits_on(drafts.personas, axis.name)));
    }
    out.push_back(
        line_of("pairs of these", all_pairs(axes), pairs_in(suite.personas, axes), pairs_in(drafts.personas, axes)));
    const Values before = marks_of(suite.scenarios);
    const Values after = marks_of(drafts.scenarios);
    for (const spec::Axis& axis : scenario_axes()) {
        const std::string name = axis.name == "edge"    ? "edge case kind"
                                 : axis.name == "probe" ? "failure category"
                                                        : axis.name;
        out.push_back(line_of(name, axis.values, before, after));
    }
    out.push_back(line_of("adversary family", family_names(), families_met(suite.scenarios, suite.adversaries),
                          families_met(drafts.scenarios, suite.adversaries)));
    return out;
}

std::string to_text(std::span<const AxisLine> lines) {
    std::string out = fmt::format("{:<18} {:>8} {:>12}\n", "", "suite", "with drafts");
    for (const AxisLine& line : lines) {
        const std::size_t open = line.values - line.after;
        out += fmt::format("{:<18} {:>8} {:>12}", line.name, fmt::format("{}/{}", line.before, line.values),
                           fmt::format("{}/{}", line.after, line.values));
        out += open == 0
                   ? "\n"
                   : fmt::format(
                         "   missing: {}{}\n", join(line.missing, ", "),
                         open > line.missing.size() ? fmt::format(" and {} more", open - line.missing.size()) : "");
    }
    return out;
}

}  // namespace sosia::generate
