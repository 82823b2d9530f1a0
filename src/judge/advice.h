// A model on what a group of failed conversations has in common: one suspected cause and one proposed change. It is
// believed as little as a judge: asked again within bounds, and void without a passage of the agent's that stands where
// it says. What is left is a suspicion and is to be shown as the model's.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "domain/conversation.h"
#include "llm/chat_model.h"
#include "prompt/book.h"

namespace sosia::judge {

struct FailureGroup {
    std::string signal;  // the check that failed
    std::size_t conversations = 0;
    std::vector<std::string> words;  // that tell it from other groups
    std::string detail;              // what the check said of one of them
    std::string rule_cause;          // what the table of rules suspects
    std::vector<Conversation> examples;
};

struct ModelAdvice {
    std::string cause;  // one line, without control characters
    std::string change;
    std::string conversation;  // id of the one the evidence stands in
    Quote evidence;
};

struct Advised {
    std::expected<ModelAdvice, std::string> advice = std::unexpected("nobody was asked");  // or why there is none
    bool unavailable = false;  // not reached, or no right or money to ask it: asking about another group is no use
    ModelUse use;
};

// One question, and one more where the answer cannot be used.
boost::asio::awaitable<Advised> advise(llm::ChatModel& model, const prompt::Book& book, const FailureGroup& group);

// An answer held against the transcripts. Void, with the reason in words: no JSON of that form, an empty or overlong
// sentence, a passage that is not in that agent turn, a sentence that is copied from a transcript.
std::expected<ModelAdvice, std::string> read_advice(std::string_view answer, std::span<const Conversation> examples);

}  // namespace sosia::judge
