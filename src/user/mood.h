// Emotion as a number that the agent's behaviour moves (mission A5), and the triggers that make the user ask for a
// person.
#pragma once
#include <string>
#include <vector>

#include "domain/suite.h"
#include "user/reader.h"
#include "user/request.h"

namespace sosia::user {

// What the agent's last message did, seen from the user's side. Filled in by the policy, read by mood and conditions.
struct Observation {
    Reading reading;
    Request request;                // what it wants from the user
    bool repeated_ask = false;      // asked for something the user has already told
    bool repeated_text = false;     // said (nearly) the same as before
    int same_text_run = 1;          // how often in a row the agent has said this
    bool ignored_question = false;  // the user asked something and got no answer
    bool progress = false;          // did or said something that helps
    bool goal_done = false;         // confirmed what the user came for
    bool goal_declined = false;     // refused it
    bool used_wrong_value = false;  // used a value the user had corrected
    bool handed_over = false;
    bool unhelpful() const {
        return repeated_ask || repeated_text || ignored_question || used_wrong_value ||
               reading.has(Act::misunderstood) || (goal_declined && !goal_done);
    }
};

class Mood {
  public:
    static constexpr double calmest = 0;
    static constexpr double angriest = 5;

    explicit Mood(const CellParts& parts);

    // Moves the level; returns the triggers of the persona's `escalates_when` that this message set off.
    bool observe(const Observation& seen);
    double level() const { return level_; }
    double start() const { return start_; }
    bool frustrated() const { return level_ >= threshold_; }
    // Worse than at the start because of what the agent did, and above the threshold.
    bool provoked() const { return frustrated() && level_ - start_ >= 1.0; }

  private:
    bool triggered(const Observation& seen) const;

    double start_;
    double level_;
    double threshold_;
    bool trigger_on_repeat_ = false;
    bool trigger_on_redirect_ = false;
    bool trigger_on_refusal_ = false;
    bool trigger_on_wait_ = false;
    bool trigger_on_rudeness_ = false;
    bool trigger_on_script_ = false;
};

}  // namespace sosia::user
