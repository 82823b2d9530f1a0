#include "agent/detail/tool_loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sosia::agent::detail {
namespace {

namespace json = boost::json;

llm::ToolCall call_of(std::string id, std::string name, const json::value* arguments) {
    llm::ToolCall out{.id = std::move(id), .name = std::move(name), .arguments = {}};
    if (arguments != nullptr && arguments->is_object()) {
        out.arguments = arguments->get_object();
    }
    return out;
}

llm::Message asking(std::string text, std::vector<llm::ToolCall> calls) {
    return {.role = llm::Role::assistant, .text = std::move(text), .calls = std::move(calls), .call_id = {}};
}

llm::Message answering(std::string id, std::string answer) {
    return {.role = llm::Role::tool, .text = std::move(answer), .calls = {}, .call_id = std::move(id)};
}

// The calls of an earlier turn, one after another, under ids that are the same whenever the history is sent.
void add_calls(std::vector<llm::Message>& out, const std::vector<ToolCall>& calls, std::size_t turn,
               const ToolHost& host) {
    for (std::size_t i = 0; i < calls.size(); ++i) {
        if (!calls[i].served) {
            continue;
        }
        const std::string id = fmt::format("call_{}_{}", turn, i + 1);
        out.push_back(asking("", {call_of(id, calls[i].name, calls[i].arguments ? &*calls[i].arguments : nullptr)}));
        out.push_back(answering(id, host.answer_of(calls[i])));
    }
}

std::vector<llm::Message> talk_of(const Request& request, const ToolHost* host) {
    std::vector<llm::Message> out;
    out.reserve(request.messages.size());
    for (std::size_t i = 0; i < request.messages.size(); ++i) {
        const Message& message = request.messages[i];
        if (host != nullptr) {
            add_calls(out, message.calls, i + 1, *host);
        }
        out.push_back({.role = message.role == Role::user ? llm::Role::user : llm::Role::assistant,
                       .text = message.text,
                       .calls = {},
                       .call_id = {}});
    }
    return out;
}

}  // namespace

int tool_steps_arg(Args& args) {
    constexpr double usual = 10;
    constexpr double most = 1000;
    const double steps = args.number("tool_steps").value_or(usual);
    if (steps < 0 || steps > most) {
        args.take(Result<int>(fail(ErrorKind::usage, fmt::format("agent.tool_steps must be 0 to {}", most))));
    }
    return static_cast<int>(std::clamp(steps, 0.0, most));
}

ToolLoop::ToolLoop(const Request& request, int most_steps)
    : host_(most_steps == 0 ? nullptr : request.tools), most_steps_(most_steps), messages_(talk_of(request, host_)) {}

const std::vector<ToolOffer>& ToolLoop::offers() const {
    static const std::vector<ToolOffer> none;
    return host_ == nullptr ? none : host_->offers();
}

std::vector<llm::Tool> ToolLoop::tools() const {
    std::vector<llm::Tool> out;
    for (const ToolOffer& offer : offers()) {
        out.push_back({std::string(offer.name), std::string(offer.description), *offer.parameters});
    }
    return out;
}

bool ToolLoop::serves(std::string_view tool) const {
    return std::ranges::find(offers(), tool, &ToolOffer::name) != offers().end();
}

bool ToolLoop::serves_any(const std::vector<WantedCall>& calls) const {
    return std::ranges::any_of(calls, [this](const WantedCall& call) { return serves(call.name); });
}

boost::asio::awaitable<bool> ToolLoop::serve(std::string text, std::vector<WantedCall> calls) {
    if (steps_ == most_steps_) {
        co_return false;
    }
    ++steps_;
    std::vector<llm::ToolCall> asked;
    std::vector<llm::Message> answers;
    for (const WantedCall& call : calls) {
        const std::string id = call.id.empty() ? fmt::format("step_{}_{}", steps_, asked.size() + 1) : call.id;
        asked.push_back(call_of(id, call.name, &call.arguments));
        std::string answer = co_await host_->call(call.name, call.arguments);
        answers.push_back(answering(id, std::move(answer)));
    }
    messages_.push_back(asking(std::move(text), std::move(asked)));
    std::ranges::move(answers, std::back_inserter(messages_));
    co_return true;
}

std::string ToolLoop::too_many() const {
    return fmt::format(
        "asked for tools {} times in one turn and said nothing to the user; agent.tool_steps allows for no more",
        steps_ + 1);
}

}  // namespace sosia::agent::detail
