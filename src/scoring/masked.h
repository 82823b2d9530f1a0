// Numbers told by their last digits alone: "the card ending in 4242", "•••• 4242".
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "scoring/findings.h"
#include "scoring/transcript.h"

namespace sosia::scoring {

struct MaskedNumber {
    std::string digits;     // the three or four that are shown
    std::size_t begin = 0;  // bytes [begin, end) of the text, mask and all
    std::size_t end = 0;
};

// All of them in `text`, in any of the languages that Sosia reads.
std::vector<MaskedNumber> masked_numbers(std::string_view text);

// Adds a finding for each payment card or account that the agent names by digits in which no number ends that is known
// of this kind: from truth, context, the persona's facts, the user's words, and what tools returned. Where no
// number of the kind is known, nothing can be said. A warning in a question, or when a tool's answer was not recorded.
void add_masked_numbers(const Transcript& transcript, std::vector<Finding>& found);

}  // namespace sosia::scoring
