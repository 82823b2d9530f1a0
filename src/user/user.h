// The simulated user as the conversation sees it. One User per conversation.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/conversation.h"
#include "user/reader.h"
#include "user/realizer.h"

namespace sosia::user {

// What the user sees of an agent turn.
struct AgentMessage {
    std::string_view text;
    const std::vector<ToolCall>* tools = nullptr;  // never null
    bool ended = false;                            // the agent said that the conversation is over
    const TurnReading* reading = nullptr;          // what a model read in it; null: the rules read
};

// One user turn, or the end of the conversation.
struct Step {
    std::string text;  // what the user writes; may be empty when `ending` is set
    UserMind mind;
    std::vector<std::string> acts;        // dialogue acts of the text, as the policy names them
    std::optional<Ending> ending;         // set: the text is the user's last word and is not sent
    std::vector<std::string> agent_acts;  // how the agent message this step answers was read ("ask-fact:order_id", ...)
    Reading reading;                      // the same, whole; empty when there was no message
    std::vector<Phrase> phrases;          // what the text says, for whoever words it anew; none: it stays word for word
};

// What a user who plays on their own (`control: free`) may do with the agent's message.
struct Guide {
    Step step;  // how the message was read; with an ending when the rules end the conversation here
    struct Tellable {
        std::string fact;
        std::string label;
        std::string value;
        std::string instead_of;  // the wrong value it corrects; "" none
        bool wrong = false;      // the value is the wrong one that is said first
        bool told = false;       // the agent knows it already
    };
    std::vector<Tellable> may_tell;
    std::vector<std::string> dodge;   // facts the agent asked for and is not told yet
    std::vector<std::string> refuse;  // nor ever
};

}  // namespace sosia::user
