// `judge: { engine: builtin }`: five criteria on anchored levels from 1 to 5, computed by rules from the reading, the
// user's own log and the checks. Rules, not an opinion: every score says so (author "rules").
#pragma once
#include <string_view>
#include <vector>

#include "scoring/transcript.h"

namespace sosia::scoring {

// The anchors, also printed by the docs: what a 5, 3 and 1 mean for each criterion.
struct Rubric {
    std::string_view criterion;
    std::string_view level_5;
    std::string_view level_3;
    std::string_view level_1;
};
const std::vector<Rubric>& builtin_rubrics();

// Scores of the whole conversation, one per rubric, weights 1. `checks` are the finished check results.
std::vector<Score> judge_conversation(const Transcript& t, const std::vector<CheckResult>& checks);
// Scores of one agent turn: what could be said about that turn alone.
std::vector<Score> judge_turn(const AgentTurn& turn, const std::vector<CheckResult>& checks);

}  // namespace sosia::scoring
