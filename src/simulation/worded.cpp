#include "simulation/worded.h"

#include <boost/json/array.hpp>
#include <utility>
#include <vector>

namespace sosia::simulation {
namespace asio = boost::asio;
namespace {

// What a model worded in an interrupted attempt; null when this turn was not reached.
const Turn* said_before(const Talk& talk) {
    const auto step = static_cast<std::size_t>(talk.steps);
    if (step >= talk.setup.resumed.size() || talk.setup.resumed[step].user.text.empty()) {
        return nullptr;
    }
    return &talk.setup.resumed[step].user;
}

void end(Talk& talk, const Voice::NoLine& why) {
    end(talk, why.ending, why.error);
    talk.record.fault_kind = why.fault_kind;
}

// What the policy would have said ("" the same, or the model plays freely), and what the model could not get through.
boost::json::object wording_of(const Voice::Line& line, const std::string& draft) {
    boost::json::object out;
    if (!draft.empty() && draft != line.text) {
        out["draft"] = draft;
    }
    if (!line.refused.empty()) {
        boost::json::array refused;
        for (const Voice::Refused& one : line.refused) {
            refused.emplace_back(boost::json::object{{"kind", one.kind}, {"reason", one.reason}});
        }
        out["refused"] = std::move(refused);
    }
    if (line.kept) {
        out["kept"] = true;
    }
    return out;
}

// Lines that a file fixes, and silence, are said as they are.
bool is_worded_by_model(const user::Step& step) {
    return !step.phrases.empty() && !step.text.empty() && step.mind.move != "silence";
}

}  // namespace

asio::awaitable<bool> reword(Talk& talk, const user::BuiltinUser& user, user::Step& step) {
    if (!is_worded_by_model(step)) {
        co_return true;
    }
    if (const Turn* before = said_before(talk)) {
        talk.worded = before->metadata;
        step.text = before->text;
        co_return true;
    }
    if (const std::optional<Ending> stop = talk.around.stop.requested()) {
        end(talk, *stop);
        co_return false;
    }
    user::WordingTask task = user::directed_task(talk.setup.parts, user, step, talk.record.turns);
    boost::json::object person = user::person_values(talk.setup.parts, user, task.rules.secrets);
    Voice::Answer line =
        co_await talk.around.voice->say(std::move(task), std::move(person), talk.setup.seed, talk.record.user_model);
    if (!line) {
        end(talk, line.error());
        co_return false;
    }
    talk.worded = wording_of(*line, step.text);
    step.text = std::move(line->text);
    co_return true;
}

namespace {

// Which of the facts that may be told the line tells.
std::vector<std::size_t> told_in(const Talk& talk, std::string_view line, const user::Guide& guide) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < guide.may_tell.size(); ++i) {
        const std::string& value = guide.may_tell[i].value;
        if (!value.empty() && talk.around.voice->guards().tells(line, value, talk.setup.parts.persona->language)) {
            out.push_back(i);
        }
    }
    return out;
}

}  // namespace

asio::awaitable<std::optional<user::Step>> free_step(Talk& talk, user::BuiltinUser& user,
                                                     std::optional<user::AgentMessage> heard, int user_turn) {
    const CellParts& parts = talk.setup.parts;
    if (user_turn == 1 && (parts.scenario->opening || parts.edge_case->opening)) {
        co_return user.open(heard);
    }
    user::Guide guide = user.guide(heard ? &*heard : nullptr);
    if (!guide.step.ending && user_turn > talk.setup.limits->turns) {
        guide.step.ending = Ending::turn_limit;
    }
    if (guide.step.ending) {
        co_return std::move(guide.step);
    }
    Voice::Line line;
    if (const Turn* before = said_before(talk)) {
        line.text = before->text;
        talk.worded = before->metadata;
    } else if (const std::optional<Ending> stop = talk.around.stop.requested()) {
        end(talk, *stop);
        co_return std::nullopt;
    } else {
        user::WordingTask task = user::free_task(parts, user, guide, talk.record.turns, talk.setup.limits->turns);
        boost::json::object person = user::person_values(parts, user, task.rules.secrets);
        Voice::Answer answer = co_await talk.around.voice->say(std::move(task), std::move(person), talk.setup.seed,
                                                               talk.record.user_model);
        if (!answer) {
            end(talk, answer.error());
            co_return std::nullopt;
        }
        line = std::move(*answer);
        talk.worded = wording_of(line, "");
    }
    const std::vector<std::size_t> told = told_in(talk, line.text, guide);
    co_return user.play(std::move(guide), std::move(line.text), told, line.leaves, line.content);
}

}  // namespace sosia::simulation
