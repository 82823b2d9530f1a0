// What a judge model is asked: criteria with anchored levels.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "domain/suite.h"

namespace sosia::judge {

struct Rubric {
    std::string name;  // of the criterion
    std::string question;
    std::vector<Anchor> levels;           // ascending
    std::vector<std::string> categories;  // of scenarios; empty: all
    double passes_from = 3;               // the scorecard's floor, or the middle
    std::string version;                  // hash of everything the judge is told

    // Three levels or more are a scale, of which several votes have a median; two are a yes or no.
    bool is_scale() const { return levels.size() > 2; }
    bool applies_to(std::string_view category) const;
    bool has_level(int level) const;
};

// The fourteen that are compiled in.
const std::vector<Rubric>& ready_rubrics();
// The one about the simulated user.
const Rubric& realism_rubric();

// What the suite's judge rates: `judge.criteria`, else the scorecard's criteria that have a rubric, else
// task-completion, groundedness, context-retention and tone. A name without a rubric in `judge.criteria` is a usage
// error.
Result<std::vector<Rubric>> rubrics_of(const Suite& suite);

}  // namespace sosia::judge
