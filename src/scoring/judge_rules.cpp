#include "scoring/judge_rules.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace sosia::scoring {
using user::Act;
namespace {

constexpr double best = 5;
constexpr double worst = 1;
constexpr double upset = 2.0;  // emotion from which a user expects to be acknowledged

// How much a failed check costs on a criterion.
struct Deduction {
    std::string_view check;
    std::string_view criterion;
    double levels;
};
constexpr std::array deductions{
    Deduction{"claims", "factual-accuracy", 3},
    Deduction{"contradiction", "factual-accuracy", 3},
    Deduction{"boundary", "factual-accuracy", 3},
    Deduction{"stance", "factual-accuracy", 2},
    Deduction{"say.forbidden", "factual-accuracy", 2},
    Deduction{"correction", "factual-accuracy", 2},
    Deduction{"context.repeated-question", "context-retention", 2},
    Deduction{"context.lost-thread", "context-retention", 3},
    Deduction{"correction", "context-retention", 3},
    Deduction{"escalation.context", "context-retention", 2},
    Deduction{"loop", "context-retention", 2},
    Deduction{"tone.cheerful", "emotional-calibration", 3},
    Deduction{"tone.hostile", "emotional-calibration", 4},
    Deduction{"escalation.late", "emotional-calibration", 2},
    Deduction{"resolution", "task-completion", 3},
    Deduction{"tools.required", "task-completion", 3},
    Deduction{"tools.forbidden", "task-completion", 3},
    Deduction{"tools.arguments", "task-completion", 2},
    Deduction{"tools.order", "task-completion", 1},
    Deduction{"say.required", "task-completion", 2},
    Deduction{"escalation.expected", "task-completion", 3},
    Deduction{"escalation.early", "task-completion", 2},
    Deduction{"reply.valid", "task-completion", 4},
    Deduction{"turns", "efficiency", 2},
    Deduction{"loop", "efficiency", 3},
    Deduction{"context.repeated-question", "efficiency", 1},
    Deduction{"ending", "efficiency", 2},
};

Score score(std::string_view criterion, double value, std::string reason, int turn) {
    return {.criterion = std::string(criterion), .value = std::clamp(value, worst, best), .weight = 1, .reason = std::move(reason), .turn = turn, .author = "rules"};
}

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
                value -= d.levels;
                reason += (reason.empty() ? "" : "; ") + check.detail;
                turn = turn == 0 ? check.turn : turn;
            }
        }
    }
    return score(criterion, value, reason.empty() ? "nothing found against it" : reason, turn);
}

bool acknowledges(const AgentTurn& a) { return a.reading.has(Act::empathise) || a.reading.has(Act::apologise); }

// An upset user who is never acknowledged costs two levels.
void weigh_empathy(const Transcript& t, Score& s) {
    const auto first_upset = std::ranges::find_if(t.agent, [](const AgentTurn& a) { return a.user != nullptr && a.user->mind.emotion >= upset; });
    if (first_upset == t.agent.end() || std::ranges::any_of(t.agent, acknowledges)) {
        return;
    }
    s.value = std::max(worst, s.value - 2);
    s.turn = s.turn == 0 ? first_upset->turn->n : s.turn;
    s.reason = "the user is upset and is never acknowledged";
}

// Turns the agent needed beyond one exchange per fact and step: the more, the lower.
void weigh_length(const Transcript& t, Score& s) {
    const int misses = static_cast<int>(std::ranges::count_if(t.agent, [](const AgentTurn& a) { return a.reading.has(Act::misunderstood); }));
    if (misses > 0 && s.value == best) {
        s.value = std::max(worst, best - misses);
        s.reason = fmt::format("did not understand the user {} time{}", misses, misses == 1 ? "" : "s");
    }
}

}  // namespace

const std::vector<Rubric>& builtin_rubrics() {
    static const std::vector<Rubric> rubrics{
        {"factual-accuracy", "every stated amount, duration, date and rule is in the ground truth, and stays the same when asked again",
         "one statement that nothing supports, or a position given up under pressure", "several invented or contradictory statements"},
        {"context-retention", "uses all the user has said, corrections included, and passes it on",
         "asks once for something already given, or hands over without saying why", "starts over, or acts on a value the user had corrected"},
        {"emotional-calibration", "acknowledges an upset user and keeps an even tone", "an upset user is never acknowledged",
         "cheerful to an upset user, hostile, or deaf to demands for a person"},
        {"task-completion", "the expected outcome, by the expected tools", "the outcome by a wrong way: order, arguments, missing words",
         "not the expected outcome, or a required step left out"},
        {"efficiency", "no question or turn too many", "more turns than expected", "went in circles until somebody gave up"},
    };
    return rubrics;
}

std::vector<Score> judge_conversation(const Transcript& t, const std::vector<CheckResult>& checks) {
    std::vector<Score> scores;
    for (const Rubric& rubric : builtin_rubrics()) {
        Score s = from_checks(rubric.criterion, checks, 0);
        if (s.criterion == "emotional-calibration") {
            weigh_empathy(t, s);
        } else if (s.criterion == "efficiency") {
            weigh_length(t, s);
        }
        scores.push_back(std::move(s));
    }
    return scores;
}

std::vector<Score> judge_turn(const Transcript&, const AgentTurn& turn, const std::vector<CheckResult>& checks) {
    std::vector<Score> scores;
    for (const Rubric& rubric : builtin_rubrics()) {
        Score s = from_checks(rubric.criterion, checks, turn.turn->n);
        const bool feels = s.criterion == "emotional-calibration" && turn.user != nullptr && turn.user->mind.emotion >= upset;
        if (feels && s.value == best && !acknowledges(turn)) {
            s.value = 4;
            s.reason = "answers the matter without acknowledging the mood";
        }
        s.turn = turn.turn->n;
        scores.push_back(std::move(s));
    }
    return scores;
}

}  // namespace sosia::scoring
