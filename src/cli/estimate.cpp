#include "cli/estimate.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>

#include "cli/model_desk.h"
#include "cli/outcomes.h"
#include "cli/stand_in.h"
#include "judge/judge.h"
#include "llm/make_model.h"
#include "simulation/model_reader.h"
#include "simulation/voice.h"

namespace sosia::cli {
namespace {

constexpr std::size_t most_stand_ins = 60;
constexpr std::size_t most_judged = 12;  // their prompts are long
constexpr double bytes_per_token = 4;
constexpr double line_overhead = 4;    // {"they":"..."} on a line of its own
constexpr double judged_overhead = 8;  // {"turn":3,"role":"agent","text":"..."}
constexpr double answer_overhead = 3;  // {"text":"..."}
constexpr double rating_tokens = 75;   // of one criterion: evidence, reason, level
constexpr double act_tokens = 18;      // of one sentence as read
constexpr double sentence_tokens = 14;
constexpr double lines_shown = 24;  // of the conversation, to the model that words the user
// Where turns were not measured: real agents take longer than one that asks for what it lacks and helps at once.
constexpr double turns_factor_low = 0.8;
constexpr double turns_factor_high = 1.8;
// Bytes / 4 against what tokenizers count in English and other languages, prompts shorter than the stand-ins' (a
// quarter, for a reader of short answers), and answers that are asked for again.
constexpr double tokenizer_low = 0.75;
constexpr double tokenizer_high = 1.25;
constexpr double again = 1.15;

// Has a name; is never asked.
class Unasked final : public llm::ChatModel {
  public:
    explicit Unasked(std::string name) { traits_.name = std::move(name); }
    const llm::Traits& traits() const override { return traits_; }
    boost::asio::awaitable<llm::ChatResult> complete(llm::ChatRequest) override {
        co_return std::unexpected(llm::Failure{.kind = llm::FailureKind::bad_request, .message = "never asked"});
    }

  private:
    llm::Traits traits_;
};

// Averages over stand-in conversations.
struct Averages {
    double n = 0;
    double user_turns = 0;
    double agent_turns = 0;
    double worded = 0;       // share of user turns
    double line_tokens = 0;  // of one user turn
    double prompt = 0;       // of wording a turn, without the conversation so far
};

double tokens_in(const std::string& text) {
    return static_cast<double>(text.size()) / bytes_per_token;
}

// One end of the range, or its middle: how long the conversations are there.
struct Point {
    double user_turns = 0;
    double agent_turns = 0;
    double agent_tokens = 0;
    double factor = 1;   // on tokens
    double repeats = 1;  // on calls
};

struct Load {
    double calls = 0;
    double input = 0;
    double output = 0;
};

class Estimator {
  public:
    Estimator(const Suite& suite, const spec::Plan& plan, const Shape& shape, const llm::PriceTable& prices,
              user::Engine& engine, const user::Guards& guards, const prompt::Book& book)
        : suite_(suite), plan_(plan), shape_(shape), prices_(prices), engine_(engine), guards_(guards), book_(book) {}

    Result<Estimate> run() {
        const std::vector<const UserSpec*> users = suite_.users();
        share_ = static_cast<double>(plan_.conversations.size()) / static_cast<double>(users.size());
        out_.conversations = plan_.conversations.size();
        out_.basis = shape_.basis;
        out_.priced = prices_.date();
        for (const UserSpec* user : users) {
            averages_ = averages_for(*user);
            out_.user_turns = {point_low().user_turns, point_likely().user_turns, point_high().user_turns};
            const std::string who = suite_.has_several_users() ? user->name : "";
            if (!user->model.empty()) {
                add("user", who, user->model, share_, [&](const Point& p) { return wording(p); });
            }
            if (!user->reader.empty()) {
                const double prompt = reader_prompt(*user);
                add("reader", who, user->reader, share_, [&](const Point& p) { return reading(p, prompt); });
            }
        }
        const auto conversations = static_cast<double>(plan_.conversations.size());
        if (Result<void> judged = add_judge(conversations); !judged) {
            return std::unexpected(judged.error());
        }
        add_agent(conversations);
        return std::move(out_);
    }

