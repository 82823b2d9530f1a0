// A finished conversation and its case as values for the judge's prompt.
#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <span>

#include "domain/suite.h"
#include "judge/rubric.h"

namespace sosia::judge {

// What a judge sees of one turn; evidence is held against the same.
inline constexpr std::size_t longest_turn = 8'000;  // bytes
inline constexpr std::size_t most_turns = 200;      // the last ones of a longer conversation

// The case (intent, this edge case, merged ground truth, what a correct agent does), the transcript with each turn
// quoted on a line of its own, and the criteria.
boost::json::object case_values(const Conversation& conversation, const CellParts& parts,
                                std::span<const Rubric> rubrics);

// The turns of a conversation, the last ones of a very long one: each quoted as JSON on a line of its own.
boost::json::array transcript_lines(const Conversation& conversation);

}  // namespace sosia::judge
