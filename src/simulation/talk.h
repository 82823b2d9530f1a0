// One conversation while it grows, and its steps: what simulate.cpp puts together.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulation/seat_host.h"
#include "simulation/simulate.h"

namespace sosia::simulation {

struct Talk {
    Setup setup;
    Surroundings around;
    Conversation record;
    std::vector<agent::Message> history;
    std::optional<SeatHost> tools;  // when there is a world
    std::unique_ptr<agent::Session> session;
    boost::json::object worded;  // how a model worded the turn that is about to be said; goes into the turn
    std::int64_t began_us = 0;
    int steps = 0;     // exchanges so far
    int sessions = 1;  // that the agent has had with this user

    std::int64_t elapsed_ms() const { return (around.clock.steady_us() - began_us) / 1000; }
};

Talk begin(Setup setup, Surroundings around);
// Opens the agent's session; false when there is none, which ends the conversation.
boost::asio::awaitable<bool> open_session(Talk& talk);
boost::asio::awaitable<void> close_session(Talk& talk);
void end(Talk& talk, Ending ending, std::string error = {});
// One agent turn: from the journal of an interrupted attempt as long as it lasts, then from the agent itself. False
// when the conversation is over.
boost::asio::awaitable<bool> agent_turn(Talk& talk, int user_turn);
user::AgentMessage message_of(const Turn& turn);
void keep_reading(const Talk& talk, user::Step& step);
// Says the step; returns false when it was the user's last word.
bool user_says(Talk& talk, const user::Step& step);
void say_recorded(Talk& talk, Turn turn);
// The world as the conversation leaves it.
void leave_world(Talk& talk);
void measure(Talk& talk);

}  // namespace sosia::simulation