  private:
    Point point(double turns, double agent_tokens, double factor, double repeats) const {
        const double bounded = std::clamp(turns, 1.0, static_cast<double>(std::max(1, suite_.limits.turns)) + 1);
        const double answers = shape_.is_measured() ? shape_.agent_answers_a_turn
                                                    : averages_.agent_turns / std::max(1.0, averages_.user_turns);
        return {bounded, bounded * answers, agent_tokens, factor, repeats};
    }
    Point point_low() const {
        const double turns = shape_.is_measured() ? shape_.turns_low : turns_factor_low * averages_.user_turns;
        return point(turns, shape_.agent_tokens_low, tokenizer_low, 1);
    }
    Point point_likely() const {
        return point(shape_.is_measured() ? shape_.turns : averages_.user_turns, shape_.agent_tokens, 1, 1);
    }
    Point point_high() const {
        const double turns = shape_.is_measured() ? shape_.turns_high : turns_factor_high * averages_.user_turns;
        return point(turns, shape_.agent_tokens_high, tokenizer_high, again);
    }

    template <class Use>
    void each_stand_in(const UserSpec& user, std::size_t most, const Use& use) const {
        const std::size_t all = plan_.conversations.size();
        const std::size_t step = std::max<std::size_t>(1, (all + most - 1) / most);
        for (std::size_t i = 0; i < all; i += step) {
            const spec::PlannedConversation& c = plan_.conversations[i];
            StandIn one = stand_in(engine_, suite_, c.cell, c.seed, user, shape_.agent_tokens);
            use(one, c);
        }
    }

    Averages averages_for(const UserSpec& user) const {
        Averages sum;
        double lines = 0;
        double prompts = 0;
        const simulation::Voice voice(std::make_shared<Unasked>(user.model), book_, guards_, user);
        each_stand_in(user, most_stand_ins, [&](StandIn& one, const spec::PlannedConversation& c) {
            sum.n += 1;
            sum.user_turns += one.user_turns;
            sum.worded += one.worded;
            double before = 0;
            for (const Turn& turn : one.turns) {
                lines += turn.role == Role::user ? tokens_in(turn.text) : 0;
                sum.agent_turns += turn.role == Role::agent ? 1 : 0;
                before += one.has_task && turn.n <= one.turns_before_task ? tokens_in(turn.text) + line_overhead : 0;
            }
            if (one.has_task && !user.model.empty()) {
                prompts += 1;
                user::WordingTask task;
                task.values = std::move(one.task);
                const llm::ChatRequest request = voice.first_request(task, one.person, c.seed);
                sum.prompt += static_cast<double>(llm::estimated_input_tokens(request)) - before;
            }
        });
        sum.line_tokens = lines / std::max(1.0, sum.user_turns);
        sum.worded /= std::max(1.0, sum.user_turns);
        sum.user_turns /= std::max(1.0, sum.n);
        sum.agent_turns /= std::max(1.0, sum.n);
        sum.prompt /= std::max(1.0, prompts);
        return sum;
    }

    // Both sides of one exchange, as the next prompt shows them.
    double exchange(const Point& p) const { return averages_.line_tokens + p.agent_tokens + 2 * line_overhead; }

    Load wording(const Point& p) const {
        const double calls = p.user_turns * averages_.worded * p.repeats;
        const double shown = std::min((p.user_turns - 1) / 2, lines_shown / 2);  // exchanges, on average over turns
        return {calls, calls * (averages_.prompt + shown * exchange(p)) * p.factor,
                calls * (averages_.line_tokens + answer_overhead) * p.factor};
    }

    // Without the agent's text.
    double reader_prompt(const UserSpec& user) const {
        const simulation::ModelReader reader(std::make_shared<Unasked>(user.reader), book_, 0);
        double sum = 0;
        double n = 0;
        each_stand_in(user, most_stand_ins, [&](const StandIn& one, const spec::PlannedConversation& c) {
            const auto turn = std::ranges::find(one.turns, Role::agent, &Turn::role);
            if (turn == one.turns.end()) {
                return;
            }
            const user::Engine::Shared& shared = engine_.shared(one.parts);
            const user::Reading rules = engine_.reader().read(turn->text, shared.facts);
            const user::ReadingTask task = user::reading_task(turn->text, rules, user::fact_queries(shared.ledger));
            sum += static_cast<double>(llm::estimated_input_tokens(reader.first_request(task, c.seed))) -
                   tokens_in(turn->text);
            n += 1;
        });
        return n == 0 ? 0 : sum / n;
    }

