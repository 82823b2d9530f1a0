// The agent's text for a model that reads it, sentence by sentence, and what becomes of its answer: the same acts as
// the rules name. Where the sentences begin and end, claims and entities stay the rules' business.
#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "domain/conversation.h"
#include "user/reader.h"

namespace sosia::user {

struct ReadingTask {
    struct Span {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    std::vector<Span> sentences;     // the first 60
    std::vector<std::string> facts;  // that may be asked for
    boost::json::object values;      // of the prompt "reader-turn"; sentences unquoted, as [{n, text}]
};

// For `text` as the rules read it; `facts` are the user's. No sentences: there is nothing to read.
ReadingTask reading_task(std::string_view text, const Reading& rules, std::vector<FactQuery> facts);

// JSON Schema of the answer.
boost::json::object reading_schema();

// The sentences of {"sentences": [{"n": 1, "acts": [{"act": "ask-fact", "fact": "order_id"}]}]}, or what is wrong with
// it in one sentence. A fact nobody knows counts as none; an act nobody knows, or no act at all, is an error.
std::expected<std::vector<TurnReading::Sentence>, std::string> sentences_in(std::string_view answer,
                                                                            const ReadingTask& task);

// Acts as the rules name them, each once: "ask-fact:order_id", "refuse", ...
std::vector<std::string> act_names(const Reading& reading);

// The reading with its acts replaced by the model's.
void take_over(const TurnReading& model, Reading& reading);

}  // namespace sosia::user
