#include "judge/judge.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "judge/case_text.h"
#include "prompt/answer_fault.h"
#include "prompt/model_use.h"

namespace sosia::judge {
namespace asio = boost::asio;
namespace {

constexpr int tokens_per_criterion = 500;
constexpr int spare_tokens = 2'000;  // hidden reasoning of some models counts too

Trouble trouble_of(llm::FailureKind kind) {
    switch (kind) {
        case llm::FailureKind::malformed:
        case llm::FailureKind::content_filter:
        case llm::FailureKind::context_length:
            return Trouble::judge;
        case llm::FailureKind::cancelled:
            return Trouble::cancelled;
        default:
            return Trouble::unavailable;
    }
}

std::vector<std::string> names_of(const std::vector<Rubric>& rubrics) {
    std::vector<std::string> out;
    for (const Rubric& rubric : rubrics) {
        out.push_back(rubric.name);
    }
    return out;
}

}  // namespace

// One conversation's votes while they come in.
struct Judge::Ballot {
    const Conversation& conversation;
    CellParts parts;
    std::string system;  // name of the system prompt
    Role rated = Role::agent;
    std::map<std::string, std::vector<Vote>> votes;  // by criterion
};

Judge::Judge(const Suite& suite, std::vector<Rubric> rubrics, std::shared_ptr<llm::ChatModel> model,
             const prompt::Book& book)
    : suite_(suite),
      rubrics_(std::move(rubrics)),
      model_(std::move(model)),
      name_(model_->traits().name),
      book_(book) {}

Result<std::unique_ptr<Judge>> Judge::create(const Suite& suite, std::shared_ptr<llm::ChatModel> model,
                                             const prompt::Book& book) {
    Result<std::vector<Rubric>> rubrics = rubrics_of(suite);
    if (!rubrics) {
        return std::unexpected(rubrics.error());
    }
    return std::unique_ptr<Judge>(new Judge(suite, std::move(*rubrics), std::move(model), book));
}

std::map<std::string, std::string> Judge::pins() const {
    std::map<std::string, std::string> out{{"judge model", name_}, {"judge prompts", book_.hash("judge")}};
    for (const Rubric& rubric : rubrics_) {
        out["rubric " + rubric.name] = rubric.version;
    }
    if (suite_.judge.realism) {
        out["realism prompts"] = book_.hash("realism");
        out["rubric realism"] = realism_rubric().version;
    }
    return out;
}

int calls_per_conversation(const JudgeSpec& spec, std::span<const Rubric> rubrics) {
    const bool all = spec.mode == JudgeSpec::Mode::all;
    int calls = spec.realism ? 1 : 0;
    for (const Rubric& rubric : rubrics) {
        calls += all ? 0 : (rubric.is_scale() ? spec.votes : 1);
    }
    const bool scales = std::ranges::any_of(rubrics, &Rubric::is_scale);
    return calls + (all ? (scales ? spec.votes : 1) : 0);
}

llm::ChatRequest Judge::request_for(const Ballot& ballot, const std::vector<Rubric>& pending) const {
    llm::ChatRequest request;
    request.messages = {{.role = llm::Role::system, .text = book_.render(ballot.system, {})},
                        {.role = llm::Role::user,
                         .text = book_.render("judge-case", case_values(ballot.conversation, ballot.parts, pending))}};
    request.shape = llm::JsonShape{.name = "ratings", .schema = answer_schema(pending)};
    request.sampling.temperature = suite_.judge.temperature;
    request.sampling.max_tokens = spare_tokens + tokens_per_criterion * static_cast<int>(pending.size());
    return request;
}

// One vote on each pending rubric. What cannot be used is asked for again; a vote without evidence too, and the rest of
// that answer stands.
asio::awaitable<void> Judge::collect(Ballot& ballot, std::vector<Rubric> pending, int round, Judged& out) const {
    llm::ChatRequest request = request_for(ballot, pending);
    request.sampling.seed = hash64(ballot.conversation.id, static_cast<std::uint64_t>(round));
    constexpr int apart = 100;  // repetitions of one round never meet those of the next
    for (int attempt = 0; attempt <= suite_.judge.retries && !pending.empty(); ++attempt) {
        request.repetition = round * apart + attempt;
        const llm::ChatResult answer = co_await model_->complete(request);
        prompt::count_call(answer, out.use);
        if (!answer && trouble_of(answer.error().kind) != Trouble::judge) {
            out.trouble = trouble_of(answer.error().kind);
            out.error = "the judge: " + answer.error().message;
            co_return;
        }
        std::string reason = answer ? prompt::fault_of(*answer) : answer.error().message;
        std::vector<Vote> votes;
        if (reason.empty()) {
            auto read = read_votes(answer->text, pending, ballot.conversation, ballot.rated);
            reason = read ? "" : read.error();
            votes = read ? std::move(*read) : std::vector<Vote>{};
        }
        const bool last = attempt == suite_.judge.retries;
        for (Vote& vote : votes) {
            if (vote.objection.empty() || last) {
                std::erase_if(pending, [&](const Rubric& rubric) { return rubric.name == vote.criterion; });
                ballot.votes[vote.criterion].push_back(std::move(vote));
            } else {
                reason = fmt::format("on {}, {}", vote.criterion, vote.objection);
            }
        }
        if (pending.empty()) {
            co_return;
        }
        out.error = reason;
        if (!last) {
            request = request_for(ballot, pending);
            request.sampling.seed =
                hash64(ballot.conversation.id, static_cast<std::uint64_t>(round * apart + attempt + 1));
            if (answer && !answer->text.empty()) {
                request.messages.push_back({.role = llm::Role::assistant, .text = answer->text});
                request.messages.push_back(
                    {.role = llm::Role::user,
                     .text =
                         book_.render("judge-again", {{"reason", reason}, {"names", join(names_of(pending), ", ")}})});
            }
        }
    }
    for (const Rubric& rubric : pending) {  // a vote that was not given counts as one that is void
        ballot.votes[rubric.name].push_back({.criterion = rubric.name, .objection = out.error});
    }
}

asio::awaitable<Judged> Judge::rate(const Conversation& conversation, CellParts parts) const {
    Judged out;
    Ballot ballot{.conversation = conversation, .parts = parts, .system = "judge-system"};
    std::vector<Rubric> applying;
    std::ranges::copy_if(rubrics_, std::back_inserter(applying),
                         [&](const Rubric& rubric) { return rubric.applies_to(parts.scenario->category); });
    for (int round = 0; round < suite_.judge.votes && out.trouble == Trouble::none; ++round) {
        std::vector<Rubric> asked;
        std::ranges::copy_if(applying, std::back_inserter(asked),
                             [&](const Rubric& rubric) { return round == 0 || rubric.is_scale(); });
        if (suite_.judge.mode == JudgeSpec::Mode::all && !asked.empty()) {
            co_await collect(ballot, asked, round, out);
            continue;
        }
        for (std::size_t i = 0; i < asked.size() && out.trouble == Trouble::none; ++i) {
            co_await collect(ballot, {asked[i]}, round, out);
        }
    }
    if (out.trouble != Trouble::none) {
        co_return out;
    }
    out.error.clear();
    for (const Rubric& rubric : applying) {
        out.opinions.push_back(opinion_of(rubric, ballot.votes[rubric.name], name_));
        if (out.opinions.back().level == 0 && out.trouble == Trouble::none) {
            out.trouble = Trouble::judge;
            out.error =
                fmt::format("the judge gave no usable answer on {}: {}", rubric.name, out.opinions.back().fault);
        }
    }
    co_return out;
}

std::vector<llm::ChatRequest> Judge::requests(const Conversation& conversation, CellParts parts,
                                              JudgeSpec::Mode mode) const {
    std::vector<llm::ChatRequest> out;
    if (suite_.judge.realism) {
        const Ballot about_user{
            .conversation = conversation, .parts = parts, .system = "realism-system", .rated = Role::user};
        out.push_back(request_for(about_user, {realism_rubric()}));
    }
    const Ballot ballot{.conversation = conversation, .parts = parts, .system = "judge-system"};
    for (int round = 0; round < suite_.judge.votes; ++round) {
        std::vector<Rubric> asked;
        std::ranges::copy_if(rubrics_, std::back_inserter(asked), [&](const Rubric& rubric) {
            return rubric.applies_to(parts.scenario->category) && (round == 0 || rubric.is_scale());
        });
        if (mode == JudgeSpec::Mode::all && !asked.empty()) {
            out.push_back(request_for(ballot, asked));
            continue;
        }
        for (const Rubric& rubric : asked) {
            out.push_back(request_for(ballot, {rubric}));
        }
    }
    return out;
}

asio::awaitable<Judged> Judge::rate_user(const Conversation& conversation, CellParts parts) const {
    Judged out;
    Ballot ballot{.conversation = conversation, .parts = parts, .system = "realism-system", .rated = Role::user};
    co_await collect(ballot, {realism_rubric()}, 0, out);
    if (out.trouble != Trouble::none) {
        co_return out;
    }
    out.opinions.push_back(opinion_of(realism_rubric(), ballot.votes["realism"], name_));
    out.error = out.opinions.back().fault;
    out.trouble = out.opinions.back().level == 0 ? Trouble::judge : Trouble::none;
    co_return out;
}

}  // namespace sosia::judge
