#include "world/trajectories.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <exception>
#include <map>
#include <stdexcept>

#include "world/expectations.h"
#include "world/json_text.h"
#include "world/seat.h"

namespace sosia::world {
namespace json = boost::json;
namespace {

std::string text_of(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : std::string();
}

std::string text_in(const json::object& object, const char* key) {
    const json::value* value = object.if_contains(key);
    return value == nullptr ? std::string() : text_of(*value);
}

// Members as they must be; what is thrown is caught where the conversation's place in the file is known.
const json::value& member(const json::value& of, const char* key) {
    const json::object* object = of.if_object();
    const json::value* found = object == nullptr ? nullptr : object->if_contains(key);
    if (found == nullptr) {
        throw std::runtime_error(fmt::format("\"{}\" is missing", key));
    }
    return *found;
}

const json::array& list_in(const json::value& of, const char* key) {
    const json::array* found = member(of, key).if_array();
    if (found == nullptr) {
        throw std::runtime_error(fmt::format("\"{}\" is no list", key));
    }
    return *found;
}

template <class Number>
Number number_in(const json::value& of, const char* key) {
    boost::system::error_code error;
    const Number found = member(of, key).to_number<Number>(error);
    if (error) {
        throw std::runtime_error(fmt::format("\"{}\" is no number", key));
    }
    return found;
}

json::value arguments_of(const json::value& function) {
    boost::system::error_code error;
    json::value out = json::parse(text_of(member(function, "arguments")), error);
    if (error) {
        throw std::runtime_error(
            fmt::format("the arguments of a call of {} are not JSON", text_of(member(function, "name"))));
    }
    return out;
}

// Calls as the agent made them, each with the answer that carries its id.
void read_messages(const json::array& messages, Trajectory& out) {
    std::map<std::string, std::size_t> waiting;
    for (const json::value& one : messages) {
        if (!one.is_object()) {
            throw std::runtime_error("a message in \"traj\" is no object");
        }
        const json::object& message = one.get_object();
        const std::string role = text_in(message, "role");
        const json::value* calls = message.if_contains("tool_calls");
        const bool acts = calls != nullptr && calls->is_array() && !calls->get_array().empty();
        if (role == "assistant" && !acts) {
            out.replies.push_back(text_in(message, "content"));
        }
        out.stopped = role == "user" && text_in(message, "content").contains("###STOP###");
        for (std::size_t i = 0; acts && i < calls->get_array().size(); ++i) {
            const json::value& call = calls->get_array()[i];
            const json::value& function = member(call, "function");
            waiting[text_of(member(call, "id"))] = out.calls.size();
            out.calls.push_back({text_of(member(function, "name")), arguments_of(function), {}});
        }
        if (const auto found = waiting.find(text_in(message, "tool_call_id"));
            role == "tool" && found != waiting.end()) {
            out.calls[found->second].result = text_in(message, "content");
        }
    }
}

Trajectory read_one(const json::value& written) {
    Trajectory out;
    out.task = number_in<int>(written, "task_id");
    out.trial = number_in<int>(written, "trial");
    out.reward = number_in<double>(written, "reward");
    const json::value& task = member(member(written, "info"), "task");
    for (const json::value& action : list_in(task, "actions")) {
        const json::object* arguments = member(action, "kwargs").if_object();
        if (arguments == nullptr) {
            throw std::runtime_error("\"kwargs\" of an action is no object");
        }
        out.actions.push_back({text_of(member(action, "name")), *arguments});
    }
    for (const json::value& output : list_in(task, "outputs")) {
        out.outputs.push_back(text_of(output));
    }
    read_messages(list_in(written, "traj"), out);
    return out;
}

json::value renamed(const json::value& value, const Renames& renames) {
    if (const json::object* object = value.if_object()) {
        json::object out;
        for (const auto& [key, member] : *object) {
            const auto found = renames.find(std::string(key));
            out[found == renames.end() ? std::string(key) : found->second] = renamed(member, renames);
        }
        return out;
    }
    if (const json::array* array = value.if_array()) {
        json::array out;
        for (const json::value& item : *array) {
            out.push_back(renamed(item, renames));
        }
        return out;
    }
    return value;
}

PlayedCall compare(const RecordedCall& call, std::string answer, const Renames& renames, bool spaced) {
    if (answer == call.result) {
        return {};
    }
    boost::system::error_code error;
    const json::value recorded = json::parse(call.result, error);
    const bool same_renamed = !error && json_text(renamed(recorded, renames), spaced) == answer;
    return {same_renamed ? PlayedCall::Sameness::renamed : PlayedCall::Sameness::other, std::move(answer)};
}

}  // namespace

Result<std::vector<Trajectory>> read_trajectories(const json::value& file) {
    constexpr const char* expected = "expected a list of {task_id, trial, reward, info, traj}";
    if (!file.is_array()) {
        return fail(ErrorKind::usage, "these are no recorded conversations", expected);
    }
    std::vector<Trajectory> out;
    try {
        for (const json::value& one : file.get_array()) {
            out.push_back(read_one(one));
        }
    } catch (const std::exception& error) {
        return fail(ErrorKind::usage, fmt::format("conversation {} of the list: {}", out.size() + 1, error.what()),
                    expected);
    }
    return out;
}

Result<Played> play(const std::shared_ptr<const Toolbox>& toolbox, const Trajectory& trajectory,
                    const Renames& renames) {
    constexpr std::uint64_t any_seed = 1;
    Result<std::unique_ptr<Seat>> seat = Seat::make(toolbox, {}, any_seed, std::to_string(trajectory.task));
    if (!seat) {
        return std::unexpected(seat.error());
    }
    const bool spaced = toolbox->spec().spaced;
    Played out;
    for (const RecordedCall& call : trajectory.calls) {
        out.calls.push_back(
            compare(call, answer_text((*seat)->call(call.tool, call.arguments).value, spaced), renames, spaced));
    }
    WorldExpectation expect;
    expect.actions = trajectory.actions;
    expect.outputs = trajectory.outputs;
    const json::object nothing;
    const std::vector<WorldEvent> no_events;
    Result<EndState> end = end_state(*toolbox, nothing, no_events, (*seat)->record());
    if (!end) {
        return std::unexpected(end.error());
    }
    out.differences = action_problems(expect, *end);
    const bool whole = trajectory.stopped || (*seat)->closed();
    out.reward = whole && out.differences.empty() && missing_outputs(expect, trajectory.replies).empty() ? 1 : 0;
    return out;
}

}  // namespace sosia::world
