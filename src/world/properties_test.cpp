// What must hold of worlds whatever is called in whatever order.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <string>
#include <vector>

#include "base/random.h"
#include "world/seat.h"
#include "world/test_world.h"

namespace sosia::world {
namespace {

namespace json = boost::json;

WorldSpec frail_shop() {
    WorldSpec spec = test::shop();
    for (int kind = 0; kind <= static_cast<int>(WorldFault::Kind::duplicate); ++kind) {
        spec.faults.push_back({.kind = static_cast<WorldFault::Kind>(kind), .probability = 0.08, .delay_ms = 500});
    }
    return spec;
}

struct PlannedCall {
    std::size_t who = 0;  // which of the seats of one world
    std::string tool;
    json::object arguments;
};

PlannedCall drawn_call(Random& random, std::size_t seats) {
    static const std::vector<std::string> tools{"get_order", "list_orders", "refund", "ship",    "cancel",
                                                "ticket",    "hours",       "clear",  "explode", "no_such_tool"};
    return {.who = random.below(seats),
            .tool = tools[random.below(tools.size())],
            .arguments = {{"order_id", "A-" + std::to_string(1 + random.below(4))},
                          {"amount", static_cast<double>(random.below(60))}}};
}

// One world with one or two users and what will be called in it, and what came of it.
struct Visit {
    std::vector<std::unique_ptr<Seat>> seats;
    std::vector<PlannedCall> plan;
    std::size_t next = 0;
    std::string log;

    bool done() const { return next == plan.size(); }
    void step() {
        const PlannedCall& call = plan[next++];
        const Answer answer = seats[call.who]->call(call.tool, call.arguments);
        log += std::to_string(call.who) + call.tool + json::serialize(answer.value) +
               std::string(to_string(answer.kind)) + (answer.fault ? std::string(to_string(*answer.fault)) : "") + "\n";
        seats.front()->turns_over(static_cast<int>(next));
    }
    std::string outcome() const {
        return log + json::serialize(seats.front()->record().changes) + std::to_string(seats.front()->state().now_ms);
    }
};

std::vector<Visit> visits(const std::shared_ptr<const Toolbox>& toolbox, std::uint64_t seed) {
    constexpr std::size_t calls = 25;
    std::vector<Visit> out(12);
    for (std::size_t i = 0; i < out.size(); ++i) {
        Random random = Random(seed, "properties").derive(i);
        Visit& visit = out[i];
        std::vector<WorldEvent> events{{.after = 4, .wait_ms = 3'600'000},
                                       {.after = 9, .call = "ship", .arguments = {{"order_id", "A-1"}}}};
        visit.seats.push_back(Seat::make(toolbox, {}, random.next(), "c" + std::to_string(i), events).value());
        if (i % 2 == 1) {
            visit.seats.push_back(visit.seats.front()->join(random.next(), "d" + std::to_string(i)));
        }
        for (std::size_t n = 0; n < calls; ++n) {
            visit.plan.push_back(drawn_call(random, visit.seats.size()));
        }
    }
    return out;
}

TEST(worlds, come_out_the_same_in_whatever_order_they_are_visited) {
    const WorldSpec spec = frail_shop();
    const auto toolbox = Toolbox::make(spec).value();
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        std::vector<Visit> one_by_one = visits(toolbox, seed);
        for (Visit& visit : one_by_one) {
            while (!visit.done()) {
                visit.step();
            }
        }
        std::vector<Visit> mixed = visits(toolbox, seed);
        Random order(seed, "order");
        std::vector<Visit*> open;
        for (Visit& visit : mixed) {
            open.push_back(&visit);
        }
        while (!open.empty()) {
            const std::size_t at = order.below(open.size());
            open[at]->step();
            if (open[at]->done()) {
                open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
            }
        }
        for (std::size_t i = 0; i < mixed.size(); ++i) {
            EXPECT_EQ(mixed[i].outcome(), one_by_one[i].outcome()) << "seed " << seed << ", world " << i;
        }
    }
}

TEST(worlds, that_two_users_share_show_each_what_the_other_did) {
    const WorldSpec spec = test::shop();
    const auto first = Seat::make(Toolbox::make(spec).value(), {}, 1, "a").value();
    const auto second = first->join(2, "b");
    EXPECT_TRUE(first->call("cancel", json::object{{"order_id", "A-1"}}).ok());
    EXPECT_FALSE(second->call("get_order", json::object{{"order_id", "A-1"}}).ok());
    first->close();
    EXPECT_TRUE(second->call("get_order", json::object{{"order_id", "A-2"}}).ok());
    EXPECT_EQ(first->take_calls().size(), 1U);
    EXPECT_EQ(second->take_calls().size(), 2U);
    EXPECT_EQ(json::serialize(first->record().changes), json::serialize(second->record().changes));
}

}  // namespace
}  // namespace sosia::world
