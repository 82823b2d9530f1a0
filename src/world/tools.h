// A world's tools, ready to be called. Made once per world and shared by all conversations: what a conversation
// changes is in its State.
#pragma once
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "domain/world.h"
#include "world/arguments.h"
#include "world/documents.h"
#include "world/script.h"

namespace sosia::world {

// One conversation's side of the world.
struct State {
    Documents documents;
    Random random;
    std::int64_t now_ms = 0;  // virtual
    std::string conversation;
};

struct Answer {
    enum class Kind {
        answered,
        refused,  // the tool says no: its own error answer
        invalid,  // arguments that do not follow the schema; the tool was not called
        unknown,  // no such tool
        broken,   // the tool's script is at fault
    };
    Kind kind = Kind::answered;
    boost::json::value value;  // unless answered: what is wrong, as text
    bool wrote = false;
    std::optional<WorldFault::Kind> fault;  // that was put in its way

    bool ok() const { return kind == Kind::answered; }
};

namespace detail {
struct ActionContext;
// What a tool does once its arguments are checked and its requirements hold.
using Action = std::function<Answer(ActionContext&)>;
}  // namespace detail

Answer unknown_tool(std::string_view name);

class Toolbox {
  public:
    // `spec` outlives the toolbox. Whatever is wrong beyond the file's schema is a usage error: a script that does not
    // compile, a function it does not have, a bad schema or regular expression.
    static Result<std::shared_ptr<const Toolbox>> make(const WorldSpec& spec);

    const WorldSpec& spec() const { return *spec_; }
    // A conversation's beginning: `documents` (collection -> id -> document, null takes one away) lie over the base.
    Result<State> begin(const boost::json::object& documents, std::uint64_t seed, std::string conversation) const;
    // Runs the tool. An answer that is not ok leaves the documents as they were.
    Answer call(std::string_view tool, const boost::json::value& arguments, State& state) const;
    const WorldTool* tool(std::string_view name) const;

  private:
    struct Prepared {
        const WorldTool* tool = nullptr;
        ArgumentCheck arguments;
        detail::Action action;
    };

    Answer perform(const Prepared& prepared, const boost::json::object& arguments, State& state) const;

    const WorldSpec* spec_ = nullptr;
    std::unique_ptr<Script> script_;
    std::map<std::string, Prepared, std::less<>> tools_;
};

}  // namespace sosia::world