    static Load reading(const Point& p, double prompt) {
        const double calls = p.agent_turns * p.repeats;
        const double sentences = 1 + p.agent_tokens / sentence_tokens;
        return {calls, calls * (prompt + p.agent_tokens) * p.factor, calls * sentences * act_tokens * p.factor};
    }

    Result<void> add_judge(double conversations) {
        if (suite_.judge.model.empty()) {
            return {};
        }
        const auto judge = judge::Judge::create(suite_, std::make_shared<Unasked>(suite_.judge.model), book_);
        if (!judge) {
            return std::unexpected(judge.error());
        }
        for (const auto& [mode, name] : {std::pair(JudgeSpec::Mode::all, "all criteria in one call"),
                                         std::pair(JudgeSpec::Mode::each, "one criterion per call")}) {
            const Load seen = judged(**judge, mode);
            const auto load = [&, this](const Point& p) { return judging(p, seen); };
            const RoleEstimate row = role("judge", name, suite_.judge.model, conversations, load);
            out_.judge_modes.push_back(row);
            if (mode == suite_.judge.mode) {
                out_.roles.push_back(row);
                out_.roles.back().who.clear();
            }
        }
        return {};
    }

    // Calls and tokens of rating a stand-in conversation.
    Load judged(const judge::Judge& judge, JudgeSpec::Mode mode) const {
        Load sum;
        double n = 0;
        each_stand_in(suite_.user, most_judged, [&](const StandIn& one, const spec::PlannedConversation& c) {
            Conversation finished;
            finished.id = c.id;
            finished.cell = c.cell;
            finished.turns = one.turns;
            for (const llm::ChatRequest& request : judge.requests(finished, one.parts, mode)) {
                sum.calls += 1;
                sum.input += static_cast<double>(llm::estimated_input_tokens(request));
            }
            sum.output += rating_tokens * ratings(judge, *one.parts.scenario);
            n += 1;
        });
        return n == 0 ? Load{} : Load{sum.calls / n, sum.input / n, sum.output / n};
    }

    // Criteria rated, votes counted one by one.
    double ratings(const judge::Judge& judge, const Scenario& scenario) const {
        double out = suite_.judge.realism ? 1 : 0;
        for (const judge::Rubric& rubric : judge.rubrics()) {
            if (rubric.applies_to(scenario.category)) {
                out += rubric.is_scale() ? suite_.judge.votes : 1;
            }
        }
        return out;
    }

    Load judging(const Point& p, const Load& stand_in) const {
        const double calls = stand_in.calls * p.repeats;
        const double longer = (p.user_turns - averages_.user_turns) * (averages_.line_tokens + judged_overhead) +
                              p.agent_turns * (p.agent_tokens + judged_overhead) -
                              averages_.agent_turns * (shape_.agent_tokens + judged_overhead);
        return {calls, p.repeats * (stand_in.input + stand_in.calls * longer) * p.factor,
                p.repeats * stand_in.output * p.factor};
    }

    // Of agents that Sosia asks a model for; of all others nobody here knows what they spend.
    void add_agent(double conversations) {
        const AgentSpec& agent = suite_.agent;
        const auto text = [&](const char* key) {
            const boost::json::value* value = agent.args.if_contains(key);
            return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
        };
        const std::string model = text("model");
        const bool asked_by_us = agent.type == "prompt" || agent.type == "openai_responses" ||
                                 agent.type == "anthropic" || agent.type == "gemini";
        if (model.empty() || !asked_by_us) {
            return;
        }
        std::string system = agent.type == "prompt" ? text("prompt") : text("system");
        const std::filesystem::path file = std::filesystem::path(suite_.directory) / system;
        std::error_code ignored;
        if (agent.type == "prompt" && system.size() < 256 && std::filesystem::is_regular_file(file, ignored)) {
            system = read_text_file(file.string()).value_or(system);
        }
        const std::string provider = agent.type == "openai_responses" ? "openai" : agent.type;
        add("agent", "", agent.type == "prompt" ? model : provider + "/" + model, conversations, [&](const Point& p) {
            const double calls = p.agent_turns * p.repeats;
            const double before = (p.agent_turns + 1) / 2 * exchange(p);
            return Load{calls, calls * (tokens_in(system) + before) * p.factor, calls * p.agent_tokens * p.factor};
        });
    }

