#include "agent/detail/model_talk.h"

#include <fmt/format.h>

#include <utility>

#include "domain/json_text.h"

namespace sosia::agent::detail {
namespace {

constexpr std::string_view stage_direction = "(The user has joined the conversation and waits for your first words.)";

std::string system_text(const ModelShape& shape, const Request& request) {
    std::string out = shape.system;
    if (shape.send_context && request.context != nullptr && !request.context->empty()) {
        out += out.empty() ? "" : "\n\n";
        out += "Context of this conversation:\n";
        append_json(out, *request.context);
    }
    return out;
}

llm::Message message(llm::Role role, std::string text) {
    return {.role = role, .text = std::move(text), .calls = {}, .call_id = {}};
}

struct Meaning {
    FailureKind kind;
    std::string_view words;
    bool may_retry;
};

Meaning meaning_of(llm::FailureKind kind) {
    using enum llm::FailureKind;
    switch (kind) {
        case authentication:
            return {FailureKind::unreachable, "refused the key", false};
        case quota:
            return {FailureKind::unreachable, "has no quota left", false};
        case rate_limited:
            return {FailureKind::unreachable, "limited the rate of requests", true};
        case overloaded:
            return {FailureKind::unreachable, "is overloaded", true};
        case context_length:
            return {FailureKind::invalid_reply, "cannot take in a conversation of this length", false};
        case content_filter:
            return {FailureKind::invalid_reply, "gave no answer because of a content filter", false};
        case bad_request:
            return {FailureKind::unreachable, "did not understand the request", false};
        case malformed:
            return {FailureKind::invalid_reply, "gave an answer that is no reply", false};
        case unreachable:
            return {FailureKind::unreachable, "could not be reached", true};
        case timeout:
            return {FailureKind::timeout, "gave no complete answer in time", true};
        case cancelled:
            return {FailureKind::cancelled, "was cancelled", false};
        case not_cached:
            return {FailureKind::unreachable, "has no stored answer to replay", false};
        case over_budget:
            return {FailureKind::unreachable, "was not asked because the budget is spent", false};
    }
    return {FailureKind::unreachable, "failed", false};
}

}  // namespace

llm::ChatRequest chat_request(const ModelShape& shape, const Request& request, const ToolLoop& loop) {
    llm::ChatRequest out;
    if (std::string system = system_text(shape, request); !system.empty()) {
        out.messages.push_back(message(llm::Role::system, std::move(system)));
    }
    if (loop.messages().empty() || loop.messages().front().role == llm::Role::assistant) {
        out.messages.push_back(message(llm::Role::user, std::string(stage_direction)));
    }
    out.messages.insert(out.messages.end(), loop.messages().begin(), loop.messages().end());
    out.tools = loop.tools();
    out.sampling = shape.sampling;
    out.stream = shape.stream;
    return out;
}

Failure failure_of(const llm::Failure& failure, const std::string& description, const Redactor& redactor) {
    const Meaning meaning = meaning_of(failure.kind);
    std::string text = fmt::format("{} {}", description, meaning.words);
    text += failure.message.empty() ? "." : ": " + failure.message;
    return {.kind = meaning.kind, .message = redactor.clean(std::move(text)), .may_retry = meaning.may_retry};
}

void TurnCost::add(const llm::ChatAnswer& answer) {
    ++answers_;
    usage_.input += answer.usage.input;
    usage_.cached_input += answer.usage.cached_input;
    usage_.output += answer.usage.output;
    if (answer.cost_usd) {
        cost_usd_ = cost_usd_.value_or(0) + *answer.cost_usd;
    }
    model_ = answer.model.empty() ? model_ : answer.model;
}

boost::json::object TurnCost::metadata(int tool_steps) const {
    boost::json::object out;
    if (!model_.empty()) {
        out["model"] = model_;
    }
    if (usage_ != llm::Usage{}) {
        out["usage"] = {{"input", usage_.input}, {"cached_input", usage_.cached_input}, {"output", usage_.output}};
    }
    if (cost_usd_) {
        out["cost_usd"] = *cost_usd_;
    }
    if (tool_steps > 0) {
        out["tool_steps"] = tool_steps;
    }
    return out;
}

}  // namespace sosia::agent::detail
