#include "world/seat.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "base/text.h"
#include "world/detail/spoil.h"
#include "world/json_text.h"

namespace sosia::world {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

using Kind = WorldFault::Kind;

std::string fault_message(const WorldFault& fault) {
    if (!fault.message.empty()) {
        return fault.message;
    }
    switch (fault.kind) {
        case Kind::timeout:
            return "the tool did not answer in time";
        case Kind::rate_limit:
            return "too many requests; try again later";
        default:
            return "internal error; try again later";
    }
}

// The tool as it answered at the beginning of the conversation; a tool that writes is served as always.
Answer serve_stale(const Toolbox& toolbox, std::string_view tool, const json::value& arguments, State& state) {
    State old = state;
    old.documents.restore({});
    Answer answer = toolbox.call(tool, arguments, old);
    return answer.wrote ? toolbox.call(tool, arguments, state) : answer;
}

// Adds up the text in a value until the limit is passed.
void add_size(const json::value& value, std::size_t limit, std::size_t& size) {
    size += 8;
    if (const json::string* text = value.if_string()) {
        size += text->size();
    }
    if (const json::array* array = value.if_array()) {
        for (auto item = array->begin(); item != array->end() && size <= limit; ++item) {
            add_size(*item, limit, size);
        }
    }
    if (const json::object* object = value.if_object()) {
        for (auto member = object->begin(); member != object->end() && size <= limit; ++member) {
            size += member->key().size();
            add_size(member->value(), limit, size);
        }
    }
}

// What the record keeps of an answer: all of it, unless it is longer than anybody will read.
json::value kept(const json::value& answer) {
    constexpr std::size_t most = 32U << 10U;
    std::size_t size = 0;
    add_size(answer, most, size);
    return size <= most ? answer : json::value(shorten(answer_text(answer, false), most));
}

bool keeps_tool_from_running(Kind kind) {
    return kind == Kind::timeout || kind == Kind::error || kind == Kind::rate_limit;
}

bool spoils_answer(Kind kind) {
    return kind == Kind::truncated || kind == Kind::missing_fields || kind == Kind::corrupt_fields;
}

}  // namespace

std::string_view to_string(Kind kind) {
    static constexpr std::string_view names[] = {"timeout",        "error", "slow",       "truncated", "missing-fields",
                                                 "corrupt-fields", "stale", "rate-limit", "duplicate"};
    return names[static_cast<std::size_t>(kind)];
}

std::string_view to_string(Answer::Kind kind) {
    static constexpr std::string_view names[] = {"", "refused", "invalid", "unknown", "broken"};
    return names[static_cast<std::size_t>(kind)];
}

Seat::Seat(std::shared_ptr<const Toolbox> toolbox, std::shared_ptr<State> state, std::uint64_t seed,
           std::string conversation)
    : toolbox_(std::move(toolbox)),
      state_(std::move(state)),
      conversation_(std::move(conversation)),
      faults_(seed, "world.faults"),
      matched_(toolbox_->spec().faults.size()) {}

Result<std::unique_ptr<Seat>> Seat::make(std::shared_ptr<const Toolbox> toolbox, const json::object& documents,
                                         std::uint64_t seed, std::string conversation, std::vector<WorldEvent> events) {
    Result<State> state = toolbox->begin(documents, seed, conversation);
    if (!state) {
        return std::unexpected(state.error());
    }
    std::unique_ptr<Seat> out(
        new Seat(std::move(toolbox), std::make_shared<State>(std::move(*state)), seed, std::move(conversation)));
    out->events_ = std::move(events);
    return out;
}

std::unique_ptr<Seat> Seat::join(std::uint64_t seed, std::string conversation) {
    std::unique_ptr<Seat> out(new Seat(toolbox_, state_, seed, std::move(conversation)));
    out->remotes_ = remotes_;
    out->trouble_ = trouble_;
    return out;
}

// The first rule that applies. Each draws from a stream of its own call, so that rules do not disturb each other.
const WorldFault* Seat::fault_for(std::string_view tool) {
    const std::vector<WorldFault>& rules = toolbox_->spec().faults;
    const WorldFault* out = nullptr;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const WorldFault& rule = rules[i];
        if (!rule.tools.empty() && std::ranges::find(rule.tools, tool) == rule.tools.end()) {
            continue;
        }
        const int number = ++matched_[i];
        const bool drawn = faults_.derive(calls_).derive(i).chance(rule.probability);
        if (out == nullptr && drawn && rule.call.value_or(number) == number) {
            out = &rule;
        }
    }
    return out;
}

Answer Seat::spoiled(Answer answer, const WorldFault& fault) {
    if (spoils_answer(fault.kind) && answer.ok()) {
        answer.value =
            detail::spoil(answer.value, fault, toolbox_->spec().spaced, faults_.derive("spoil").derive(calls_));
    }
    return answer;
}

Answer Seat::perform(const WorldFault* fault, std::string_view tool, const json::value& arguments) {
    if (fault == nullptr) {
        return toolbox_->call(tool, arguments, *state_);
    }
    if (fault->kind == Kind::slow || fault->kind == Kind::timeout) {
        state_->now_ms += fault->delay_ms;
    }
    if (keeps_tool_from_running(fault->kind)) {
        return {.kind = Answer::Kind::refused, .value = json::value(fault_message(*fault))};
    }
    if (fault->kind == Kind::stale) {
        return serve_stale(*toolbox_, tool, arguments, *state_);
    }
    Answer answer = toolbox_->call(tool, arguments, *state_);
    if (fault->kind == Kind::duplicate && answer.ok()) {
        const bool wrote = answer.wrote;
        answer = toolbox_->call(tool, arguments, *state_);
        answer.wrote |= wrote;
    }
    return spoiled(std::move(answer), *fault);
}

