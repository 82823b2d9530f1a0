// One conversation from start to end: the loop of docs/architecture.md, as one coroutine. It does not know how many
// others run or how they are scored.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "base/clock.h"
#include "base/error.h"
#include "domain/suite.h"
#include "simulation/model_reader.h"
#include "simulation/voice.h"
#include "user/builtin_user.h"
#include "world/seat.h"

namespace sosia::simulation {

// One exchange as the journal keeps it: the user turn that was sent and the agent's answer.
struct Exchange {
    Turn user;
    Turn agent;
};

// Where finished exchanges go before the next one starts. Its error ends the conversation as Ending::internal_error.
class Journal {
  public:
    virtual ~Journal() = default;
    // `user` is null where the agent opened.
    virtual Result<void> append(const std::string& conversation, int step, const Turn* user, const Turn& agent) = 0;
};

// Says whether to go on; asked before each request.
class Stop {
  public:
    virtual ~Stop() = default;
    virtual std::optional<Ending> requested() const = 0;  // cancelled, budget_spent, or nothing
};

struct Setup {
    std::string id;
    Cell cell;
    std::uint64_t seed = 0;
    CellParts parts;
    const boost::json::object* context = nullptr;  // merged scenario context
    const Limits* limits = nullptr;
    world::Seat* seat = nullptr;  // its place in the scenario's world; null: the scenario has none
    // Exchanges of an earlier, interrupted attempt (stateless agents only). What a model worded in it stands.
    std::vector<Exchange> resumed;
    // Receives how the user read each agent turn, so that scoring need not read it again; null when nobody wants it.
    std::vector<user::Reading>* readings = nullptr;
};

// What the conversation needs from outside; everything outlives it.
struct Surroundings {
    agent::Agent& agent;
    user::Engine& engine;
    const Clock& clock;
    Journal& journal;
    const Stop& stop;
    const Voice* voice = nullptr;         // words the user's turns; null: the built-in phrases do
    const ModelReader* reader = nullptr;  // reads the agent's for the user; null: the rules do
};

// The finished record, without checks and scores. Never throws for what an agent does; `outcome` is invalid for
// infrastructure endings, failed for invalid replies, and left passed for the scorers to judge otherwise.
boost::asio::awaitable<Conversation> simulate(Setup setup, Surroundings around);

// Several users on one world: that of `setup` is judged, the `others` talk to the agent meanwhile. The seed decides who
// says the next thing; one exchange is over before the next begins, so that the same seed gives the same bytes. What is
// wrong with any of them is wrong with the conversation.
boost::asio::awaitable<Conversation> simulate_together(Setup setup, std::vector<Setup> others, Surroundings around);

// The user turns of `recorded`, sent word for word to the agent as it is now (sosia replay); those of its companions
// too, by the same rule of who comes next. `others`: their places in the world; who is not in the record says nothing.
// `recorded` outlives the call.
boost::asio::awaitable<Conversation> replay(Setup setup, std::vector<Setup> others, Surroundings around,
                                            const Conversation& recorded);

}  // namespace sosia::simulation
