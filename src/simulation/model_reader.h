// A model that reads the agent's text for the user. It is asked, its answer is checked, it is asked again within
// bounds; what is no reading leaves the reading to the rules, what keeps it from being asked ends the conversation as a
// fault of infrastructure.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <expected>
#include <memory>
#include <string>

#include "domain/suite.h"
#include "llm/chat_model.h"
#include "prompt/book.h"
#include "simulation/voice.h"
#include "user/model_reading.h"

namespace sosia::simulation {

class ModelReader {
  public:
    // Either acts or a fault; or why the conversation cannot go on.
    using Answer = std::expected<TurnReading, Voice::NoLine>;

    // `book` outlives the reader. `retries`: further attempts at an answer that is no reading.
    ModelReader(std::shared_ptr<llm::ChatModel> model, const prompt::Book& book, int retries)
        : model_(std::move(model)), book_(book), retries_(retries) {}

    // `seed` is the conversation's; calls are added to `use`. `task` has at least one sentence.
    boost::asio::awaitable<Answer> read(user::ReadingTask task, std::uint64_t seed, ModelUse& use) const;

    // What is sent first: also what estimates of cost are made from.
    llm::ChatRequest first_request(const user::ReadingTask& task, std::uint64_t seed) const;

  private:
    std::shared_ptr<llm::ChatModel> model_;
    const prompt::Book& book_;
    int retries_;
};

}  // namespace sosia::simulation
