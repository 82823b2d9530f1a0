// Lua 5.4 functions as tools, in a sandbox: no files, network, clock, modules or coroutines, random numbers only from
// the conversation's seed, and limits on steps and memory. Nothing that a function leaves in a variable is there in the
// next call. docs/worlds.md lists what scripts may use.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/random.h"
#include "domain/world.h"
#include "world/documents.h"

namespace sosia::world {

// What a call may touch.
struct ScriptHost {
    Documents& documents;
    Random& random;
    std::int64_t now_ms = 0;
};

struct ScriptOutcome {
    enum class Kind { answered, refused, broken };
    Kind kind = Kind::answered;
    boost::json::value value;  // answered
    std::string error;         // refused: what the function said by fail(); broken: with file and line
};

// Compiled once per world; calls from several threads take turns.
class Script {
  public:
    // A script that does not compile, or whose top level fails, is a usage error with its line.
    static Result<std::unique_ptr<Script>> make(const WorldSpec& spec);
    ~Script();

    bool has(std::string_view function) const;
    // Writes to the host's documents, also when it ends in an error: the caller restores.
    ScriptOutcome call(std::string_view function, const boost::json::object& arguments, ScriptHost host);

  private:
    struct Impl;
    explicit Script(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sosia::world
