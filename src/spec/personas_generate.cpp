#include "spec/personas_generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <unordered_map>

#include "base/random.h"
#include "base/text.h"
#include "spec/fields.h"
#include "spec/matrix_sample.h"
#include "stats/covering_array.h"

namespace sosia::spec {
namespace {

constexpr std::size_t most_combinations = 1'000'000;

std::optional<std::size_t> axis_index(const std::vector<Axis>& axes, std::string_view name) {
    const std::string_view bare = name.starts_with("persona.") ? name.substr(8) : name;
    const auto found = std::ranges::find(axes, bare, &Axis::name);
    return found == axes.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - axes.begin()));
}

std::vector<std::string> axis_names(const std::vector<Axis>& axes) {
    std::vector<std::string> out;
    std::ranges::transform(axes, std::back_inserter(out), &Axis::name);
    return out;
}

using Conditions = std::map<std::string, std::vector<std::string>>;

Result<std::vector<stats::Condition>> conditions_of(const Conditions& written, const std::vector<Axis>& axes) {
    std::vector<stats::Condition> out;
    for (const auto& [name, values] : written) {
        const auto axis = axis_index(axes, name);
        if (!axis) {
            return fail(ErrorKind::usage,
                        fmt::format("a rule names the axis {}, which does not exist", in_quotes(name)),
                        did_you_mean(name, axis_names(axes)));
        }
        stats::Condition condition{.parameter = *axis};
        for (const std::string& value : values) {
            const auto& known = axes[*axis].values;
            const auto at = std::ranges::find(known, value);
            if (at == known.end()) {
                return fail(ErrorKind::usage,
                            fmt::format("a rule names {} {}, which does not exist", name, in_quotes(value)),
                            did_you_mean(value, known));
            }
            condition.values.push_back(static_cast<int>(at - known.begin()));
        }
        out.push_back(std::move(condition));
    }
    return out;
}

Result<stats::CoveringModel> model_of(const GenerateSpec& spec, const std::vector<Axis>& axes) {
    stats::CoveringModel model;
    model.strength = static_cast<std::size_t>(std::max(spec.strength, 1));
    for (const Axis& axis : axes) {
        if (axis.values.empty()) {
            return fail(ErrorKind::usage, fmt::format("the axis {} has no values", in_quotes(axis.name)));
        }
        if (std::set<std::string>(axis.values.begin(), axis.values.end()).size() != axis.values.size()) {
            return fail(ErrorKind::usage, fmt::format("the axis {} has a value twice", in_quotes(axis.name)));
        }
        model.levels.push_back(static_cast<int>(axis.values.size()));
    }
    for (const MatrixRule& rule : spec.rules) {
        auto when = conditions_of(rule.when, axes);
        auto then = conditions_of(rule.then, axes);
        if (!when || !then) {
            return std::unexpected(when ? then.error() : when.error());
        }
        model.rules.push_back({std::move(*when), std::move(*then)});
    }
    return model;
}

// For each row the index of its value under `names` ("style" or "style, emotion"), with the stated shares.
Result<Margin> margin_of(const std::string& names, const std::map<std::string, double>& shares,
                         const std::vector<Axis>& axes, const std::vector<stats::Row>& rows) {
    std::vector<std::size_t> indices;
    for (const std::string_view name : split(names, ',')) {
        const auto axis = axis_index(axes, trim(name));
        if (!axis) {
            return fail(ErrorKind::usage,
                        fmt::format("the shares name the axis {}, which does not exist", in_quotes(trim(name))),
                        did_you_mean(trim(name), axis_names(axes)));
        }
        indices.push_back(*axis);
    }
    std::unordered_map<std::string, std::uint32_t> index;
    Margin out;
    for (const stats::Row& row : rows) {
        std::vector<std::string> values;
        std::ranges::transform(indices, std::back_inserter(values),
                               [&](std::size_t i) { return axes[i].values[static_cast<std::size_t>(row[i])]; });
        const auto [at, is_new] = index.try_emplace(join(values, ","), static_cast<std::uint32_t>(index.size()));
        if (is_new) {
            out.shares.push_back(-1);
        }
        out.value_of.push_back(at->second);
    }
    for (const auto& [value, share] : shares) {
        std::vector<std::string> parts;
        std::ranges::transform(split(value, ','), std::back_inserter(parts),
                               [](std::string_view part) { return std::string(trim(part)); });
        const auto at = index.find(join(parts, ","));
        if (at == index.end()) {
            return fail(ErrorKind::usage,
                        fmt::format("the shares name {} {}, which does not occur", names, in_quotes(value)));
        }
        out.shares[at->second] = share;
    }
    return out;
}

