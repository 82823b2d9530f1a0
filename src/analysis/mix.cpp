#include "analysis/mix.h"

#include <algorithm>
#include <set>
#include <span>

#include <fmt/format.h>

#include "base/random.h"
#include "stats/correlation.h"
#include "stats/multiplicity.h"
#include "stats/summary.h"
#include "stats/two_sample.h"

namespace sosia::analysis {
namespace {

using Counts = std::map<std::string, double>;

Counts counts_of(const std::vector<std::string>& labels, std::size_t from, std::size_t to) {
    Counts out;
    for (std::size_t i = from; i < to; ++i) {
        out[labels[i]] += 1;
    }
    return out;
}

std::vector<MixClass> classes_of(const Counts& simulated, const Counts& real, double n, double m) {
    std::map<std::string, MixClass> by_name;
    for (const auto& [name, count] : simulated) {
        by_name[name].simulated = count / n;
    }
    for (const auto& [name, count] : real) {
        by_name[name].real = count / m;
    }
    std::vector<MixClass> out;
    for (auto& [name, c] : by_name) {
        c.name = name;
        out.push_back(c);
    }
    std::ranges::sort(out, [](const MixClass& a, const MixClass& b) {
        return std::tie(b.real, b.simulated, a.name) < std::tie(a.real, a.simulated, b.name);
    });
    return out;
}

// Counts of the labels with these numbers, by name.
Counts counts_of_numbers(std::span<const std::size_t> numbers, const std::vector<std::string>& names) {
    std::vector<double> sums(names.size(), 0);
    for (const std::size_t number : numbers) {
        sums[number] += 1;
    }
    Counts out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (sums[i] > 0) {
            out[names[i]] = sums[i];
        }
    }
    return out;
}

// The labels of both sides, shuffled over and over: so far apart do two samples of one population come to lie.
void hold_against_chance(const std::vector<std::string>& labels, std::size_t simulated, const MixOptions& options,
                         MixTrait& trait) {
    std::vector<std::string> names;
    std::map<std::string, std::size_t> known;
    std::vector<std::size_t> numbers;
    for (const std::string& label : labels) {
        const auto [at, is_new] = known.try_emplace(label, names.size());
        if (is_new) {
            names.push_back(label);
        }
        numbers.push_back(at->second);
    }
    Random random(options.seed, "mix." + trait.name);
    std::vector<double> js;
    std::vector<double> tv;
    for (std::size_t s = 0; s < options.shuffles; ++s) {
        for (std::size_t i = numbers.size(); i > 1; --i) {
            std::swap(numbers[i - 1], numbers[random.below(i)]);
        }
        const Counts a = counts_of_numbers(std::span(numbers).first(simulated), names);
        const Counts b = counts_of_numbers(std::span(numbers).subspan(simulated), names);
        js.push_back(stats::jensen_shannon_bits(a, b));
        tv.push_back(stats::total_variation(a, b));
    }
    constexpr double one_in_twenty = 0.95;
    constexpr double rounding = 1e-12;
    trait.floor_js = stats::quantile(js, one_in_twenty);
    trait.floor_tv = stats::quantile(tv, one_in_twenty);
    const auto as_far = std::ranges::count_if(js, [&](double d) { return d >= trait.jensen_shannon - rounding; });
    trait.p = (1 + static_cast<double>(as_far)) / (1 + static_cast<double>(js.size()));
}

template <class Label>
MixTrait trait_of(const std::string& name, const std::vector<MixItem>& simulated, const std::vector<MixItem>& real,
                  const MixOptions& options, const Label& label) {
    std::vector<std::string> labels;
    for (const std::vector<MixItem>* side : {&simulated, &real}) {
        std::ranges::transform(*side, std::back_inserter(labels), label);
    }
    const Counts a = counts_of(labels, 0, simulated.size());
    const Counts b = counts_of(labels, simulated.size(), labels.size());
    MixTrait out{.name = name,
                 .jensen_shannon = stats::jensen_shannon_bits(a, b),
                 .total_variation = stats::total_variation(a, b)};
    out.classes = classes_of(a, b, static_cast<double>(simulated.size()), static_cast<double>(real.size()));
    hold_against_chance(labels, simulated.size(), options, out);
    return out;
}

std::vector<double> values_of(const std::vector<MixItem>& items, const std::string& name) {
    std::vector<double> out;
    for (const MixItem& item : items) {
        out.push_back(item.measures.at(name));
    }
    return out;
}

MixMeasure measure_of(const std::string& name, const std::vector<MixItem>& simulated, const std::vector<MixItem>& real,
                      const MixOptions& options) {
    const std::vector<double> a = values_of(simulated, name);
    const std::vector<double> b = values_of(real, name);
    return {.name = name,
            .simulated = stats::median(a),
            .real = stats::median(b),
            .ks = stats::ks_statistic(a, b),
            .wasserstein = stats::wasserstein1(a, b),
            .auc = stats::auc(a, b),
            .p = stats::ks_permutation_p(a, b, options.shuffles, options.seed)};
}

void adjust(Mix& mix) {
    std::vector<double> p;
    for (const MixTrait& t : mix.traits) {
        p.push_back(t.p);
    }
    for (const MixMeasure& m : mix.measures) {
        p.push_back(m.p);
    }
    const std::vector<double> adjusted = stats::benjamini_hochberg(p);
    std::size_t i = 0;
    for (MixTrait& t : mix.traits) {
        t.p_adjusted = adjusted[i++];
    }
    for (MixMeasure& m : mix.measures) {
        m.p_adjusted = adjusted[i++];
    }
}

void note_what_nobody_simulates(Mix& mix) {
    constexpr double worth_saying = 0.01;
    for (const MixTrait& trait : mix.traits) {
        for (const MixClass& c : trait.classes) {
            if (c.simulated <= 0 && c.real >= worth_saying) {
                mix.not_simulated.push_back(fmt::format("{} {}: {:.1f} % of real conversations, none simulated",
                                                        trait.name, c.name, 100 * c.real));
            }
        }
    }
}

std::set<std::string> checks_of(const std::vector<MixItem>& items) {
    std::set<std::string> out;
    for (const MixItem& item : items) {
        for (const auto& [name, passed] : item.checks) {
            out.insert(name);
        }
    }
    return out;
}

// Intents with enough conversations on both sides, and the mean of what `value` gives.
template <class Value>
std::vector<MixSegment> segments_of(const std::vector<MixItem>& simulated, const std::vector<MixItem>& real,
                                    std::size_t least, const Value& value) {
    std::map<std::string, MixSegment> by_name;
    const auto add = [&](const std::vector<MixItem>& items, std::size_t MixSegment::* n, double MixSegment::* sum) {
        for (const MixItem& item : items) {
            if (const std::optional<double> v = value(item)) {
                by_name[item.intent].*n += 1;
                by_name[item.intent].*sum += *v;
            }
        }
    };
    add(simulated, &MixSegment::simulated_n, &MixSegment::simulated);
    add(real, &MixSegment::real_n, &MixSegment::real);
    std::vector<MixSegment> out;
    for (auto& [name, s] : by_name) {
        if (s.simulated_n >= least && s.real_n >= least) {
            s.name = name;
            s.simulated /= static_cast<double>(s.simulated_n);
            s.real /= static_cast<double>(s.real_n);
            out.push_back(s);
        }
    }
    return out;
}

MixCorrelation correlation_of(const std::string& of, std::vector<MixSegment> segments, const MixOptions& options) {
    constexpr std::size_t fewest = 3;
    MixCorrelation out{.of = of, .segments = std::move(segments)};
    std::vector<double> a;
    std::vector<double> b;
    for (const MixSegment& s : out.segments) {
        a.push_back(s.simulated);
        b.push_back(s.real);
    }
    if (a.size() < fewest) {
        return out;
    }
    using stats::CorrelationKind;
    out.pearson = stats::pearson(a, b);
    out.spearman = stats::spearman(a, b);
    if (out.pearson) {
        out.pearson_interval = stats::pearson_interval(*out.pearson, a.size());
        out.spearman_interval = stats::spearman_interval(*out.spearman, a.size());
        out.pearson_bootstrap = stats::correlation_bootstrap(a, b, CorrelationKind::pearson, 2000, options.seed);
        out.spearman_bootstrap = stats::correlation_bootstrap(a, b, CorrelationKind::spearman, 2000, options.seed);
    }
    return out;
}

}  // namespace

