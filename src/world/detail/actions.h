// What the declared tools do (docs/worlds.md). Private to the world room.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "world/template.h"
#include "world/tools.h"

namespace sosia::world::detail {

// One call while it runs: its arguments, and the documents it has looked up by name.
struct ActionContext {
    const boost::json::object& arguments;
    State& state;
    std::map<std::string, boost::json::value, std::less<>> named;  // "document", "documents", "count", names of `as`

    std::optional<boost::json::value> value_of(std::string_view name);
    boost::json::value filled(const boost::json::value& written);
    std::string filled_text(const boost::json::value& written);
};

// The action of a tool; a mistake in what stands below its key is a usage error.
Result<Action> make_action(const WorldTool& tool, Script* script);

// Checks the tool's `require`; nothing when all hold.
std::optional<Answer> unmet_requirement(const WorldTool& tool, ActionContext& context);

Answer refusal(std::string text);

}  // namespace sosia::world::detail
