#include "world/trajectories.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <exception>
#include <map>

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

// Calls as the agent made them, each with the answer that carries its id.
void read_messages(const json::array& messages, Trajectory& out) {
    std::map<std::string, std::size_t> waiting;
    for (const json::value& one : messages) {
        const json::object& message = one.as_object();
        const std::string role = text_in(message, "role");
        const json::value* calls = message.if_contains("tool_calls");
        const bool acts = calls != nullptr && calls->is_array() && !calls->get_array().empty();
        if (role == "assistant" && !acts) {
            out.replies.push_back(text_in(message, "content"));
        }
        out.stopped = role == "user" && text_in(message, "content").contains("###STOP###");
        for (std::size_t i = 0; acts && i < calls->get_array().size(); ++i) {
            const json::value& call = calls->get_array()[i];
            waiting[text_of(call.at("id"))] = out.calls.size();
            out.calls.push_back({text_of(call.at("function").at("name")),
                                 json::parse(text_of(call.at("function").at("arguments"))),
                                 {}});
        }
        if (const auto found = waiting.find(text_in(message, "tool_call_id"));
            role == "tool" && found != waiting.end()) {
            out.calls[found->second].result = text_in(message, "content");
        }
    }
}

Trajectory read_one(const json::object& written) {
    Trajectory out;
    out.task = written.at("task_id").to_number<int>();
    out.trial = written.at("trial").to_number<int>();
    out.reward = written.at("reward").to_number<double>();
    const json::object& task = written.at("info").at("task").as_object();
    for (const json::value& action : task.at("actions").as_array()) {
        out.actions.push_back({text_of(action.at("name")), action.at("kwargs").as_object()});
    }
    for (const json::value& output : task.at("outputs").as_array()) {
        out.outputs.push_back(text_of(output));
    }
    read_messages(written.at("traj").as_array(), out);
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
    std::vector<Trajectory> out;
    try {
        for (const json::value& one : file.as_array()) {
            out.push_back(read_one(one.as_object()));
        }
    } catch (const std::exception& error) {
        return fail(ErrorKind::malformed, std::string("these are no recorded trajectories: ") + error.what(),
                    "expected a list of {task_id, trial, reward, info, traj}");
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
