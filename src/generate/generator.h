// Drafts worded by a model: asks slot by slot, checks every entry, tells the model what is wrong, and gives up after a
// bounded number of attempts. Everything it makes is a draft.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/conversation.h"
#include "generate/bodies.h"
#include "generate/duplicates.h"
#include "llm/chat_model.h"
#include "prompt/book.h"

namespace sosia::generate {

struct Order {
    enum class What : std::uint8_t { personas, scenarios, variants };
    What what = What::personas;
    std::vector<Slot> slots;
    std::string topic;                // "" none
    std::vector<Document> documents;  // an agent's prompt too
    bool of_the_agent = false;        // the documents are the agent's own prompt or description
    boost::json::object scenario;     // variants: what is varied
    std::vector<std::string> tools;   // names a scenario may expect
    std::string language = "en";
    std::vector<Known> known;   // what the suite has of this kind
    std::set<std::string> ids;  // taken already
    double similar = usual_similarity;
    int per_call = 4;          // slots a question
    int retries = 2;           // further attempts at what cannot be used
    int most_calls = 40;       // questions in all
    bool needs_price = false;  // stop when an answer has no known price: there is a budget to hold
    std::uint64_t seed = 1;
};

struct GivenUp {
    Slot slot;
    std::string why;
};

struct Duplicate {
    std::string id;
    Twin twin;
};

struct Generated {
    std::vector<Draft> drafts;
    std::vector<Duplicate> duplicates;  // slots that were given up because all attempts said what is there already
    std::vector<GivenUp> given_up;      // slots without a usable entry
    ModelUse use;
    std::optional<Error> stopped;  // no more could be asked; the drafts made before stand
};

// Order, model and book outlive the coroutine.
boost::asio::awaitable<Generated> generate(const Order& order, llm::ChatModel& model, const prompt::Book& book);

// How many questions an order takes when every answer can be used.
int least_calls(const Order& order);

}  // namespace sosia::generate
