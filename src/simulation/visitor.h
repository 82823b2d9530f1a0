// One user in front of the agent, an exchange at a time, so that several can take turns in one world.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <vector>

#include "domain/conversation.h"

namespace sosia::simulation {

class Visitor {
  public:
    virtual ~Visitor() = default;
    // The first exchange begins with the user's first words. False when the conversation is over.
    virtual boost::asio::awaitable<bool> advance() = 0;
    // After the last exchange: what there is to record.
    virtual boost::asio::awaitable<Conversation> leave() = 0;
};

// The seed decides who says the next thing. The record is that of the first visitor, with the others as companions.
boost::asio::awaitable<Conversation> talk_in_turns(std::vector<std::unique_ptr<Visitor>> visitors, std::uint64_t seed);

}  // namespace sosia::simulation
