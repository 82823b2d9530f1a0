// How much do the simulated users write like people? Model-free measures of user turns beside published references.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "domain/conversation.h"

namespace sosia::analysis {

// Shares are over user turns. Tokens are lower-case words of letters and digits ([a-z0-9]+('[a-z]+)?).
struct RealismMeasures {
    double mean_tokens = 0;  // per turn
    double turns = 0;        // user turns per conversation
    double cv = 0;           // coefficient of variation of turn length within a conversation, mean over conversations
    double thank = 0;        // turns with a word that starts with "thank"
    double please = 0;
    double terminal = 0;       // turns that end in . ! ? or …
    double exclaim = 0;        // turns with an exclamation mark
    double short_turns = 0;    // turns of three tokens or fewer
    double question = 0;       // turns with a question mark
    double lower_initial = 0;  // turns that begin with a lower-case letter
    double duplicate = 0;      // turns that occur more than once in the corpus
    double distinct_1 = 0;     // over the first 6,000 tokens
    double distinct_2 = 0;
    std::uint64_t conversations = 0;
    std::uint64_t user_turns = 0;
};

struct RealismReference {
    const char* name = "";
    bool human = true;
    RealismMeasures measures;
};

// Published corpora: people in Schema-Guided Dialogue and in ABCD, gpt-4o as the user of tau-bench airline.
const std::vector<RealismReference>& realism_references();

class RealismBuilder {
  public:
    RealismBuilder();
    ~RealismBuilder();
    void add(const Conversation& conversation);
    RealismMeasures finish() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

struct RealismRow {
    std::string measure;
    double here = 0;
    double people_low = 0;  // range of the human corpora
    double people_high = 0;
    double model = 0;
    bool nearer_to_people = false;  // distance to the human range is smaller than to the model
    bool separates = true;  // the measure tells people and models apart in the references (it is shown either way)
};
std::vector<RealismRow> compare_with_references(const RealismMeasures& measures);

}  // namespace sosia::analysis
