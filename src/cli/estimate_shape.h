// How conversations of a suite are likely to look: measured in an earlier run of it, or assumed.
#pragma once
#include <string>

#include "base/error.h"
#include "domain/suite.h"
#include "storage/store.h"

namespace sosia::cli {

struct Shape {
    double turns_low = 0;  // user turns of a conversation; 0 throughout: as the stand-in conversations have them
    double turns = 0;
    double turns_high = 0;
    double agent_tokens_low = 20;  // of one answer of the agent
    double agent_tokens = 45;
    double agent_tokens_high = 120;
    double agent_answers_a_turn = 1;
    std::string basis;  // one sentence

    bool is_measured() const { return turns > 0; }
};

// Nothing was measured: answers of the length agents usually have.
Shape assumed_shape();

// From up to 500 conversations of the newest run of the suite of this name; the assumed one where there is none.
Shape measured_shape(storage::RunReader& reader, const Suite& suite);

}  // namespace sosia::cli
