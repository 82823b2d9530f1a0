// One answer of a judge model, read and held against the transcript.
#pragma once
#include <boost/json/object.hpp>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/conversation.h"
#include "judge/rubric.h"

namespace sosia::judge {

struct Vote {
    std::string criterion;
    int level = 0;
    std::vector<Quote> evidence;
    std::string reason;
    int first_bad_turn = 0;  // 0 none, or none that is a turn of the side that is rated
    std::string objection;   // why it is void; "" it counts
};

// The JSON Schema of an answer about these rubrics.
boost::json::object answer_schema(std::span<const Rubric> rubrics);

// The votes in the order of `rubrics`: each exactly once, levels that the rubric has, evidence that stands in the turn
// it names (runs of white space count as one). A vote whose evidence does not is void; an answer of another form is an
// error, in one sentence. `rated` is the side whose turns a first bad turn may be.
std::expected<std::vector<Vote>, std::string> read_votes(std::string_view answer, std::span<const Rubric> rubrics,
                                                         const Conversation& conversation, Role rated);

// Whether `quote` stands in the turn, letter for letter but for white space, and says something.
bool is_verbatim(const Conversation& conversation, const Quote& quote);

// Where one rubric's valid votes lead.
Opinion opinion_of(const Rubric& rubric, std::span<const Vote> votes, const std::string& model);

}  // namespace sosia::judge
