// What must hold of a world when the conversation is over, against what is there. Each function says what does not
// hold, a line each; nothing means that all of it holds.
#pragma once
#include <string>
#include <vector>

#include "domain/conversation.h"
#include "world/tools.h"

namespace sosia::world {

// What an edge case begins with and what the conversation left behind, put together again from the record.
struct EndState {
    const Toolbox& toolbox;
    const boost::json::object& beginning;  // the documents that the edge case lays over the base
    const std::vector<WorldEvent>& events;
    Documents documents;  // as they are in the end
};

// An Error: the record does not fit the world, or the world's files are not those of the run.
Result<EndState> end_state(const Toolbox& toolbox, const boost::json::object& beginning,
                           const std::vector<WorldEvent>& events, const WorldRecord& record);

std::vector<std::string> document_problems(const WorldExpectation& expect, const EndState& end);
std::vector<std::string> query_problems(const WorldExpectation& expect, const EndState& end);
// Runs the events and then the expected calls on a fresh world and compares all collections. Calls that end the
// conversation are left out.
std::vector<std::string> action_problems(const WorldExpectation& expect, const EndState& end);
std::vector<std::string> change_problems(const EndState& end);  // for `unchanged`: events alone may change something

// Calls that the world served, in order.
std::vector<std::string> call_problems(const WorldExpectation& expect, const std::vector<ToolCall>& calls);
std::vector<std::string> order_problems(const WorldExpectation& expect, const std::vector<ToolCall>& calls);

// Of `outputs`, those that none of the agent's messages holds, ignoring case and commas.
std::vector<std::string> missing_outputs(const WorldExpectation& expect, const std::vector<std::string>& messages);

}  // namespace sosia::world
