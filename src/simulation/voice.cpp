#include "simulation/voice.h"

#include <optional>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "prompt/model_use.h"
#include "prompt/quote.h"

namespace sosia::simulation {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

constexpr int line_tokens = 1'000;  // hidden reasoning of some models counts too

json::object typed(const char* type) {
    return {{"type", type}};
}

llm::JsonShape shape_of(bool free) {
    json::object properties{{"text", typed("string")}};
    json::array required{"text"};
    if (free) {
        properties["leaves"] = typed("boolean");
        properties["content"] = typed("boolean");
        required.emplace_back("leaves");
        required.emplace_back("content");
    }
    return {.name = "message",
            .schema = {{"type", "object"},
                       {"properties", std::move(properties)},
                       {"required", std::move(required)},
                       {"additionalProperties", false}}};
}

bool flag(const json::object& answer, const char* name) {
    const json::value* value = answer.if_contains(name);
    return value != nullptr && value->is_bool() && value->as_bool();
}

std::optional<Voice::Line> line_of(std::string_view text) {
    const std::string_view part = prompt::json_part(text);
    boost::system::error_code error;
    const json::value value = json::parse(json::string_view(part.data(), part.size()), error);
    const json::object* answer = error ? nullptr : value.if_object();
    const json::value* line = answer == nullptr ? nullptr : answer->if_contains("text");
    if (line == nullptr || !line->is_string()) {
        return std::nullopt;
    }
    return Voice::Line{.text = user::bare_line(std::string(line->as_string())),
                       .leaves = flag(*answer, "leaves"),
                       .content = flag(*answer, "content")};
}

// What is wrong with an answer, before anybody looks at the line.
std::optional<Voice::NoLine> fault_of(const llm::ChatAnswer& answer) {
    switch (answer.finish) {
        case llm::Finish::length:
            return Voice::NoLine{.error = "its answer was cut off", .fault_kind = "other"};
        case llm::Finish::content_filter:
            return Voice::NoLine{.error = "the provider's content filter took its answer",
                                 .fault_kind = "guideline-violation"};
        case llm::Finish::tool_calls:
            return Voice::NoLine{.error = "it called a tool instead of answering", .fault_kind = "guideline-violation"};
        case llm::Finish::stop:
        case llm::Finish::other:
            break;
    }
    return std::nullopt;
}

// Failures that another attempt may cure are the model's own; the others end the conversation at once.
std::optional<Voice::NoLine> final_failure(const llm::Failure& failure) {
    switch (failure.kind) {
        case llm::FailureKind::malformed:
        case llm::FailureKind::content_filter:
            return std::nullopt;
        case llm::FailureKind::cancelled:
            return Voice::NoLine{.ending = Ending::cancelled, .error = failure.message};
        case llm::FailureKind::over_budget:
            return Voice::NoLine{.ending = Ending::budget_spent, .error = failure.message};
        case llm::FailureKind::context_length:
            return Voice::NoLine{
                .error = "the conversation is longer than the user's model can read: " + failure.message,
                .fault_kind = "other"};
        default:
            return Voice::NoLine{.ending = Ending::model_unavailable, .error = "the user's model: " + failure.message};
    }
}

void ask_again(llm::ChatRequest& request, const std::string& said, const std::string& prompt) {
    if (!said.empty()) {
        request.messages.push_back({.role = llm::Role::assistant, .text = said});
        request.messages.push_back({.role = llm::Role::user, .text = prompt});
    }
    ++request.repetition;
}

}  // namespace

llm::ChatRequest Voice::first_request(user::WordingTask& task, const json::object& person, std::uint64_t seed) const {
    const std::string kind = plays_freely() ? "user-free" : "user-direction";
    if (json::value* history = task.values.if_contains("history")) {
        for (json::value& turn : history->as_array()) {
            turn = prompt::quoted(turn);
        }
    }
    if (json::value* move = task.values.if_contains("move")) {
        *move = prompt::quoted(*move);
    }
    llm::ChatRequest request;
    request.messages = {
        {.role = llm::Role::system, .text = book_.render(kind, person)},
        {.role = llm::Role::user, .text = book_.render(plays_freely() ? "user-free-turn" : "user-turn", task.values)}};
    request.shape = shape_of(plays_freely());
    request.sampling.temperature = spec_.temperature;
    request.sampling.seed = seed;
    request.sampling.max_tokens = line_tokens;
    return request;
}

asio::awaitable<Voice::Answer> Voice::say(user::WordingTask task, json::object person, std::uint64_t seed,
                                          ModelUse& use) const {
    llm::ChatRequest request = first_request(task, person, seed);
    NoLine last;
    std::vector<Refused> refused;
    for (int attempt = 0; attempt <= spec_.retries; ++attempt) {
        const llm::ChatResult answer = co_await model_->complete(request);
        prompt::count_call(answer, use);
        std::string said;
        if (!answer) {
            if (auto end = final_failure(answer.error())) {
                co_return std::unexpected(std::move(*end));
            }
            last = {.error = answer.error().message, .fault_kind = "other"};
        } else if (auto fault = fault_of(*answer)) {
            last = std::move(*fault);
        } else if (std::optional<Line> line = line_of(answer->text)) {
            const std::optional<user::Objection> objection = guards_.check(line->text, task.rules);
            if (!objection) {
                line->refused = std::move(refused);
                line->kept = answer->cached;
                co_return std::move(*line);
            }
            said = answer->text;
            last = {.error = objection->detail, .fault_kind = std::string(user::fault_kind(objection->blunder))};
        } else {
            said = answer->text;
            last = {
                .error = answer->text.empty() ? "the answer is empty" : "the answer is not the JSON object asked for",
                .fault_kind = "other"};
        }
        refused.push_back({.kind = last.fault_kind, .reason = last.error});
        ask_again(request, said, book_.render("user-retry", {{"reason", last.error}}));
    }
    last.error = fmt::format("the model found no line for the user in {} attempt{}: {}", spec_.retries + 1,
                             spec_.retries == 0 ? "" : "s", last.error);
    co_return std::unexpected(std::move(last));
}

}  // namespace sosia::simulation