    template <class LoadAt>
    void add(std::string role_name, std::string who, std::string model, double conversations, const LoadAt& at) {
        out_.roles.push_back(role(std::move(role_name), std::move(who), std::move(model), conversations, at));
    }

    template <class LoadAt>
    RoleEstimate role(std::string role_name, std::string who, std::string model, double conversations,
                      const LoadAt& at) const {
        RoleEstimate out{.role = std::move(role_name), .who = std::move(who), .model = std::move(model)};
        Range usd;
        bool priced = true;
        const auto fill = [&](const Point& p, double Range::* end) {
            const Load load = at(p);
            out.calls.*end = load.calls * conversations;
            out.input_tokens.*end = load.input * conversations;
            out.output_tokens.*end = load.output * conversations;
            const double each = std::max(1e-9, load.calls);  // prices may depend on the length of one question
            const std::optional<double> cost =
                prices_.cost(out.model, {.input = static_cast<std::int64_t>(load.input / each),
                                         .output = static_cast<std::int64_t>(load.output / each)});
            priced = priced && cost.has_value();
            usd.*end = cost.value_or(0) * load.calls * conversations;
        };
        fill(point_low(), &Range::low);
        fill(point_likely(), &Range::likely);
        fill(point_high(), &Range::high);
        out.usd = priced ? std::optional(usd) : std::nullopt;
        return out;
    }

    const Suite& suite_;
    const spec::Plan& plan_;
    const Shape& shape_;
    const llm::PriceTable& prices_;
    user::Engine& engine_;
    const user::Guards& guards_;
    const prompt::Book& book_;
    double share_ = 0;  // conversations of each who plays the user
    Averages averages_;
    Estimate out_;
};

}  // namespace

double Estimate::tokens() const {
    double sum = 0;
    for (const RoleEstimate& role : roles) {
        sum += role.input_tokens.likely + role.output_tokens.likely;
    }
    return sum;
}

std::optional<double> Estimate::usd() const {
    double sum = 0;
    for (const RoleEstimate& role : roles) {
        if (!role.usd) {
            return std::nullopt;
        }
        sum += role.usd->likely;
    }
    return sum;
}

double Estimate::usd_per_conversation() const {
    double sum = 0;
    for (const RoleEstimate& role : roles) {
        sum += role.usd ? role.usd->likely : 0;
    }
    return conversations == 0 ? 0 : sum / static_cast<double>(conversations);
}

Result<Estimate> estimate(const Suite& suite, const spec::Plan& plan, const Shape& shape,
                          const llm::PriceTable& prices) {
    const Result<prompt::Book> book = prompt::Book::create(suite.prompts);
    if (!book) {
        return std::unexpected(book.error());
    }
    const Result<std::unique_ptr<user::Engine>> engine = user::Engine::create();
    if (!engine) {
        return std::unexpected(engine.error());
    }
    const Result<user::Guards> guards = user::Guards::create((*engine)->reader());
    if (!guards) {
        return std::unexpected(guards.error());
    }
    return Estimator(suite, plan, shape, prices, **engine, *guards, *book).run();
}

Result<Estimate> estimate_costs(const Context& context, const Suite& suite, const spec::Plan& plan) {
    const std::string file =
        suite.prices.empty() ? "" : (std::filesystem::path(suite.directory) / suite.prices).string();
    const Result<llm::PriceTable> prices = price_table(file, context.process.environment);
    if (!prices) {
        return std::unexpected(prices.error());
    }
    std::error_code ignored;
    const bool has_store = std::filesystem::exists(context.store_path, ignored);
    const Result<storage::Store> store = has_store
                                             ? storage::open_sqlite(context.store_path, storage::Access::read_only)
                                             : fail(ErrorKind::unavailable, "");
    return estimate(suite, plan, store ? measured_shape(*store->read, suite) : assumed_shape(), *prices);
}

}  // namespace sosia::cli
