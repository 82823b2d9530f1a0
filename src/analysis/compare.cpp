#include "analysis/compare.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "analysis/compare_cells.h"
#include "analysis/slices.h"
#include "base/text.h"
#include "stats/multiplicity.h"

namespace sosia::analysis {
namespace {

bool is_valid(const RunOutcome& run) {
    return run.outcome != Outcome::invalid;
}

bool passed(const RunOutcome& run) {
    return run.outcome == Outcome::passed;
}

std::vector<CellPair> pass_pairs(const MatchedCells& matched) {
    std::vector<CellPair> out;
    out.reserve(matched.cells.size());
    for (const Matched& m : matched.cells) {
        out.push_back(cell_pair(m, is_valid, passed));
    }
    return out;
}

void add_slices(const MatchedCells& matched, const std::vector<CellPair>& pairs, const CompareOptions& options,
                Comparison& out) {
    static const Suite unknown;
    const Suite& suite = options.suite == nullptr ? unknown : *options.suite;
    std::map<std::pair<std::string, std::string>, std::vector<CellPair>> members;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        for (auto& membership : memberships_of(suite, matched.cells[i].after->cell)) {
            members[std::move(membership)].push_back(pairs[i]);
        }
    }
    for (const auto& [membership, cells] : members) {
        Difference d = compare_rates(cells, options.thresholds);
        d.dimension = membership.first;
        d.value = membership.second;
        out.slices.push_back(std::move(d));
    }
}

// Checks that failed on either side at least once; passing means that the check found nothing.
void add_checks(const MatchedCells& matched, const CompareOptions& options, Comparison& out) {
    std::set<std::string> names;
    for (const Matched& m : matched.cells) {
        for (const CellOutcomes* side : {m.before, m.after}) {
            for (const RunOutcome& run : side->runs) {
                names.insert(run.failed_checks.begin(), run.failed_checks.end());
            }
        }
    }
    for (const std::string& name : names) {
        std::vector<CellPair> pairs;
        for (const Matched& m : matched.cells) {
            pairs.push_back(cell_pair(m, is_valid, [&](const RunOutcome& run) {
                return std::ranges::find(run.failed_checks, name) == run.failed_checks.end();
            }));
        }
        Difference d = compare_rates(pairs, options.thresholds);
        d.dimension = "check";
        d.value = name;
        out.checks.push_back(std::move(d));
    }
}

// Mean of `value` over a cell's valid runs that have it.
template <class Value>
std::optional<double> cell_mean(const CellOutcomes& cell, const Value& value) {
    double sum = 0;
    std::size_t n = 0;
    for (const RunOutcome& run : cell.runs) {
        if (const std::optional<double> v = is_valid(run) ? value(run) : std::nullopt) {
            sum += *v;
            ++n;
        }
    }
    return n == 0 ? std::nullopt : std::optional(sum / static_cast<double>(n));
}

template <class OldValue, class NewValue>
std::optional<Difference> scores(const MatchedCells& matched, const Thresholds& thresholds, const OldValue& old_value,
                                 const NewValue& new_value) {
    std::vector<double> before;
    std::vector<double> after;
    for (const Matched& m : matched.cells) {
        const std::optional<double> a = cell_mean(*m.before, old_value);
        const std::optional<double> b = cell_mean(*m.after, new_value);
        if (a && b) {
            before.push_back(*a);
            after.push_back(*b);
        }
    }
    return before.empty() ? std::nullopt : std::optional(compare_scores(before, after, thresholds));
}

auto criterion_at(std::size_t index) {
    return [index](const RunOutcome& run) {
        return index < run.criteria.size() ? std::optional(run.criteria[index]) : std::nullopt;
    };
}

void add_scores(const MatchedCells& matched, const Outcomes& before, const Outcomes& after, const Thresholds& t,
                Comparison& out) {
    const auto overall = [](const RunOutcome& run) { return run.score; };
    out.score = scores(matched, t, overall, overall);
    if (out.score) {
        out.score->dimension = "score";
    }
    for (std::size_t i = 0; i < after.criteria.size(); ++i) {
        const auto old = std::ranges::find(before.criteria, after.criteria[i]);
        if (old == before.criteria.end()) {
            continue;
        }
        const auto old_index = static_cast<std::size_t>(old - before.criteria.begin());
        if (std::optional<Difference> d = scores(matched, t, criterion_at(old_index), criterion_at(i))) {
            d->dimension = "criterion";
            d->value = after.criteria[i];
            out.criteria.push_back(std::move(*d));
        }
    }
}

bool asked_for(const std::vector<std::string>& gate_by, const Difference& d) {
    return std::ranges::any_of(gate_by, [&](const std::string& wanted) {
        return wanted == d.dimension || wanted == d.dimension + "=" + d.value;
    });
}

// Everything shown that does not gate, as one family.
std::vector<Difference*> shown(Comparison& c) {
    std::vector<Difference*> out;
    if (c.score) {
        out.push_back(&*c.score);
    }
    for (std::vector<Difference>* list : {&c.slices, &c.checks, &c.criteria}) {
        for (Difference& d : *list) {
            out.push_back(&d);
        }
    }
    return out;
}

// Holm over what gates, Benjamini-Hochberg over the rest.
void adjust(const std::vector<CellPair>& pairs, const CompareOptions& options, Comparison& c) {
    std::vector<Difference*> gating{&c.overall};
    std::vector<Difference*> rest;
    for (Difference* d : shown(c)) {
        d->gates = asked_for(options.gate_by, *d);
        (d->gates ? gating : rest).push_back(d);
    }
    c.overall.gates = true;
    std::vector<double> p;
    for (const Difference* d : gating) {
        p.push_back(d->p_worse);
    }
    const std::vector<double> held = stats::holm(p);
    for (std::size_t i = 0; i < gating.size(); ++i) {
        gating[i]->p_adjusted = held[i];
        answer(*gating[i], options.thresholds);
    }
    if (c.overall.answer == Answer::undecided) {
        c.overall.more = more_conversations(pairs, options.thresholds);
    }
    for (const Difference* d : gating) {
        c.gating.push_back(*d);
    }
    p.clear();
    for (const Difference* d : rest) {
        p.push_back(d->p);
    }
    const std::vector<double> discovered = stats::benjamini_hochberg(p);
    for (std::size_t i = 0; i < rest.size(); ++i) {
        rest[i]->p_adjusted = discovered[i];
        answer(*rest[i], options.thresholds);
    }
}

std::string name_of(const Difference& d) {
    return d.dimension.empty() ? "pass rate" : d.value.empty() ? d.dimension : d.dimension + " " + d.value;
}

std::string points(double value, bool is_rate) {
    return is_rate ? fmt::format("{:+.1f} points", 100 * value) : fmt::format("{:+.2f}", value);
}

std::string size_of(double value, bool is_rate) {
    return is_rate ? fmt::format("{:.1f} points", 100 * value) : fmt::format("{:.2f}", value);
}

std::string change_text(const Difference& d) {
    const double unit = d.is_rate ? 100 : 1;
    const std::string ends = d.is_rate
                                 ? fmt::format("[{:+.1f}, {:+.1f}]", unit * d.interval.low, unit * d.interval.high)
                                 : fmt::format("[{:+.2f}, {:+.2f}]", d.interval.low, d.interval.high);
    return name_of(d) + " " + points(d.change, d.is_rate) + " " + ends;
}

std::string reason_of(const Difference& d, const Thresholds& t) {
    const double margin = d.is_rate ? t.margin : t.score_margin;
    switch (d.answer) {
        case Answer::regressed:
            return fmt::format("{}; p = {:.2g}", change_text(d), d.p_adjusted);
        case Answer::not_worse:
            return fmt::format("{}; a loss of {} or more is ruled out", change_text(d), size_of(margin, d.is_rate));
        case Answer::undecided:
            return fmt::format("{}; a loss of {} is neither shown nor ruled out{}", change_text(d),
                               size_of(margin, d.is_rate),
                               d.more ? fmt::format("; about {} more conversations would decide", *d.more) : "");
    }
    return "";
}

// The answer over everything that gates: one regression is enough, and all must be shown not to be worse.
void decide(const CompareOptions& options, Comparison& c) {
    const auto with = [&c](Answer a) { return std::ranges::find(c.gating, a, &Difference::answer); };
    const auto worst = with(Answer::regressed) != c.gating.end()   ? with(Answer::regressed)
                       : with(Answer::undecided) != c.gating.end() ? with(Answer::undecided)
                                                                   : c.gating.begin();
    c.answer = worst->answer;
    c.reason = reason_of(*worst, options.thresholds);
    const auto n = static_cast<double>(c.after_conversations);
    if (static_cast<double>(c.after_invalid) > options.most_invalid * n) {
        c.valid = false;
        c.answer = Answer::undecided;
        c.reason = fmt::format("{} of {} conversations are invalid; at most {:.0f} % may be", c.after_invalid,
                               c.after_conversations, 100 * options.most_invalid);
    } else if (!c.flaky.expired.empty() && c.answer == Answer::not_worse) {
        c.answer = Answer::undecided;
        c.reason = fmt::format("{} cell{} marked flaky failed again after the mark expired: {}; mend or mark anew",
                               c.flaky.expired.size(), c.flaky.expired.size() == 1 ? "" : "s", c.flaky.expired.front());
    }
}

Result<void> check_comparable(const Outcomes& before, const Outcomes& after, bool force, Comparison& out) {
    std::vector<std::string> differing = differing_pins(before.pins, after.pins);
    if (!differing.empty() && !force) {
        return fail(ErrorKind::usage,
                    fmt::format("{} and {} cannot be compared: they differ in {}", before.title(), after.title(),
                                join(differing, ", ")),
                    "run again with the same parts, set a new baseline, or say --force (the report will say so)");
    }
    out.forced = std::move(differing);
    return {};
}

}  // namespace

