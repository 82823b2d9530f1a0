// A model as judge of a finished conversation: asked, checked, asked again within bounds, and never believed without
// evidence. What it says is an opinion; verdict.h says which opinions count.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "domain/suite.h"
#include "judge/rubric.h"
#include "judge/votes.h"
#include "llm/chat_model.h"
#include "prompt/book.h"

namespace sosia::judge {

// Why there is no opinion.
enum class Trouble : std::uint8_t {
    none,
    judge,        // empty, cut off, unparsable, refused, without evidence: after all retries
    unavailable,  // not reached, or no right or money to ask it
    cancelled,
};

struct Judged {
    std::vector<Opinion> opinions;  // in the order of the rubrics that apply; with `fault` where there is no level
    Trouble trouble = Trouble::none;
    std::string error;  // one sentence for the trouble
    ModelUse use;
};

class Judge {
  public:
    // `book` and `suite` outlive the judge. A usage error for criteria without a rubric.
    static Result<std::unique_ptr<Judge>> create(const Suite& suite, std::shared_ptr<llm::ChatModel> model,
                                                 const prompt::Book& book);

    // What pins it: "judge model", "judge prompts" and "rubric NAME" -> hash or name.
    std::map<std::string, std::string> pins() const;
    const std::vector<Rubric>& rubrics() const { return rubrics_; }
    const std::string& model() const { return name_; }

    // Rates the agent on every rubric that applies.
    boost::asio::awaitable<Judged> rate(const Conversation& conversation, CellParts parts) const;
    // Rates how lifelike the user is, once.
    boost::asio::awaitable<Judged> rate_user(const Conversation& conversation, CellParts parts) const;

    // Every call that rating this conversation takes when nothing is asked again: what estimates of cost are made from.
    std::vector<llm::ChatRequest> requests(const Conversation& conversation, CellParts parts,
                                           JudgeSpec::Mode mode) const;

  private:
    Judge(const Suite& suite, std::vector<Rubric> rubrics, std::shared_ptr<llm::ChatModel> model,
          const prompt::Book& book);

    struct Ballot;
    llm::ChatRequest request_for(const Ballot& ballot, const std::vector<Rubric>& pending) const;
    boost::asio::awaitable<void> collect(Ballot& ballot, std::vector<Rubric> pending, int round, Judged& out) const;

    const Suite& suite_;
    std::vector<Rubric> rubrics_;
    std::shared_ptr<llm::ChatModel> model_;
    std::string name_;
    const prompt::Book& book_;
};

// Calls that judging one conversation takes when nothing is asked again.
int calls_per_conversation(const JudgeSpec& spec, std::span<const Rubric> rubrics);

}  // namespace sosia::judge
