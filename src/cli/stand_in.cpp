#include "cli/stand_in.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace sosia::cli {
namespace {

constexpr std::size_t bytes_per_token = 4;

// The text, and what agents write around it.
std::string padded(std::string text, double tokens) {
    constexpr std::string_view filler =
        " To give you a bit of background on how we handle this, our team looks at each case with care and keeps you "
        "posted along the way.";
    const auto bytes = static_cast<std::size_t>(tokens) * bytes_per_token;
    while (text.size() < bytes) {
        text += filler.substr(0, std::min(filler.size(), bytes - text.size()));
    }
    return text;
}

// Asks for the facts a user waits to be asked for, one after the other.
class Agent {
  public:
    Agent(const CellParts& parts, double tokens) : goal_(parts.persona->goal.primary), tokens_(tokens) {
        for (const Fact& fact : parts.persona->facts) {
            if (fact.when == Disclosure::asked || fact.when == Disclosure::second_ask ||
                fact.when == Disclosure::corrected) {
                questions_.push_back(fmt::format("Could you please give me the {}?", user::Ledger::label(fact)));
            }
        }
    }

    std::string answer() {
        constexpr std::size_t asked_at_most = 3;
        const std::size_t turn = next_++;
        if (turn < std::min(asked_at_most, questions_.size())) {
            return padded(questions_[turn], tokens_);
        }
        return padded(
            fmt::format("I've taken care of that for you: {}. Is there anything else I can help with?", goal_),
            tokens_);
    }

  private:
    std::string goal_;
    double tokens_;
    std::vector<std::string> questions_;
    std::size_t next_ = 0;
};

CellParts parts_of(const Suite& suite, const Cell& cell) {
    const Scenario* scenario = suite.scenario(cell.scenario);
    return {suite.persona(cell.persona), scenario, find_edge_case(*scenario, cell.edge_case),
            suite.adversary(cell.adversary)};
}

void add_turn(StandIn& out, Role role, std::string text) {
    Turn turn;
    turn.n = static_cast<int>(out.turns.size()) + 1;
    turn.role = role;
    turn.text = std::move(text);
    out.turns.push_back(std::move(turn));
}

// What a model is asked for this step, kept for the first that it words; false for lines it does not word.
void count_step(const user::BuiltinUser& person, const user::Step& step, const UserSpec& spec, StandIn& out) {
    if (step.text.empty()) {
        return;
    }
    ++out.user_turns;
    const bool free = spec.control == UserSpec::Control::free;
    if (!free && (step.phrases.empty() || step.mind.move == "silence")) {
        return;
    }
    ++out.worded;
    if (!out.has_task) {
        out.has_task = true;
        out.turns_before_task = static_cast<int>(out.turns.size());
        user::WordingTask task = user::directed_task(out.parts, person, step, out.turns);
        out.person = user::person_values(out.parts, person, task.rules.secrets);
        out.task = std::move(task.values);
    }
}

}  // namespace

StandIn stand_in(user::Engine& engine, const Suite& suite, const Cell& cell, std::uint64_t seed, const UserSpec& spec,
                 double agent_tokens) {
    static const std::vector<ToolCall> no_tools;
    StandIn out{.parts = parts_of(suite, cell)};
    Agent agent(out.parts, agent_tokens);
    user::BuiltinUser person(engine, out.parts, seed, suite.limits.turns);
    user::Step step = person.open(std::nullopt);
    for (int turn = 1;; ++turn) {
        count_step(person, step, spec, out);
        if (!step.text.empty()) {
            add_turn(out, Role::user, step.text);
        }
        if (step.ending || turn > suite.limits.turns) {
            return out;
        }
        add_turn(out, Role::agent, agent.answer());
        step = person.react({.text = out.turns.back().text, .tools = &no_tools});
    }
}

}  // namespace sosia::cli