void Seat::log(std::string_view tool, const json::value& arguments, const Answer& answer) {
    log_.push_back({.name = std::string(tool),
                    .arguments = arguments,
                    .result = kept(answer.value),
                    .served = true,
                    .wrote = answer.wrote,
                    .error = std::string(to_string(answer.kind)),
                    .fault = answer.fault ? std::string(to_string(*answer.fault)) : ""});
}

Answer Seat::call(std::string_view tool, const json::value& arguments) {
    if (closed_) {
        return {.kind = Answer::Kind::refused, .value = json::value("the conversation is over")};
    }
    ++calls_;
    state_->conversation = conversation_;
    const WorldTool* known = toolbox_->tool(tool);
    known = known != nullptr && known->hidden ? nullptr : known;
    const WorldFault* fault = known == nullptr ? nullptr : fault_for(tool);
    Answer answer = known == nullptr ? unknown_tool(tool) : perform(fault, tool, arguments);
    if (known == nullptr && !trouble_.empty()) {
        answer = {.kind = Answer::Kind::broken, .value = json::value(trouble_)};
    }
    answer.fault = fault == nullptr ? std::nullopt : std::optional(fault->kind);
    closed_ = known != nullptr && known->ends && answer.ok();
    log(tool, arguments, answer);
    return answer;
}

// What another server once answered is not known, so its tools are never stale.
asio::awaitable<Answer> Seat::perform_remote(const WorldFault* fault, std::shared_ptr<RemoteTools> remote,
                                             std::string tool, json::value arguments) {
    if (fault != nullptr && (fault->kind == Kind::slow || fault->kind == Kind::timeout)) {
        state_->now_ms += fault->delay_ms;
    }
    if (fault != nullptr && keeps_tool_from_running(fault->kind)) {
        co_return Answer{.kind = Answer::Kind::refused, .value = json::value(fault_message(*fault))};
    }
    Answer answer = co_await remote->call(tool, arguments);
    if (fault != nullptr && fault->kind == Kind::duplicate && answer.ok()) {
        answer = co_await remote->call(tool, arguments);
    }
    co_return fault == nullptr ? std::move(answer) : spoiled(std::move(answer), *fault);
}

asio::awaitable<Answer> Seat::serve(std::string tool, json::value arguments) {
    const std::shared_ptr<Seat> self = weak_from_this().lock();  // the conversation may end meanwhile
    std::shared_ptr<RemoteTools> remote = closed_ ? nullptr : remote_with(tool);
    if (remote == nullptr) {
        co_return call(tool, arguments);
    }
    ++calls_;
    const WorldFault* fault = fault_for(tool);
    fault = fault != nullptr && fault->kind == Kind::stale ? nullptr : fault;
    Answer answer = co_await perform_remote(fault, std::move(remote), tool, arguments);
    answer.fault = fault == nullptr ? std::nullopt : std::optional(fault->kind);
    if (!closed_) {
        log(tool, arguments, answer);
    }
    co_return answer;
}

std::shared_ptr<RemoteTools> Seat::remote_with(std::string_view tool) const {
    if (toolbox_->tool(tool) != nullptr) {
        return nullptr;  // the world's own come first
    }
    const auto found =
        std::ranges::find_if(remotes_, [tool](const auto& remote) { return remote->tool(tool) != nullptr; });
    return found == remotes_.end() ? nullptr : *found;
}

bool Seat::knows(std::string_view tool) const {
    return toolbox_->tool(tool) != nullptr || remote_with(tool) != nullptr;
}

std::vector<const WorldTool*> Seat::offered() const {
    std::vector<const WorldTool*> out;
    for (const WorldTool& tool : toolbox_->spec().tools) {
        if (!tool.hidden) {
            out.push_back(&tool);
        }
    }
    for (const std::shared_ptr<RemoteTools>& remote : remotes_) {
        for (const WorldTool& tool : remote->tools()) {
            if (remote_with(tool.name) == remote) {
                out.push_back(&tool);
            }
        }
    }
    return out;
}

// Tools of events are called by nobody, so faults do not meet them and nothing is logged.
void Seat::turns_over(int turns) {
    for (const WorldEvent& event : events_) {
        if (event.after == turns) {
            state_->now_ms += event.wait_ms;
        }
        if (event.after == turns && !event.call.empty()) {
            toolbox_->call(event.call, event.arguments, *state_);
        }
    }
}

std::vector<ToolCall> Seat::take_calls() {
    return std::exchange(log_, {});
}

void Seat::serve_again(const std::vector<ToolCall>& calls) {
    for (const ToolCall& one : calls) {
        if (one.served) {
            call(one.name, one.arguments.value_or(json::object{}));
        }
    }
    log_.clear();
}

WorldRecord Seat::record() const {
    return {.world = toolbox_->spec().id, .changes = state_->documents.changes()};
}

}  // namespace sosia::world
