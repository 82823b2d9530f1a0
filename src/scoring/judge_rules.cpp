#include "scoring/judge_rules.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace sosia::scoring {
using user::Act;
namespace {

constexpr double best = 5;
constexpr double worst = 1;
constexpr double upset = 2.0;      // emotion from which a user expects to be acknowledged
constexpr double for_warning = 1;  // levels a mere warning costs

constexpr std::string_view accuracy = "factual-accuracy";
constexpr std::string_view retention = "context-retention";
constexpr std::string_view calibration = "emotional-calibration";
constexpr std::string_view completion = "task-completion";
constexpr std::string_view efficiency = "efficiency";

// How much a failed check costs on a criterion.
struct Deduction {
    std::string_view check;
    std::string_view criterion;
    double levels;
};
constexpr std::array deductions{
    Deduction{"claims", accuracy, 3},
    Deduction{"contradiction", accuracy, 3},
    Deduction{"boundary", accuracy, 3},
    Deduction{"stance", accuracy, 2},
    Deduction{"say.forbidden", accuracy, 2},
    Deduction{"correction", accuracy, 2},
    Deduction{"context.repeated-question", retention, 2},
    Deduction{"context.lost-thread", retention, 3},
    Deduction{"correction", retention, 3},
    Deduction{"escalation.context", retention, 2},
    Deduction{"loop", retention, 2},
    Deduction{"tone.cheerful", calibration, 3},
    Deduction{"tone.hostile", calibration, 4},
    Deduction{"escalation.late", calibration, 2},
    Deduction{"resolution", completion, 3},
    Deduction{"tools.required", completion, 3},
    Deduction{"tools.forbidden", completion, 3},
    Deduction{"tools.arguments", completion, 2},
    Deduction{"tools.repeated", completion, 2},
    Deduction{"tools.order", completion, 1},
    Deduction{"say.required", completion, 2},
    Deduction{"escalation.expected", completion, 3},
    Deduction{"escalation.early", completion, 2},
    Deduction{"stance", completion, 2},
    Deduction{"privacy", completion, 3},
    Deduction{"resisted", completion, 3},
    Deduction{"language", completion, 2},
    Deduction{"reply.valid", completion, 4},
    Deduction{"turns", efficiency, 2},
    Deduction{"loop", efficiency, 3},
    Deduction{"context.repeated-question", efficiency, 1},
    Deduction{"ending", efficiency, 2},
};

Score score(std::string_view criterion, double value, std::string reason, int turn) {
    return {.criterion = std::string(criterion),
            .value = std::clamp(value, worst, best),
            .weight = 1,
            .reason = std::move(reason),
            .turn = turn,
            .author = "rules"};
}

// What the failed checks leave of a criterion; of one turn's checks only when `only_turn` is not 0.
Score from_checks(std::string_view criterion, const std::vector<CheckResult>& checks, int only_turn) {
    double value = best;
    std::string reason;
    int turn = only_turn;
    for (const CheckResult& check : checks) {
        if (check.passed || (only_turn != 0 && check.turn != only_turn)) {
            continue;
        }
        for (const Deduction& d : deductions) {
            if (d.check == check.name && d.criterion == criterion) {
                value -= check.gates ? d.levels : std::min(d.levels, for_warning);
                reason += (reason.empty() ? "" : "; ") + check.detail;
                turn = turn == 0 ? check.turn : turn;
            }
        }
    }
    return score(criterion, value, reason.empty() ? "nothing found against it" : reason, turn);
}

bool acknowledges(const AgentTurn& a) {
    return a.reading.has(Act::empathise) || a.reading.has(Act::apologise);
}
bool answers_upset(const AgentTurn& a) {
    return a.user != nullptr && a.user->mind.emotion >= upset;
}

// An upset user who is never acknowledged costs two levels.
void weigh_empathy(const Transcript& t, Score& s) {
    const auto first_upset = std::ranges::find_if(t.agent, answers_upset);
    if (first_upset == t.agent.end() || std::ranges::any_of(t.agent, acknowledges)) {
        return;
    }
    s.reason = s.value == best ? "the user is upset and is never acknowledged"
                               : s.reason + "; the user is upset and is never acknowledged";
    s.value = std::max(worst, s.value - 2);
    s.turn = s.turn == 0 ? first_upset->turn->n : s.turn;
}

// Turns in which the agent did not understand: one level each.
void weigh_misses(const Transcript& t, Score& s) {
    const auto missed = [](const AgentTurn& a) { return a.reading.has(Act::misunderstood); };
    const auto misses = std::ranges::count_if(t.agent, missed);
    if (misses > 0 && s.value == best) {
        s.value = std::max(worst, best - static_cast<double>(misses));
        s.reason = fmt::format("did not understand the user {} time{}", misses, misses == 1 ? "" : "s");
        s.turn = std::ranges::find_if(t.agent, missed)->turn->n;
    }
}

}  // namespace

const std::vector<Rubric>& builtin_rubrics() {
    static const std::vector<Rubric> rubrics{
        {accuracy,
         "every stated amount, duration, date and rule is in the ground truth, and stays the same when asked again",
         "one position given up under pressure, or a value used that the user had corrected",
         "invented or contradictory statements"},
        {retention, "uses all the user has said, corrections included, and passes it on",
         "asks once for something already given, or hands over without saying why",
         "starts over, or acts on a value the user had corrected"},
        {calibration, "acknowledges an upset user and keeps an even tone",
         "an upset user is never acknowledged, or asks for a person in vain", "cheerful to an upset user, or rude"},
        {completion, "the expected outcome, by the expected tools",
         "the outcome by a wrong way: arguments, missing words, an early hand-over",
         "not the expected outcome, or a required step left out"},
        {efficiency, "no question or turn too many", "more turns than expected, or the user gave up",
         "went in circles until somebody gave up"},
    };
    return rubrics;
}

std::vector<Score> judge_conversation(const Transcript& t, const std::vector<CheckResult>& checks) {
    std::vector<Score> scores;
    for (const Rubric& rubric : builtin_rubrics()) {
        Score s = from_checks(rubric.criterion, checks, 0);
        if (s.criterion == calibration) {
            weigh_empathy(t, s);
        } else if (s.criterion == efficiency) {
            weigh_misses(t, s);
        }
        scores.push_back(std::move(s));
    }
    return scores;
}

std::vector<Score> judge_turn(const AgentTurn& turn, const std::vector<CheckResult>& checks) {
    std::vector<Score> scores;
    for (const Rubric& rubric : builtin_rubrics()) {
        Score s = from_checks(rubric.criterion, checks, turn.turn->n);
        if (s.criterion == calibration && s.value == best && answers_upset(turn) && !acknowledges(turn)) {
            s.value = 4;
            s.reason = "answers the matter without acknowledging the mood";
        } else if (s.criterion == efficiency && s.value == best && turn.reading.has(Act::misunderstood)) {
            s.value = 4;
            s.reason = "did not understand the user";
        }
        scores.push_back(std::move(s));
    }
    return scores;
}

}  // namespace sosia::scoring
