#include "analysis/compare_cells.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <tuple>

#include "stats/summary.h"

namespace sosia::analysis {
namespace {

constexpr std::size_t most_worst = 10;

std::string name_of(const Cell& cell) {
    const std::string text = to_string(cell);
    return text.substr(0, text.rfind('#'));
}

bool is_valid(const RunOutcome& run) {
    return run.outcome != Outcome::invalid;
}

std::size_t count(const CellOutcomes& cell, Outcome outcome) {
    return static_cast<std::size_t>(std::ranges::count(cell.runs, outcome, &RunOutcome::outcome));
}

double share(std::size_t passed, std::size_t n) {
    return n == 0 ? 0 : static_cast<double>(passed) / static_cast<double>(n);
}

double drop(const CellChange& c) {
    return share(c.before_passed, c.before_n) - share(c.after_passed, c.after_n);
}

void show_run(const RunOutcome& run, CellChange& change) {
    change.conversation = run.conversation;
    change.checks = run.failed_checks;
    change.score = run.score;
}

CellChange change_of(const Matched& m) {
    CellChange out{.cell = m.after->cell};
    out.before_passed = count(*m.before, Outcome::passed);
    out.before_n = out.before_passed + count(*m.before, Outcome::failed);
    out.after_passed = count(*m.after, Outcome::passed);
    out.after_n = out.after_passed + count(*m.after, Outcome::failed);
    const Outcome telling = drop(out) > 0 || out.after_passed == 0 ? Outcome::failed : Outcome::passed;
    const auto run = std::ranges::find(m.after->runs, telling, &RunOutcome::outcome);
    if (run != m.after->runs.end()) {
        show_run(*run, out);
    }
    return out;
}

// A mark excuses until the day it expires.
void add_marks(const MatchedCells& matched, const CompareOptions& options, Comparison& out,
               std::map<std::string, bool>& excused) {
    std::map<std::string, const FlakyMark*> marks;
    for (const FlakyMark& mark : options.flaky) {
        marks[mark.cell] = &mark;
    }
    for (const Matched& m : matched.cells) {
        const auto found = marks.find(name_of(m.after->cell));
        if (found == marks.end()) {
            continue;
        }
        const FlakyMark& mark = *found->second;
        const bool fails = count(*m.after, Outcome::failed) > 0;
        const bool expired = mark.expires <= options.today;
        ++out.flaky.marked;
        out.flaky.failing += fails ? 1U : 0U;
        excused[mark.cell] = !expired;
        if (expired && fails) {
            out.flaky.expired.push_back(mark.cell);
        }
        if (!expired && (out.flaky.next_expiry.empty() || mark.expires < out.flaky.next_expiry)) {
            out.flaky.next_expiry = mark.expires;
        }
    }
}

void add_worst(const MatchedCells& matched, Comparison& out) {
    for (const Matched& m : matched.cells) {
        const RunOutcome* lowest = nullptr;
        for (const RunOutcome& run : m.after->runs) {
            const bool counts = run.outcome == Outcome::failed && run.score;
            lowest = counts && (lowest == nullptr || *run.score < *lowest->score) ? &run : lowest;
        }
        if (lowest != nullptr) {
            CellChange change = change_of(m);
            show_run(*lowest, change);
            out.worst.push_back(std::move(change));
        }
    }
    std::ranges::sort(out.worst, [](const CellChange& a, const CellChange& b) {
        return std::tie(*a.score, a.conversation) < std::tie(*b.score, b.conversation);
    });
    out.worst.resize(std::min(out.worst.size(), most_worst));
}

// One side of one cell: how its runs scatter.
void add_noise(const CellOutcomes& cell, Noise& noise, std::vector<double>& rates, double& by_chance) {
    const std::size_t passed = count(cell, Outcome::passed);
    const std::size_t n = passed + count(cell, Outcome::failed);
    if (n < 2) {
        return;
    }
    const double p = share(passed, n);
    const auto runs = static_cast<double>(n);
    const double variance = p * (1 - p) * runs / (runs - 1);
    ++noise.cells;
    noise.unequal += passed > 0 && passed < n ? 1U : 0U;
    noise.within += variance;
    by_chance += variance / runs;
    rates.push_back(p);
}

// What two lists of the same repetitions have in common beyond their means; their own spreads beside it.
struct Shared {
    double covariance = 0;
    double variance = 0;  // mean of both sides
};

std::optional<Shared> shared_by(const std::vector<double>& before, const std::vector<double>& after) {
    if (before.size() < 2) {
        return std::nullopt;
    }
    return Shared{stats::sample_covariance(before, after),
                  (stats::sample_variance(before) + stats::sample_variance(after)) / 2};
}

// The paired repetitions of one cell, as numbers.
struct PairedRuns {
    std::vector<double> passed_before;
    std::vector<double> passed_after;
    std::vector<double> score_before;
    std::vector<double> score_after;
    std::vector<double> judge_squares;  // squared differences of two scores of one conversation
};

PairedRuns paired_runs(const Matched& m) {
    PairedRuns out;
    for (const RunOutcome& old_run : m.before->runs) {
        const auto now = std::ranges::find(m.after->runs, old_run.repetition, &RunOutcome::repetition);
        if (now == m.after->runs.end() || old_run.outcome == Outcome::invalid || now->outcome == Outcome::invalid) {
            continue;
        }
        out.passed_before.push_back(old_run.outcome == Outcome::passed ? 1 : 0);
        out.passed_after.push_back(now->outcome == Outcome::passed ? 1 : 0);
        if (old_run.score && now->score) {
            out.score_before.push_back(*old_run.score);
            out.score_after.push_back(*now->score);
            if (old_run.transcript != 0 && old_run.transcript == now->transcript) {
                out.judge_squares.push_back((*old_run.score - *now->score) * (*old_run.score - *now->score));
            }
        }
    }
    return out;
}

// Variance components by the method of moments: means over cells, not below zero.
void split_noise(const MatchedCells& matched, Noise& noise) {
    double squares = 0;
    std::size_t scored = 0;
    for (const Matched& m : matched.cells) {
        const PairedRuns runs = paired_runs(m);
        if (const auto passes = shared_by(runs.passed_before, runs.passed_after)) {
            ++noise.paired;
            noise.user += passes->covariance;
            noise.agent += passes->variance - passes->covariance;
        }
        if (const auto scores = shared_by(runs.score_before, runs.score_after)) {
            ++scored;
            noise.score_user += scores->covariance;
            noise.score_within += scores->variance;
        }
        noise.same_conversations += runs.judge_squares.size();
        squares += std::accumulate(runs.judge_squares.begin(), runs.judge_squares.end(), 0.0);
    }
    const auto mean = [](double sum, std::size_t n) {
        return n == 0 ? 0 : std::max(0.0, sum / static_cast<double>(n));
    };
    noise.user = mean(noise.user, noise.paired);
    noise.agent = mean(noise.agent, noise.paired);
    noise.score_user = mean(noise.score_user, scored);
    noise.score_within = mean(noise.score_within, scored);
    noise.judge = mean(squares / 2, noise.same_conversations);
}

Noise noise_of(const MatchedCells& matched) {
    Noise noise;
    std::vector<double> rates;
    double by_chance = 0;
    for (const Matched& m : matched.cells) {
        add_noise(*m.before, noise, rates, by_chance);
        add_noise(*m.after, noise, rates, by_chance);
    }
    if (noise.cells > 0) {
        const auto n = static_cast<double>(noise.cells);
        noise.within /= n;
        noise.between = std::max(0.0, stats::sample_variance(rates) - by_chance / n);
    }
    split_noise(matched, noise);
    return noise;
}

}  // namespace

MatchedCells match_cells(const Outcomes& before, const Outcomes& after) {
    std::map<std::string, const CellOutcomes*> old;
    for (const CellOutcomes& cell : before.cells) {
        old[to_string(cell.cell)] = &cell;
    }
    MatchedCells out;
    for (const CellOutcomes& cell : after.cells) {
        if (const auto found = old.find(to_string(cell.cell)); found != old.end()) {
            out.cells.push_back({found->second, &cell});
        } else {
            ++out.only_after;
        }
    }
    out.only_before = before.cells.size() - out.cells.size();
    return out;
}

void add_cells(const MatchedCells& matched, const CompareOptions& options, Comparison& out) {
    std::map<std::string, bool> excused;
    add_marks(matched, options, out, excused);
    for (const Matched& m : matched.cells) {
        CellChange change = change_of(m);
        if (change.before_n == 0 || change.after_n == 0 || drop(change) == 0) {
            continue;
        }
        const auto mark = excused.find(name_of(change.cell));
        change.flaky = mark != excused.end() && mark->second;
        (drop(change) > 0 ? out.newly_failing : out.newly_passing).push_back(std::move(change));
    }
    std::ranges::sort(out.newly_failing, [](const CellChange& a, const CellChange& b) {
        return std::tuple(-drop(a), a.cell) < std::tuple(-drop(b), b.cell);
    });
    std::ranges::sort(out.newly_passing, [](const CellChange& a, const CellChange& b) {
        return std::tuple(drop(a), a.cell) < std::tuple(drop(b), b.cell);
    });
    add_worst(matched, out);
    out.noise = noise_of(matched);
    for (const Matched& m : matched.cells) {
        out.before_invalid += static_cast<std::uint64_t>(std::ranges::count_if(m.before->runs, std::not_fn(is_valid)));
        out.after_invalid += static_cast<std::uint64_t>(std::ranges::count_if(m.after->runs, std::not_fn(is_valid)));
        out.after_conversations += m.after->runs.size();
    }
}

}  // namespace sosia::analysis
