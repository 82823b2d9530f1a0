#include "agent/model_agent.h"

#include <fmt/format.h>

#include <utility>

#include "agent/detail/args.h"
#include "agent/detail/in_time.h"
#include "agent/detail/model_talk.h"
#include "agent/detail/prompt_text.h"
#include "agent/detail/tool_loop.h"
#include "agent/instances.h"
#include "base/text.h"
#include "net/interrupt.h"
#include "net/rate_limit.h"

namespace sosia::agent {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using std::chrono::milliseconds;

struct Plan {
    WantedModel model;
    detail::ModelShape shape;
    std::string description;
    detail::Redactor redactor;
};

// What the sessions of one agent share.
struct Shared {
    Plan plan;
    std::shared_ptr<llm::ChatModel> model;
    net::RateLimit rate;
    net::Interrupt interrupt;
};

Failure failure(const Plan& plan, FailureKind kind, std::string_view words) {
    return {.kind = kind, .message = plan.redactor.clean(fmt::format("{} {}", plan.description, words))};
}

class ModelSession final : public Session {
  public:
    explicit ModelSession(Shared& shared) : shared_(shared) {}

    asio::awaitable<Exchange> send(Request request) override {
        const Plan& plan = shared_.plan;
        const bool may_send = co_await shared_.rate.acquire();
        if (!may_send) {
            co_return std::unexpected(failure(plan, FailureKind::cancelled, "was cancelled."));
        }
        auto exchange = co_await detail::in_time(turn(request), shared_.interrupt, plan.model.timeout);
        if (exchange) {
            co_return std::move(*exchange);
        }
        const std::string words =
            exchange.error() == FailureKind::cancelled
                ? "was cancelled."
                : fmt::format("gave no complete answer within {} ms.", plan.model.timeout.count());
        co_return std::unexpected(failure(plan, exchange.error(), words));
    }

  private:
    // Asks and serves tools until there is something to say.
    asio::awaitable<Exchange> turn(const Request& request) {
        detail::ToolLoop loop(request, shared_.plan.shape.tool_steps);
        detail::TurnCost cost;
        while (true) {
            llm::ChatRequest question = detail::chat_request(shared_.plan.shape, request, loop);
            llm::ChatResult answer = co_await shared_.model->complete(std::move(question));
            if (!answer) {
                co_return std::unexpected(
                    detail::failure_of(answer.error(), shared_.plan.description, shared_.plan.redactor));
            }
            cost.add(*answer);
            std::vector<detail::WantedCall> calls = calls_of(*answer);
            if (calls.empty() || loop.offers().empty()) {
                co_return reply(std::move(*answer), cost, loop);
            }
            const bool served = co_await loop.serve(std::move(answer->text), std::move(calls));
            if (!served) {
                co_return std::unexpected(failure(shared_.plan, FailureKind::invalid_reply, loop.too_many() + "."));
            }
        }
    }

    static std::vector<detail::WantedCall> calls_of(const llm::ChatAnswer& answer) {
        std::vector<detail::WantedCall> out;
        for (const llm::ToolCall& call : answer.calls) {
            out.push_back({call.id, call.name, call.arguments});
        }
        return out;
    }

    Exchange reply(llm::ChatAnswer answer, const detail::TurnCost& cost, const detail::ToolLoop& loop) const {
        if (trim(answer.text).empty()) {
            const std::string_view words = answer.calls.empty()
                                               ? "gave an empty answer."
                                               : "asked for tools where there are none, and said nothing.";
            return std::unexpected(failure(shared_.plan, FailureKind::invalid_reply, words));
        }
        Reply out{.text = std::move(answer.text), .metadata = cost.metadata(loop.steps())};
        for (llm::ToolCall& call : answer.calls) {
            out.tools.push_back(
                {.name = std::move(call.name), .arguments = std::move(call.arguments), .result = std::nullopt});
        }
        return out;
    }

    Shared& shared_;
};

class ModelAgent final : public Agent {
  public:
    ModelAgent(Plan plan, std::shared_ptr<llm::ChatModel> model, const Setup& setup)
        : traits_{.stateless = setup.spec->stateless.value_or(true), .description = plan.description},
          shared_{.plan = std::move(plan),
                  .model = std::move(model),
                  .rate = net::RateLimit(setup.executor, *setup.clock, setup.limits->rate),
                  .interrupt = net::Interrupt(setup.executor)} {}

