// One number before and after, over the same cells: how far apart, how sure, and which of three answers follows.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stats/interval.h"
#include "stats/stratified.h"

namespace sosia::analysis {

enum class Answer {
    regressed,  // shown to be worse
    not_worse,  // shown to lose less than the margin
    undecided,  // neither is shown
};
std::string_view to_string(Answer answer);

// What counts as shown. A loss is `regressed` when it is larger than `least_loss` and its chance under "no change in
// any cell" is at most `alpha` (Holm-adjusted over everything that gates); `not_worse` when the one-sided 95 % bound of
// the change lies above -margin (the level is 1 - pass_alpha).
struct Thresholds {
    double alpha = 0.01;
    double warn_alpha = 0.05;    // a loss at this level is a warning
    double pass_alpha = 0.05;    // most chance of calling "not worse" what lost the margin
    double power = 0.8;          // of Difference::detectable
    double margin = 0.05;        // of a rate
    double score_margin = 0.25;  // of a score from 1 to 5
    double least_loss = 0;
};

struct Difference {
    std::string dimension;  // "" for everything; "category", "persona.style", "check", "criterion", ...
    std::string value;
    bool is_rate = true;  // else a score from 1 to 5
    bool gates = false;
    std::size_t cells = 0;
    std::size_t pairs = 0;   // conversations with a partner: same cell, same repetition, both valid
    std::size_t lost = 0;    // of these: passed before, fails now
    std::size_t gained = 0;  // failed before, passes now
    double before = 0;       // mean over cells
    double after = 0;
    double change = 0;                 // after - before
    stats::Interval interval{-1, 1};   // 95 %
    stats::Interval one_sided{-1, 1};  // each end is a one-sided bound at 1 - pass_alpha
    double p = 1;                      // two-sided (mid-p for rates)
    double p_worse = 1;                // one-sided, exact for rates: the one that gates
    double p_adjusted = 1;             // of what gates: Holm on p_worse; of the rest: Benjamini-Hochberg on p
    double detectable = 1;  // smallest loss that this many conversations would have shown with the chance `power`
    std::optional<std::uint64_t> more;  // of the overall rate while undecided: see more_conversations()
    Answer answer = Answer::undecided;
    bool warning = false;
};

// A cell on both sides.
struct CellPair {
    stats::Stratum counts;
    std::size_t pairs = 0;
    std::size_t lost = 0;
    std::size_t gained = 0;
};

// Rates. Test: permutation within cells (McNemar's with one run a cell). Interval: Tango's score interval on the
// effective number of pairs, (q - d^2)/SE^2 with q the chance that an old and a new run of a cell differ, d the change
// and SE its standard error over cells; with one run a cell it is Tango's as published. p_adjusted is left at p_worse.
Difference compare_rates(std::span<const CellPair> cells, const Thresholds& thresholds);

// How many further conversations of these cells would decide, at the rates seen so far: both bounds are tried at
// growing numbers of effective pairs. Nothing when even 16,000 times as many would not.
std::optional<std::uint64_t> more_conversations(std::span<const CellPair> cells, const Thresholds& thresholds);

// Scores from 1 to 5, cell means in the same order. Test: sign flips of the cell differences (exact up to 20 that are
// not zero, sampled up to 60, Student's t beyond). Interval: Student's t.
Difference compare_scores(std::span<const double> before, std::span<const double> after, const Thresholds& thresholds);

// Sets answer and warning from p_adjusted, change and bounds.
void answer(Difference& difference, const Thresholds& thresholds);

}  // namespace sosia::analysis
