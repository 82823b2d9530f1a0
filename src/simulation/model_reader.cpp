#include "simulation/model_reader.h"

#include <optional>

#include <fmt/format.h>
#include <boost/json/array.hpp>

#include "prompt/answer_fault.h"
#include "prompt/model_use.h"
#include "prompt/quote.h"

namespace sosia::simulation {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

constexpr int spare_tokens = 1'000;  // hidden reasoning of some models counts too
constexpr int tokens_per_sentence = 60;

// Failures the model is to blame for leave the reading to the rules; the others end the conversation.
std::optional<Voice::NoLine> final_failure(const llm::Failure& failure) {
    switch (failure.kind) {
        case llm::FailureKind::malformed:
        case llm::FailureKind::content_filter:
        case llm::FailureKind::context_length:
            return std::nullopt;
        case llm::FailureKind::cancelled:
            return Voice::NoLine{.ending = Ending::cancelled, .error = failure.message};
        case llm::FailureKind::over_budget:
            return Voice::NoLine{.ending = Ending::budget_spent, .error = failure.message};
        default:
            return Voice::NoLine{.ending = Ending::model_unavailable,
                                 .error = "the reader's model: " + failure.message};
    }
}

}  // namespace

llm::ChatRequest ModelReader::first_request(const user::ReadingTask& task, std::uint64_t seed) const {
    json::object values = task.values;
    for (json::value& sentence : values["sentences"].as_array()) {
        sentence = prompt::quoted(sentence);
    }
    llm::ChatRequest request;
    request.messages = {{.role = llm::Role::system, .text = book_.render("reader-system", {})},
                        {.role = llm::Role::user, .text = book_.render("reader-turn", values)}};
    request.shape = llm::JsonShape{.name = "reading", .schema = user::reading_schema()};
    request.sampling.temperature = 0;
    request.sampling.seed = seed;
    request.sampling.max_tokens = spare_tokens + tokens_per_sentence * static_cast<int>(task.sentences.size());
    return request;
}

asio::awaitable<ModelReader::Answer> ModelReader::read(user::ReadingTask task, std::uint64_t seed,
                                                       ModelUse& use) const {
    llm::ChatRequest request = first_request(task, seed);
    TurnReading out;
    for (int attempt = 0; attempt <= retries_; ++attempt) {
        const llm::ChatResult answer = co_await model_->complete(request);
        prompt::count_call(answer, use);
        if (!answer) {
            if (auto end = final_failure(answer.error())) {
                co_return std::unexpected(std::move(*end));
            }
            out.fault = answer.error().message;
        } else if (std::string fault = prompt::fault_of(*answer); !fault.empty()) {
            out.fault = std::move(fault);
        } else if (auto sentences = user::sentences_in(prompt::json_part(answer->text), task)) {
            out.acts = std::move(*sentences);
            out.fault.clear();
            co_return out;
        } else {
            out.fault = std::move(sentences.error());
            request.messages.push_back({.role = llm::Role::assistant, .text = answer->text});
            request.messages.push_back(
                {.role = llm::Role::user, .text = book_.render("reader-again", {{"reason", out.fault}})});
        }
        ++request.repetition;
    }
    co_return out;
}

}  // namespace sosia::simulation
