// How far a judge agrees with people, measured on conversations that both have rated.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "domain/conversation.h"
#include "judge/rubric.h"
#include "stats/agreement.h"
#include "stats/interval.h"
#include "stats/judge_correction.h"

namespace sosia::judge {

// One person's rating: a level, or pass or fail.
struct Label {
    std::string conversation;  // id, or the beginning of one
    std::string criterion;
    std::string rater;    // "" where there is one
    int level = 0;        // 1 to 5; 0: only passed is known
    bool passed = false;  // where level is 0
};

// CSV with the columns conversation, criterion and label (pass, fail or 1 to 5), and perhaps rater. A usage error with
// its line for anything else.
Result<std::vector<Label>> read_labels(std::string_view csv);

struct JudgedConversation {
    std::string id;
    std::vector<Opinion> opinions;
};

// Fewer labels of either kind say too little about the judge's errors.
inline constexpr std::size_t labels_needed = 50;

struct CriterionReport {
    std::string criterion;
    double passes_from = 3;
    std::size_t labelled = 0;          // conversations that people and the judge have rated
    stats::ConfusionMatrix pass_fail;  // [person][judge], failed before passed
    stats::Agreement agreement;        // on pass or fail
    stats::ConfusionMatrix levels;     // [person][judge], levels 1 to 5; empty where people gave no levels
    std::optional<stats::Agreement> on_levels;
    std::optional<double> alpha;         // Krippendorff, judge and all raters, interval scale for levels, else nominal
    std::optional<double> alpha_people;  // raters among themselves; none with one rater
    std::size_t pass_labels = 0;
    std::size_t fail_labels = 0;
    double sensitivity = 0;                      // share of what people passed that the judge passed
    double specificity = 0;                      // share of what people failed that the judge failed
    stats::Interval sensitivity_interval{0, 1};  // Wilson, 95 %
    stats::Interval specificity_interval{0, 1};
    std::size_t repeated = 0;                       // conversations with more than one vote
    std::size_t flipped = 0;                        // whose votes do not all pass or all fail
    std::size_t judged = 0;                         // conversations with an opinion, labelled or not
    double pass_rate = 0;                           // of the judge
    std::optional<stats::CorrectedRate> corrected;  // none for a judge no better than chance
    std::string shortcoming;                        // why it may not gate; "" it may
};

// One report per rubric with at least one label on a judged conversation. Several raters' labels of one conversation
// count as their median (pass or fail: the majority; a tie fails).
std::vector<CriterionReport> calibrate(std::span<const Label> labels, std::span<const JudgedConversation> judged,
                                       std::span<const Rubric> rubrics);

}  // namespace sosia::judge
