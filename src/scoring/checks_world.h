// What must hold of the conversation's world (docs/worlds.md): its end state, the calls that led there, what was told.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "base/error.h"
#include "domain/suite.h"
#include "scoring/findings.h"
#include "scoring/transcript.h"
#include "world/tools.h"

namespace sosia::scoring {

class WorldChecks {
  public:
    // Prepares the worlds of the suite, which outlives this. A world that cannot work is a usage error.
    static Result<WorldChecks> create(const Suite& suite);

    // world.others, and of what is expected: world.documents, .queries, .actions, .unchanged, .calls, .order,
    // .max-calls, .confirmed, .outputs. Thread-safe.
    void run(const Transcript& t, const CellParts& parts, Findings& out) const;

    // The first call whose tool itself is broken: not the agent's fault. Empty: there is none.
    static std::string broken_tool(const Conversation& conversation);

  private:
    const Suite* suite_ = nullptr;
    std::map<std::string, std::shared_ptr<const world::Toolbox>> toolboxes_;
};

}  // namespace sosia::scoring
