#include "execution/together.h"

#include <boost/asio/awaitable.hpp>
#include <utility>

#include "base/hash.h"

namespace sosia::execution {
namespace asio = boost::asio;
namespace {

asio::awaitable<Conversation> hold(simulation::Setup setup, std::vector<simulation::Setup> others,
                                   simulation::Surroundings around, const Conversation* recorded) {
    Conversation out;
    if (recorded != nullptr) {
        out = co_await simulation::replay(std::move(setup), std::move(others), around, *recorded);
    } else if (others.empty()) {
        out = co_await simulation::simulate(std::move(setup), around);
    } else {
        out = co_await simulation::simulate_together(std::move(setup), std::move(others), around);
    }
    co_return out;
}

}  // namespace

Others others_of(const Suite& suite, const simulation::Setup& judged, Worlds::Visit& visit) {
    static const Adversary nobody;
    Others out;
    for (const Participant& one : judged.parts.scenario->together) {
        if (one.persona == judged.parts.persona->id) {
            continue;
        }
        const bool same = one.scenario.empty();
        const Scenario* scenario = same ? judged.parts.scenario : suite.scenario(one.scenario);
        const CellParts theirs{suite.persona(one.persona), scenario, same ? judged.parts.edge_case : &scenario->happy,
                               &nobody};
        const std::string id = judged.id + "-" + one.persona;
        const std::uint64_t seed = hash64(one.persona, judged.seed);
        out.visits.push_back(visit.join(seed, id, merged_context(*theirs.scenario, *theirs.edge_case)));
        out.setups.push_back({.id = id,
                              .cell = {.persona = one.persona, .scenario = scenario->id},
                              .seed = seed,
                              .parts = theirs,
                              .context = &out.visits.back()->context(),
                              .limits = judged.limits,
                              .seat = &out.visits.back()->seat()});
    }
    return out;
}

asio::awaitable<Conversation> hold_again(Worlds& worlds, const Suite& suite, simulation::Setup setup,
                                         simulation::Surroundings around, const Conversation* recorded) {
    const auto visit = worlds.visit(setup.parts, setup.seed, setup.id, *setup.context).value();
    if (visit == nullptr) {
        Conversation alone = co_await hold(std::move(setup), {}, around, recorded);
        co_return alone;
    }
    setup.seat = &visit->seat();
    setup.context = &visit->context();
    co_await visit->connect(worlds, *suite.world(setup.parts.scenario->world), setup.id);
    Others others = others_of(suite, setup, *visit);
    Conversation out = co_await hold(std::move(setup), std::move(others.setups), around, recorded);
    co_await visit->leave();
    co_return out;
}

}  // namespace sosia::execution