// `n` rows with the chance of their weight, the same row as often as it deserves; in random order, so that any first
// part of them is a fair sample too.
std::vector<stats::Row> draw(const std::vector<stats::Row>& rows, const std::vector<double>& weights, std::size_t n,
                             Random& random) {
    const double step = std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(n);
    double position = random.uniform() * step;
    double sum = 0;
    std::vector<stats::Row> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        sum += weights[i];
        for (; position < sum && out.size() < n; position += step) {
            out.push_back(rows[i]);
        }
    }
    while (out.size() < n && !out.empty()) {
        out.push_back(out.back());
    }
    for (std::size_t i = out.size(); i > 1; --i) {
        std::swap(out[i - 1], out[random.below(i)]);
    }
    return out;
}

Result<std::vector<stats::Row>> sampled(const GenerateSpec& spec, const stats::CoveringModel& model,
                                        const std::vector<Axis>& axes) {
    if (stats::full_product(model.levels) > most_combinations) {
        return fail(ErrorKind::limit,
                    fmt::format("the axes have {} combinations; a sample can be drawn from at most {}",
                                stats::full_product(model.levels), most_combinations),
                    "use fewer axes, or cover pairwise");
    }
    const auto rows = stats::all_valid_rows(model, most_combinations);
    if (!rows) {
        return std::unexpected(rows.error());
    }
    std::vector<Margin> margins;
    for (const auto& [names, shares] : spec.weights) {
        auto margin = margin_of(names, shares, axes, *rows);
        if (!margin) {
            return std::unexpected(margin.error());
        }
        margins.push_back(std::move(*margin));
    }
    Random random(spec.seed, "personas.sample");
    return draw(*rows, fit_weights(rows->size(), margins), static_cast<std::size_t>(*spec.sample), random);
}

Result<std::vector<stats::Row>> covered(const GenerateSpec& spec, const stats::CoveringModel& model,
                                        std::uint64_t& tuples) {
    if (spec.cover == MatrixSpec::Cover::full) {
        return stats::all_valid_rows(model, most_combinations);
    }
    auto array = stats::cover(model, {.seed = spec.seed});
    if (!array) {
        return std::unexpected(array.error());
    }
    tuples = array->feasible_tuples;
    return std::move(array->rows);
}

}  // namespace

const std::vector<Axis>& builtin_axes() {
    static const std::vector<Axis> axes{{"style", {"verbose", "terse", "technical", "non-native", "rambling"}},
                                        {"emotion", {"calm", "frustrated", "anxious", "confused", "angry"}},
                                        {"knowledge", {"expert", "intermediate", "novice"}},
                                        {"intent", {"cooperative", "tangential", "adversarial", "correction-prone"}}};
    return axes;
}

Result<GeneratedPersonas> generate_personas(const GenerateSpec& spec) {
    GeneratedPersonas out{.axes = spec.axes.empty() ? builtin_axes() : spec.axes, .rows = {}};
    const auto model = model_of(spec, out.axes);
    if (!model) {
        return std::unexpected(model.error());
    }
    const auto rows = spec.sample ? sampled(spec, *model, out.axes) : covered(spec, *model, out.tuples);
    if (!rows) {
        return std::unexpected(rows.error());
    }
    for (const stats::Row& row : *rows) {
        std::vector<std::string> values;
        for (std::size_t i = 0; i < row.size(); ++i) {
            values.push_back(out.axes[i].values[static_cast<std::size_t>(row[i])]);
        }
        out.rows.push_back(std::move(values));
    }
    if (out.rows.empty()) {
        return fail(ErrorKind::usage, "the rules leave no persona at all");
    }
    return out;
}

}  // namespace sosia::spec
