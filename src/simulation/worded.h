// The user's turns in a model's words: steps between what the policy decided and what is said.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <optional>

#include "simulation/talk.h"

namespace sosia::simulation {

// Puts the decided step into a model's words; false when that ended the conversation.
boost::asio::awaitable<bool> reword(Talk& talk, const user::BuiltinUser& user, user::Step& step);

// One turn of a model that plays on its own; nothing when that ended the conversation.
boost::asio::awaitable<std::optional<user::Step>> free_step(Talk& talk, user::BuiltinUser& user,
                                                            std::optional<user::AgentMessage> heard, int user_turn);

}  // namespace sosia::simulation
