// A model that words the simulated user's turns. It is asked, its line is guarded, it is asked again within bounds;
// what it cannot say ends the conversation as a fault of the simulator, what keeps it from being asked as one of
// infrastructure.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "domain/suite.h"
#include "llm/chat_model.h"
#include "prompt/book.h"
#include "user/guards.h"
#include "user/wording_task.h"

namespace sosia::simulation {

class Voice {
  public:
    // A line that the guards kept back, or an answer that was none.
    struct Refused {
        std::string kind;    // of fault: "revealed-info-early", ...
        std::string reason;  // one sentence
    };
    struct Line {
        std::string text;
        bool leaves = false;             // free play: this is the last message,
        bool content = false;            // of somebody who got what they came for
        std::vector<Refused> refused{};  // what was tried before, in order
        bool kept = false;               // an answer from the store of answers
    };
    struct NoLine {
        Ending ending = Ending::user_invalid;
        std::string error;       // one sentence
        std::string fault_kind;  // "revealed-info-early", ...; "" where the model was never at fault
    };
    using Answer = std::expected<Line, NoLine>;

    // `book` and `guards` outlive the voice.
    Voice(std::shared_ptr<llm::ChatModel> model, const prompt::Book& book, const user::Guards& guards, UserSpec spec)
        : model_(std::move(model)), book_(book), guards_(guards), spec_(std::move(spec)) {}

    bool plays_freely() const { return spec_.control == UserSpec::Control::free; }
    const user::Guards& guards() const { return guards_; }

    // Words `task`, for the person of `person` (see user::person_values). `seed` is the conversation's; calls are added
    // to `use`.
    boost::asio::awaitable<Answer> say(user::WordingTask task, boost::json::object person, std::uint64_t seed,
                                       ModelUse& use) const;

    // What is sent first; quotes what `task` holds of others. Estimates of cost are made from it too.
    llm::ChatRequest first_request(user::WordingTask& task, const boost::json::object& person,
                                   std::uint64_t seed) const;

  private:
    std::shared_ptr<llm::ChatModel> model_;
    const prompt::Book& book_;
    const user::Guards& guards_;
    UserSpec spec_;
};

}  // namespace sosia::simulation
