// Many conversations: start them, limit them, record them, stop in order.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/summary.h"
#include "execution/stop.h"
#include "judge/verdict.h"
#include "scoring/scorer.h"
#include "simulation/simulate.h"
#include "storage/async_writer.h"

namespace sosia::execution {

// One conversation to run, in plan order.
struct Job {
    std::uint64_t ordinal = 0;
    std::string id;
    Cell cell;
    std::uint64_t seed = 0;
};

struct Work {
    const Suite& suite;
    // Positions in the plan of those not finished yet, and how one becomes a job: a job is made when its turn comes, so
    // that memory does not grow with the plan.
    std::vector<std::uint64_t> ordinals;
    std::function<Job(std::uint64_t ordinal)> job;
    std::map<std::string, std::vector<simulation::Exchange>>
        resumed;  // by conversation id; empty unless the agent is stateless
};

// Who puts one player of the user into words, and who reads the agent for them; null: the built-in rules and phrases.
struct Player {
    const simulation::Voice* voice = nullptr;
    const simulation::ModelReader* reader = nullptr;
};

struct Tools {
    agent::Agent& agent;
    user::Engine& engine;
    const scoring::Scorer& scorer;  // of the same suite
    const Clock& clock;
    storage::AsyncWriter& writer;
    analysis::SummaryBuilder& summary;
    StopSwitch& stop;
    // Called after each conversation, on the io thread.
    std::function<void(const Conversation&)> finished;
    const simulation::Voice* voice = nullptr;  // words the users; null: the built-in phrases do
    const judge::Judge* judge = nullptr;       // rates finished conversations; null: nobody does
    judge::Standing standing{};                // which of its opinions count
    std::map<std::string, Player> players{};   // by Cell::user; whoever is not listed has `voice` and reads by rules
};

// Runs every job, at most limits.concurrency at once. Finished conversations are scored, stored and added to the
// summary. Invalid ones are tried again up to limits.reruns times. Returns the first error of the store, which stops
// the run; conversations that were cancelled stay unfinished in the store, for resume.
boost::asio::awaitable<Result<void>> execute(Work work, Tools tools);

// Journal data <-> exchange.
std::string exchange_to_text(const Turn* user, const Turn& agent);  // `user` is null where the agent opened
Result<simulation::Exchange> exchange_from_text(std::string_view text);

// What the store keeps of a finished conversation.
storage::RunStore::Batch::Finished finished_entry(const Conversation& conversation, std::uint64_t ordinal);

}  // namespace sosia::execution