    const Traits& traits() const override { return traits_; }
    void cancel() override {
        shared_.rate.cancel();
        shared_.interrupt.trigger();
    }
    asio::awaitable<std::expected<std::unique_ptr<Session>, Failure>> open(std::string) override {
        std::unique_ptr<Session> session = std::make_unique<ModelSession>(shared_);
        co_return session;
    }

  private:
    Traits traits_;
    Shared shared_;
};

// The key of the type names the provider's wire.
std::string_view provider_of(std::string_view type) {
    return type == "openai_responses" ? "openai-responses" : type;
}

// `anthropic: URL`, or the model's name.
json::object with_short_form(json::object args, std::string_view type) {
    const json::value* own = args.if_contains(type);
    if (type != "prompt" && own != nullptr && own->is_string()) {
        const json::string text = own->get_string();
        args.emplace(std::string_view(text).starts_with("http") ? "base_url" : "model", text);
    }
    return args;
}

Result<std::string> model_name(detail::Args& args, std::string_view type) {
    std::string model = args.text("model");
    if (trim(model).empty()) {
        return fail(ErrorKind::usage, "agent.model is missing: the name of the model to ask for",
                    type == "prompt" ? "for example model: openai/gpt-4o-mini" : "the provider's own name for it");
    }
    return type == "prompt" ? model : fmt::format("{}/{}", provider_of(type), model);
}

llm::Sampling sampling_of(detail::Args& args) {
    llm::Sampling out;
    constexpr double most_tokens = 1'000'000;
    out.temperature = args.number("temperature");
    const double tokens = args.number("max_tokens").value_or(out.max_tokens);
    if (tokens < 1 || tokens > most_tokens) {
        args.take(Result<int>(fail(ErrorKind::usage, "agent.max_tokens must be 1 to 1000000")));
        return out;
    }
    out.max_tokens = static_cast<int>(tokens);
    return out;
}

json::object parameters_of(detail::Args& args) {
    const json::value* params = args.value("params");
    if (params == nullptr || params->is_null()) {
        return {};
    }
    if (!params->is_object()) {
        args.take(
            Result<int>(fail(ErrorKind::usage, "agent.params must be a mapping of further keys of the request body")));
        return {};
    }
    return params->get_object();
}

std::string system_prompt(detail::Args& args, const Setup& setup) {
    if (setup.spec->type != "prompt") {
        return args.text("system");
    }
    return args.take(detail::prompt_text(args.text("prompt"), setup.directory));
}

Result<Plan> read_plan(const json::object& json, const Setup& setup, const Instance& instance) {
    const std::string& type = setup.spec->type;
    detail::Args args(json);
    Plan plan;
    plan.model.name = args.take(model_name(args, type));
    plan.model.base_url = args.value("base_url") == nullptr ? "" : instance.url_of(args.url("base_url"));
    plan.model.key = args.text("key", args.text("api_key"));
    plan.model.parameters = parameters_of(args);
    plan.model.retries = setup.limits->retries;
    plan.model.timeout = milliseconds(setup.limits->turn_timeout_ms);
    plan.model.most_answer_bytes = setup.limits->reply_bytes;
    plan.shape.system = system_prompt(args, setup);
    plan.shape.send_context = args.flag("send_context", false);
    plan.shape.stream = args.flag("stream", false);
    plan.shape.sampling = sampling_of(args);
    plan.shape.tool_steps = detail::tool_steps_arg(args);
    plan.redactor.add(plan.model.key);
    const std::string where = plan.model.base_url.empty() ? "" : " at " + detail::public_url(plan.model.base_url);
    plan.description = fmt::format("model {}{}", detail::public_url(plan.model.name), where);
    if (args.error()) {
        return std::unexpected(*args.error());
    }
    return plan;
}

}  // namespace

Result<std::unique_ptr<Agent>> make_model_agent(const Setup& setup, const MakeModel& make_model) {
    const std::string& type = setup.spec->type;
    const json::object args = with_short_form(detail::flattened(setup.spec->args, type), type);
    return make_instances(setup, [&](const Setup& own, const Instance& instance) -> Result<std::unique_ptr<Agent>> {
        auto plan = read_plan(args, own, instance);
        if (!plan) {
            return std::unexpected(std::move(plan.error()));
        }
        auto model = make_model(plan->model, own);
        if (!model) {
            return std::unexpected(std::move(model.error()));
        }
        Supervision supervision = instance.supervision(own, plan->model.base_url);
        auto agent = std::make_unique<ModelAgent>(std::move(*plan), std::move(*model), own);
        return supervised(own, std::move(agent), std::move(supervision));
    });
}

}  // namespace sosia::agent