Result<Comparison> compare(const Outcomes& before, const Outcomes& after, const CompareOptions& options) {
    Comparison c{.before = before.title(),
                 .after = after.title(),
                 .before_run = before.run,
                 .after_run = after.run,
                 .before_agent = before.agent_version,
                 .after_agent = after.agent_version,
                 .thresholds = options.thresholds};
    if (Result<void> comparable = check_comparable(before, after, options.force, c); !comparable) {
        return std::unexpected(comparable.error());
    }
    const MatchedCells matched = match_cells(before, after);
    c.only_before = matched.only_before;
    c.only_after = matched.only_after;
    if (matched.cells.empty()) {
        return fail(ErrorKind::usage, fmt::format("{} and {} have no cell in common", before.title(), after.title()),
                    "sosia list RUN shows what ran");
    }
    const std::vector<CellPair> pairs = pass_pairs(matched);
    c.overall = compare_rates(pairs, options.thresholds);
    add_slices(matched, pairs, options, c);
    add_checks(matched, options, c);
    add_scores(matched, before, after, options.thresholds, c);
    add_cells(matched, options, c);
    if (c.before_invalid + c.after_invalid > 0) {
        std::vector<CellPair> all;
        for (const Matched& m : matched.cells) {
            all.push_back(cell_pair(m, [](const RunOutcome&) { return true; }, passed));
        }
        c.as_failures = compare_rates(all, options.thresholds);
    }
    adjust(pairs, options, c);
    decide(options, c);
    return c;
}

}  // namespace sosia::analysis
