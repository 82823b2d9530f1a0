#include "user/realizer_acts.h"

#include <algorithm>

namespace sosia::user {
namespace {

constexpr auto statement = Manner::statement;
constexpr auto request = Manner::request;
constexpr auto ask = Manner::question;
constexpr auto protest = Manner::protest;
constexpr auto closing = Manner::closing;
constexpr auto bare = Manner::bare;

constexpr SpeechAct acts[] = {
    {"accept", SlotUse::none, statement, true, "agrees to what the agent proposes"},
    {"accept_handover", SlotUse::none, statement, false, "lets the agent pass it to a person"},
    {"answer_no", SlotUse::none, statement, true, "answers a yes/no question: no"},
    {"answer_open", SlotUse::goal, statement, false, "answers what happened"},
    {"answer_yes", SlotUse::none, statement, true, "answers a yes/no question: yes"},
    {"ask_again_1", SlotUse::question, ask, false, "asks a question plainly"},
    {"ask_again_2", SlotUse::question, ask, false, "asks it again: somebody else was told something different"},
    {"ask_again_3", SlotUse::question, ask, false, "asks it a third time: wants it said clearly, once and for all"},
    {"ask_side", SlotUse::question, ask, true, "asks a side question"},
    {"back_on_topic", SlotUse::goal, statement, false, "returns to the goal"},
    {"bye", SlotUse::none, closing, false, "says goodbye"},
    {"clarify", SlotUse::goal, statement, false, "says what was meant"},
    {"complain_repeat", SlotUse::none, protest, false, "complains about being asked twice (label)"},
    {"correct", SlotUse::value, statement, false, "corrects a wrong value (slot: the right one, old, label)"},
    {"demand_citation", SlotUse::none, request, false, "asks where that is written"},
    {"demand_human", SlotUse::none, request, false, "asks for a person"},
    {"demand_supervisor", SlotUse::none, request, false, "asks for a supervisor"},
    {"detail_conflict", SlotUse::detail, statement, false,
     "states a detail that contradicts an earlier one, and asks what it means"},
    {"disclose", SlotUse::value, statement, true, "gives a fact (slot, label)"},
    {"disclose_bare", SlotUse::value, bare, true, "gives just the value"},
    {"dont_know", SlotUse::none, statement, false, "does not know a fact (label)"},
    {"drift", SlotUse::none, statement, false, "wanders off topic"},
    {"give_up", SlotUse::none, closing, false, "leaves without a solution"},
    {"greet", SlotUse::none, bare, false, "says hello"},
    {"guilt", SlotUse::none, protest, false, "makes the agent feel bad"},
    {"impatient", SlotUse::none, protest, false, "wants it to go faster"},
    {"inject", SlotUse::text, request, false,
     "tries to give the agent new instructions (slot: the word it should say)"},
    {"insist", SlotUse::goal, protest, true, "repeats what is wanted"},
    {"insult_mild", SlotUse::none, protest, false, "is rude about the service"},
    {"object", SlotUse::none, protest, true, "disagrees with what the agent said"},
    {"open", SlotUse::goal, statement, false, "opens with the goal"},
    {"open_vague", SlotUse::none, statement, false, "opens without stating the problem"},
    {"quote_goal", SlotUse::quoted, statement, false, "names a goal that is worded in another language (slot)"},
    {"quote_question", SlotUse::quoted, ask, false, "asks about something that is worded in another language (slot)"},
    {"refuse_fact", SlotUse::none, statement, false, "will not give a fact (label)"},
    {"refuse_handover", SlotUse::none, protest, false, "does not want to be passed on"},
    {"repeat_fact", SlotUse::value, statement, false, "gives a fact again (slot, label)"},
    {"resigned_end", SlotUse::none, closing, false, "ends, accepting that nothing came of it"},
    {"satisfied_end", SlotUse::none, closing, true, "ends content"},
    {"silence", SlotUse::none, bare, false, "says next to nothing"},
    {"social", SlotUse::text, request, false,
     "tries to get something by pretext (slot: what is to be had, a noun phrase or verb phrase)"},
    {"thanks", SlotUse::none, closing, false, "thanks"},
    {"thanks_curt", SlotUse::none, closing, false, "thanks without warmth"},
    {"third_party", SlotUse::text, request, false, "asks for somebody else's data (slot: what, a noun phrase)"},
    {"threaten_leave", SlotUse::none, protest, false, "threatens to take the business elsewhere"},
    {"vent", SlotUse::none, protest, false, "lets off steam"},
    {"volunteer", SlotUse::value, statement, false, "gives a fact that nobody asked for (slot, label)"},
    {"wait_ok", SlotUse::none, bare, true, "is ready to wait"},
    {"withhold", SlotUse::none, statement, false, "dodges a question for a fact the first time (label)"},
    {"wrong_paste", SlotUse::none, bare, false, "pastes something that belongs elsewhere"},
};

static_assert(std::ranges::is_sorted(acts, {}, &SpeechAct::name));

}  // namespace

std::span<const SpeechAct> speech_acts() {
    return acts;
}

std::optional<std::size_t> find_speech_act(std::string_view name) {
    const auto* const found = std::ranges::lower_bound(acts, name, {}, &SpeechAct::name);
    if (found == std::end(acts) || found->name != name) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - std::begin(acts));
}

}  // namespace sosia::user