Mix compare_mix(const std::vector<MixItem>& simulated, const std::vector<MixItem>& real, const MixOptions& options) {
    Mix out{.simulated = simulated.size(), .real = real.size()};
    if (simulated.empty() || real.empty()) {
        return out;
    }
    out.traits.push_back(trait_of("intent", simulated, real, options, [](const MixItem& i) { return i.intent; }));
    for (const auto& [name, value] : simulated.front().traits) {
        out.traits.push_back(
            trait_of(name, simulated, real, options, [&name](const MixItem& i) { return i.traits.at(name); }));
    }
    for (const auto& [name, value] : simulated.front().measures) {
        out.measures.push_back(measure_of(name, simulated, real, options));
    }
    adjust(out);
    note_what_nobody_simulates(out);
    std::ranges::set_intersection(checks_of(simulated), checks_of(real), std::back_inserter(out.common_checks));
    const auto passes = [&](const MixItem& item) {
        return std::optional(std::ranges::none_of(out.common_checks,
                                                  [&](const std::string& name) {
                                                      const auto check = item.checks.find(name);
                                                      return check != item.checks.end() && !check->second;
                                                  })
                                 ? 1.0
                                 : 0.0);
    };
    out.correlations.push_back(
        correlation_of("pass rate", segments_of(simulated, real, options.least, passes), options));
    out.correlations.push_back(correlation_of(
        "score", segments_of(simulated, real, options.least, [](const MixItem& i) { return i.score; }), options));
    return out;
}

}  // namespace sosia::analysis
