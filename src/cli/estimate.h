// What a run will ask of models and cost, before anything is asked: from real prompts of stand-in conversations, the
// number of turns and the table of prices.
#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/context.h"
#include "cli/estimate_shape.h"
#include "domain/suite.h"
#include "llm/prices.h"
#include "spec/matrix.h"

namespace sosia::cli {

// From `low` to `high` with `likely` between them; the ends are no quantiles, but what the assumptions at their ends
// give.
struct Range {
    double low = 0;
    double likely = 0;
    double high = 0;
};

// One role of one model over the whole run.
struct RoleEstimate {
    std::string role;   // "user", "reader", "judge", "agent"
    std::string who;    // player's name, of several; "" otherwise
    std::string model;  // "" where nobody knows (the agent's own)
    Range calls;
    Range input_tokens;
    Range output_tokens;
    std::optional<Range> usd;  // nothing where no price is known
};

struct Estimate {
    std::uint64_t conversations = 0;
    Range user_turns;   // of one conversation
    std::string basis;  // one sentence: where turns and lengths come from
    std::vector<RoleEstimate> roles;
    std::vector<RoleEstimate> judge_modes;  // the judge asked all criteria at once, and each on its own ("who")
    std::string priced;                     // date of the price table

    double tokens() const;              // likely, of all roles together
    std::optional<double> usd() const;  // likely; nothing where a role's price is not known
    // Of one conversation: what the budget counts on before one is over. 0 where no price is known.
    double usd_per_conversation() const;
};

// `shape`: how long conversations are and turns are (estimate_shape.h). A usage error for prompts or rubrics that
// cannot be read.
Result<Estimate> estimate(const Suite& suite, const spec::Plan& plan, const Shape& shape,
                          const llm::PriceTable& prices);

// The same with the store's runs and the suite's prices.
Result<Estimate> estimate_costs(const Context& context, const Suite& suite, const spec::Plan& plan);

std::string estimate_text(const Estimate& estimate);
boost::json::object estimate_json(const Estimate& estimate);

}  // namespace sosia::cli
