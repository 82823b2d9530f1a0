// A finished conversation in, checks, scores, outcome and fault out. Works on the record alone, so stored runs can be
// scored again.
#pragma once
#include <memory>
#include <vector>

#include "base/error.h"
#include "domain/suite.h"
#include "user/reader.h"

namespace sosia::scoring {

class ScoreCache;

class Scorer {
  public:
    // `suite` gives the scorecard; it and `reader` outlive the scorer. An Error means that a world cannot work, or that
    // the shipped word lists are broken (tested, so in practice never).
    static Result<std::unique_ptr<Scorer>> create(const Suite& suite, const user::Reader& reader);
    ~Scorer();

    // Fills `checks`, `scores`, `turn_scores`, `metrics.score`, `outcome` and `fault`. Conversations that ended through
    // infrastructure stay invalid and get no checks. `parts` point into the suite. Thread-safe; what a persona and edge
    // case need is prepared once and kept. Blocks while the scorecard's commands run: callers with an event loop use a
    // thread for suites that have any.
    // `readings` are those the simulated user made of each agent turn, in turn order; without them they are made here.
    void score(Conversation& conversation, const CellParts& parts, std::vector<user::Reading> readings = {}) const;

    // Judge scores are taken from `cache`, and new ones put into it; it outlives the scorer. Null: none.
    void use(ScoreCache* cache);

  private:
    struct Impl;
    explicit Scorer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// Whether scoring runs commands of the user's.
bool has_commands(const Scorecard& scorecard);

}  // namespace sosia::scoring
