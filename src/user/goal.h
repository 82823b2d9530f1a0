// What the user came for, and whether a sentence of the agent is about it.
#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "domain/suite.h"

namespace sosia::user {

// Word families that mean the same to a user ("refund", "reimburse", "money back"), per src/user/data/goal_words.yaml.
class GoalWords {
  public:
    static Result<GoalWords> create();

    // The families and stems that a text touches; stop words are left out.
    std::set<std::string> topics(std::string_view text) const;
    // "all set", "taken care of", "erledigt": says that the matter is closed without naming it.
    bool is_generic_completion(std::string_view sentence) const;

  private:
    void add_word(std::string_view word, std::set<std::string>& found) const;

    std::multimap<std::string, std::string, std::less<>> stems_;  // beginning of a word -> family
    std::vector<std::pair<std::string, std::string>> phrases_;    // entries of several words -> family
    std::vector<std::string> completions_;
    std::set<std::string, std::less<>> stop_words_;
};

struct ConversationGoal {
    std::string wording;            // verb phrase in the user's words: "get the duplicate charge refunded"
    std::vector<std::string> side;  // side intents that fit this conversation
    bool own = true;                // the persona came for this; otherwise the scenario alone says what is wanted
    std::set<std::string> topics;   // of scenario intent and goal
    std::set<std::string>
        actions;  // those of them that name what should happen ("=refund", "=cancel"); empty: any topic will do
    bool informational = false;  // the user wants to know something rather than have something done
    std::string question;  // an embedded question about a rule in the ground truth: "how long the refund window is"
    std::string question_topic;  // its key in the truth: "refund_window"; "" when the question is about the goal itself
};

// The scenario decides what is wanted; the persona's own goal words it where both are about the same thing.
ConversationGoal conversation_goal(const GoalWords& words, const CellParts& parts);

}  // namespace sosia::user
