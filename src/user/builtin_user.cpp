#include "user/builtin_user.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "user/move.h"

namespace sosia::user {
namespace {

enum class ToolKind { unknown, looks, acts };

ToolKind kind_of_word(std::string_view word) {
    constexpr std::array<std::string_view, 31> looking{
        "get",   "find",   "look",   "lookup",   "search",  "list",     "check",    "verify",
        "fetch", "read",   "show",   "query",    "view",    "load",     "track",    "validate",
        "peek",  "status", "browse", "identify", "inspect", "describe", "retrieve", "authenticate",
        "suche", "suchen", "finde",  "pruefen",  "lesen",   "buscar",   "consultar"};
    constexpr std::array<std::string_view, 41> acting{
        "open",     "create",  "cancel",  "update",   "change",   "book",      "refund",   "issue",    "send",
        "start",    "renew",   "extend",  "move",     "add",      "register",  "redirect", "submit",   "remove",
        "delete",   "replace", "reset",   "activate", "upgrade",  "file",      "order",    "transfer", "block",
        "schedule", "rebook",  "reserve", "pay",      "return",   "downgrade", "report",   "set",      "apply",
        "close",    "unlock",  "resend",  "switch",   "terminate"};
    if (std::ranges::find(looking, word) != looking.end()) {
        return ToolKind::looks;
    }
    return std::ranges::find(acting, word) != acting.end() ? ToolKind::acts : ToolKind::unknown;
}

// By the first telling word of its name, without what stands before a dot: "parcel.open_trace" acts, "getOrder" looks
// something up.
ToolKind kind_of(std::string_view tool) {
    tool.remove_prefix(tool.find_last_of(".:/") + 1);  // npos + 1 is the start
    std::string word;
    for (std::size_t i = 0; i <= tool.size(); ++i) {
        const char c = i < tool.size() ? tool[i] : '_';
        const bool capital = c >= 'A' && c <= 'Z';
        if (capital || c < 'a' || c > 'z') {
            if (const ToolKind kind = kind_of_word(word); kind != ToolKind::unknown) {
                return kind;
            }
            word.clear();
        }
        if (capital || (c >= 'a' && c <= 'z')) {
            word += capital ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    return ToolKind::unknown;
}

// The tool whose use shows that the user got what they wanted; "" when none of the expected ones does. Where the answer
// must be no, tools only look things up.
std::string settling_tool(const Expectation& expect, bool informational) {
    if (!expect.resolved.value_or(true)) {
        return {};
    }
    for (auto tool = expect.tools.rbegin(); tool != expect.tools.rend(); ++tool) {
        if (informational || kind_of(tool->name) != ToolKind::looks) {
            return tool->name;
        }
    }
    // Where the author says that looking something up is all it takes, it settles the matter.
    return expect.resolved.value_or(false) && !expect.tools.empty() ? expect.tools.back().name : std::string();
}

Setting make_setting(const Engine::Shared& shared, const CellParts& parts, int turn_limit) {
    Setting setting{.parts = parts, .goal = shared.goal, .turn_limit = turn_limit};
    setting.pivots = parts.scenario->happy.pivots;
    if (!parts.edge_case->id.empty() && !parts.edge_case->pivots.empty()) {
        setting.pivots = parts.edge_case->pivots;
    }
    const Expectation& expect = parts.edge_case->expect;
    setting.may_end_in_no = !expect.resolved.value_or(true);
    // "Find out where it is and have it traced" is not over with the knowledge alone.
    setting.goal.informational &= std::ranges::none_of(
        expect.tools, [](const ExpectedTool& tool) { return kind_of(tool.name) == ToolKind::acts; });
    setting.last_expected_tool = settling_tool(expect, setting.goal.informational);
    return setting;
}

State make_state(const Setting& setting) {
    State state;
    for (const std::string& side : setting.goal.side) {
        state.side.push_back({.wording = side});
    }
    state.tactic_fired.assign(setting.parts.adversary->tactics.size(), 0);
    state.pivot_fired.assign(setting.pivots.size(), false);
    return state;
}

}  // namespace

Engine::Engine(Reader reader, Realizer realizer, GoalWords words)
    : reader_(std::move(reader)), realizer_(std::move(realizer)), words_(std::move(words)) {}

Result<std::unique_ptr<Engine>> Engine::create() {
    Result<Reader> reader = Reader::create();
    if (!reader) {
        return std::unexpected(reader.error());
    }
    Result<Realizer> realizer = Realizer::create();
    if (!realizer) {
        return std::unexpected(realizer.error());
    }
    Result<GoalWords> words = GoalWords::create();
    if (!words) {
        return std::unexpected(words.error());
    }
    return std::unique_ptr<Engine>(new Engine(std::move(*reader), std::move(*realizer), std::move(*words)));
}

const Engine::Shared& Engine::shared(const CellParts& parts) {
    const auto key = std::make_pair(parts.persona, parts.edge_case);
    const auto found = shared_.find(key);
    if (found != shared_.end()) {
        return found->second;
    }
    Ledger ledger(parts);
    FactIndex facts(fact_queries(ledger));
    return shared_.emplace(key, Shared{std::move(ledger), std::move(facts), conversation_goal(words_, parts)})
        .first->second;
}

BuiltinUser::BuiltinUser(Engine& engine, const CellParts& parts, std::uint64_t seed, int turn_limit)
    : engine_(engine),
      shared_(engine.shared(parts)),
      setting_(make_setting(shared_, parts, turn_limit)),
      ledger_(shared_.ledger),
      mood_(parts),
      state_(make_state(setting_)),
      chance_(seed, "policy"),
      wording_(seed, "realizer") {}

Step BuiltinUser::open(const std::optional<AgentMessage>& greeting) {
    Reading heard;
    if (greeting) {
        heard = observe(*greeting).reading;
    }
    if (setting_.parts.scenario->opening || setting_.parts.edge_case->opening) {
        const std::string& text =
            setting_.parts.edge_case->opening ? *setting_.parts.edge_case->opening : *setting_.parts.scenario->opening;
        state_.goal = GoalStatus::open;
        return word(spoken(text, "open", "The scenario fixes the first message."), std::move(heard));
    }
    const bool vague = !chance_.chance(setting_.parts.persona->knobs.clarity);
    Move move = state_goal(vague);
    if (!vague) {  // details belong to a matter, not to "something's wrong"
        volunteer(move);
    }
    return word(std::move(move), std::move(heard));
}

Step BuiltinUser::react(const AgentMessage& message) {
    Observation seen = observe(message);
    state_.trigger_pending |= mood_.observe(seen);
    if (seen.unhelpful()) {
        ++state_.unhelpful;
    }
    Move move = decide(message, seen);
    return word(std::move(move), std::move(seen.reading));
}

void BuiltinUser::follow(const Turn& said) {
    const UserMind& mind = said.mind;
    ++state_.user_turn;
    for (const std::string& fact : mind.wrong) {
        ledger_.told(fact, true, state_.user_turn);
    }
    for (const std::string& fact : mind.disclosed) {
        ledger_.told(fact, false, state_.user_turn);
    }
    for (const std::string& fact : mind.corrected) {
        ledger_.correct(fact);
    }
    // Every recorded turn after a vague opening comes from a user who has said what this is about.
    if (state_.goal == GoalStatus::unstated && (state_.user_turn > 1 || !mind.why.contains("without saying"))) {
        state_.goal = GoalStatus::open;
    }
    state_.last_move = mind.move;
    state_.last_asks = mind.asks;
    state_.off_topic = !mind.tactic.empty() && mind.expect == "decline";
    state_.demanded_human += mind.asks == "human" ? 1 : 0;
}

std::vector<std::string> BuiltinUser::hear(const AgentMessage& message) {
    const Observation seen = observe(message);
    mood_.observe(seen);
    return names_of(seen.reading);
}

}  // namespace sosia::user
