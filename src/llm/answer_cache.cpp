#include "llm/answer_cache.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <utility>

#include "base/hash.h"
#include "domain/json_text.h"
#include "llm/json_read.h"

namespace sosia::llm {
namespace {

namespace json = boost::json;

json::array calls_json(const std::vector<ToolCall>& calls) {
    json::array out;
    for (const ToolCall& call : calls) {
        json::object entry{{"id", call.id}, {"name", call.name}, {"arguments", call.arguments}};
        if (!call.signature.empty()) {
            entry["signature"] = call.signature;
        }
        out.emplace_back(std::move(entry));
    }
    return out;
}

json::object message_json(const Message& message) {
    return {{"role", static_cast<int>(message.role)},
            {"text", message.text},
            {"calls", calls_json(message.calls)},
            {"call_id", message.call_id}};
}

json::object sampling_json(const Sampling& sampling) {
    json::object out{{"max_tokens", sampling.max_tokens}};
    if (sampling.temperature) {
        out["temperature"] = *sampling.temperature;
    }
    if (sampling.top_p) {
        out["top_p"] = *sampling.top_p;
    }
    if (sampling.seed) {
        out["seed"] = *sampling.seed;
    }
    return out;
}

class CachedModel final : public ChatModel {
  public:
    CachedModel(std::shared_ptr<ChatModel> model, CacheUse use) : model_(std::move(model)), use_(std::move(use)) {}

    const Traits& traits() const override { return model_->traits(); }

    boost::asio::awaitable<ChatResult> complete(ChatRequest request) override {
        const Question question{use_.provider, use_.model, content_hash(question_text(use_.endpoint, request)),
                                request.repetition};
        std::optional<ChatAnswer> known = find(question);
        if (known) {
            co_return std::move(*known);
        }
        if (use_.replay_only) {
            co_return std::unexpected(Failure{
                .kind = FailureKind::not_cached,
                .message =
                    fmt::format("{} has not been asked this before, and replaying forbids to ask", traits().name)});
        }
        ChatResult result = co_await model_->complete(std::move(request));
        if (result && use_.cache != nullptr) {
            use_.cache->keep(question, answer_text(*result));
        }
        co_return result;
    }

  private:
    std::optional<ChatAnswer> find(const Question& question) const {
        const auto text = use_.cache == nullptr ? std::nullopt : use_.cache->find(question);
        std::optional<ChatAnswer> answer = text ? read_answer(*text) : std::nullopt;
        if (answer) {
            answer->cached = true;
            answer->cost_usd = 0;
        }
        return answer;
    }

    std::shared_ptr<ChatModel> model_;
    CacheUse use_;
};

}  // namespace

std::string answer_text(const ChatAnswer& answer) {
    json::object out{{"text", answer.text},
                     {"finish", static_cast<int>(answer.finish)},
                     {"model", answer.model},
                     {"input", answer.usage.input},
                     {"cached_input", answer.usage.cached_input},
                     {"output", answer.usage.output},
                     {"first_token_us", answer.first_token_us},
                     {"duration_us", answer.duration_us},
                     {"calls", calls_json(answer.calls)}};
    if (answer.cost_usd) {
        out["cost_usd"] = *answer.cost_usd;
    }
    return json_text(std::move(out));
}

std::optional<ChatAnswer> read_answer(std::string_view text) {
    constexpr std::size_t deepest = 80;  // the arguments of calls lie a little deeper than where they came from
    const auto parsed = parse_json(text, deepest);
    const json::object* from = parsed ? parsed->if_object() : nullptr;
    const json::array* calls = from == nullptr ? nullptr : array_in(*from, "calls");
    const auto finish = from == nullptr ? std::nullopt : integer_in(*from, "finish");
    if (calls == nullptr || !finish || *finish < 0 || *finish > static_cast<int>(Finish::other)) {
        return std::nullopt;
    }
    ChatAnswer out{.text = std::string(text_in(*from, "text")),
                   .usage = {count_in(*from, "input"), count_in(*from, "cached_input"), count_in(*from, "output")},
                   .finish = static_cast<Finish>(*finish),
                   .model = std::string(text_in(*from, "model")),
                   .first_token_us = count_in(*from, "first_token_us"),
                   .duration_us = count_in(*from, "duration_us"),
                   .cost_usd = number_in(*from, "cost_usd")};
    for (const json::value& value : *calls) {
        const json::object* call = value.if_object();
        const json::object* arguments = call == nullptr ? nullptr : object_in(*call, "arguments");
        if (arguments == nullptr) {
            return std::nullopt;
        }
        out.calls.push_back({std::string(text_in(*call, "id")), std::string(text_in(*call, "name")), *arguments,
                             std::string(text_in(*call, "signature"))});
    }
    return out;
}

std::string question_text(std::string_view endpoint, const ChatRequest& request) {
    json::array messages;
    for (const Message& message : request.messages) {
        messages.emplace_back(message_json(message));
    }
    json::array tools;
    for (const Tool& tool : request.tools) {
        tools.emplace_back(
            json::object{{"name", tool.name}, {"description", tool.description}, {"parameters", tool.parameters}});
    }
    json::object out{{"endpoint", endpoint},
                     {"messages", std::move(messages)},
                     {"tools", std::move(tools)},
                     {"sampling", sampling_json(request.sampling)}};
    if (request.shape) {
        out["shape"] = json::object{{"name", request.shape->name}, {"schema", request.shape->schema}};
    }
    return json_text(std::move(out));
}

std::shared_ptr<ChatModel> cached(std::shared_ptr<ChatModel> model, CacheUse use) {
    return std::make_shared<CachedModel>(std::move(model), std::move(use));
}

}  // namespace sosia::llm
