// The true pass rate behind an imperfect judge whose error rates were measured against people (Rogan and Gladen 1978).
#pragma once
#include <cstddef>
#include <optional>

#include "stats/interval.h"

namespace sosia::stats {

struct JudgeRates {
    double pass_rate = 0;    // p: share the judge passed, of `judged` conversations
    double specificity = 1;  // q0: share of truly failed ones it failed, of `failed_labels` labelled by people
    double sensitivity = 1;  // q1: share of truly passed ones it passed, of `passed_labels`
    std::size_t judged = 0;
    std::size_t failed_labels = 0;
    std::size_t passed_labels = 0;
};

struct CorrectedRate {
    double rate = 0;  // (p + q0 - 1)/(q0 + q1 - 1), cut to [0, 1]
    double unclipped = 0;
    double se = 0;  // delta method, unsmoothed
    // Lee et al. 2025 (arXiv 2511.21140): carries the calibration set's uncertainty. With p~ = (np + z^2/2)/(n + z^2),
    // q~ = (mq + 1)/(m + 2): theta~ + 2z^2 (-(1-theta~) q0~(1-q0~)/m0 + theta~ q1~(1-q1~)/m1) +- z se~, cut to [0, 1].
    Interval interval{0, 1};
    // The estimate had to be cut: the calibration labels and the judge's pass rate cannot both be right. Say that
    // instead of printing the number; its interval may even have no width.
    bool contradiction = false;
};

// None unless q0 + q1 > 1 (a judge no better than chance corrects nothing) and all three counts are positive.
std::optional<CorrectedRate> correct_judge(const JudgeRates& rates, double confidence = 0.95);

}  // namespace sosia::stats
