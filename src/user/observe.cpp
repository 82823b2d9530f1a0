// What did the agent just do, as far as this user is concerned?
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/text.h"
#include "user/builtin_user.h"
#include "user/model_reading.h"
#include "user/options.h"

namespace sosia::user {
namespace {

// Letters and digits only, lower case: two texts that differ in punctuation alone are the same text.
std::string normalised(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const char l = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if ((l >= 'a' && l <= 'z') || (l >= '0' && l <= '9') || (static_cast<unsigned char>(l) & 0x80) != 0) {
            out += l;
        }
    }
    return out;
}

bool contains(const std::vector<std::uint64_t>& texts, std::uint64_t text) {
    return std::ranges::find(texts, text) != texts.end();
}

bool is_request(Act act) {
    return act == Act::ask_fact || act == Act::ask_confirm || act == Act::ask_open || act == Act::ask_intent;
}

// "Whenever you have it, I'll take a look": nothing is promised until then.
bool is_conditional(std::string_view sentence) {
    constexpr std::array<std::string_view, 14> openers{"if ",     "whenever ", "once ",  "as soon as ", "when you ",
                                                       "when i ", "until ",    "si ",    "cuando ",     "en cuanto ",
                                                       "wenn ",   "sobald ",   "falls ", "unless "};
    const auto opens_here = [&](std::size_t at) {
        return std::ranges::any_of(openers, [&](std::string_view o) { return opens_with(sentence.substr(at), o); });
    };
    bool found = opens_here(0);
    for (std::size_t space = sentence.find(' '); !found && space != std::string_view::npos;
         space = sentence.find(' ', space + 1)) {
        found = opens_here(space + 1);
    }
    return found;
}

// "I can't apply it without the account number": a no only for as long as something is missing.
bool is_without(std::string_view sentence) {
    constexpr std::array<std::string_view, 3> words{"without", "ohne", "sin"};
    return std::ranges::any_of(words, [&](std::string_view word) { return contains_word(sentence, word); });
}

// {"ok": false}, {"error": "..."}: the call settled nothing.
bool went_wrong(const ToolCall& call) {
    if (!call.result || !call.result->is_object()) {
        return false;
    }
    const boost::json::object& result = call.result->get_object();
    const boost::json::value* error = result.if_contains("error");
    const bool reports_error = error != nullptr && !error->is_null() && !(error->is_bool() && !error->get_bool());
    constexpr std::array<std::string_view, 4> marks{"ok", "success", "succeeded", "found"};
    return reports_error || std::ranges::any_of(marks, [&](std::string_view mark) {
               const boost::json::value* value = result.if_contains(mark);
               return value != nullptr && value->is_bool() && !value->get_bool();
           });
}

bool uses_value(const std::vector<ToolCall>& tools, std::string_view value) {
    return !value.empty() && std::ranges::any_of(tools, [&](const ToolCall& call) {
        return call.arguments && contains_word(boost::json::serialize(*call.arguments), value);
    });
}

bool asks_something(const Reading& reading) {
    return std::ranges::any_of(reading.acts, [](const ReadAct& a) { return is_request(a.act); });
}

std::string_view sentence(std::string_view text, const ReadAct& act) {
    return text.substr(act.begin, act.end - act.begin);
}

}  // namespace

std::vector<std::string> BuiltinUser::names_of(const Reading& reading) const {
    return act_names(reading);
}

bool BuiltinUser::about_goal(std::string_view text) const {
    const std::set<std::string> topics = engine_.words().topics(text);
    const std::set<std::string>& wanted = setting_.goal.actions.empty() ? setting_.goal.topics : setting_.goal.actions;
    return std::ranges::any_of(topics, [&](const std::string& t) { return wanted.contains(t); });
}

// Of the same matter at all, not only of what should happen: a no hardly ever names that.
bool BuiltinUser::mentions_goal(std::string_view text) const {
    return std::ranges::any_of(engine_.words().topics(text),
                               [&](const std::string& t) { return setting_.goal.topics.contains(t); });
}

// "Without the order number I can't find it, could you check your confirmation mail?" asks for the order number without
// a question for it, and so does "whenever you have the order number at hand, I'll look it up".
std::vector<std::string> BuiltinUser::facts_hinted_at(const AgentMessage& message, const Reading& reading) const {
    const bool asks = reading.has(Act::ask_confirm) || reading.has(Act::ask_open) || reading.has(Act::ask_fact) ||
                      reading.has(Act::refuse);
    const auto is_condition = [&](const ReadAct& a) { return is_conditional(sentence(message.text, a)); };
    std::vector<std::string> hinted;
    if (!asks && std::ranges::none_of(reading.acts, is_condition)) {
        return hinted;
    }
    for (const Ledger::Entry& entry : ledger_.entries()) {
        if (entry.told || entry.incidental || entry.fact.when == Disclosure::never) {
            continue;
        }
        const bool mentioned = contains_word(message.text, entry.label) ||
                               std::ranges::any_of(entry.fact.asked_by, [&](const std::string& phrase) {
                                   return contains_word(message.text, phrase);
                               });
        if (mentioned) {
            hinted.push_back(entry.fact.name);
        }
    }
    return hinted;
}

// A yes to "shall I upgrade you?" is of no use to somebody who wants to cancel.
bool BuiltinUser::is_other_matter(std::string_view text) const {
    constexpr std::array<std::string_view, 4> keeping{"=upgrade", "=renew", "=activate", "=repair"};
    const std::set<std::string>& wanted = setting_.goal.actions;
    const std::set<std::string> topics = engine_.words().topics(text);
    const auto keeps = [&](const std::set<std::string>& set) {
        return std::ranges::any_of(keeping, [&](std::string_view action) { return set.contains(std::string(action)); });
    };
    const bool ends = wanted.contains("=cancel") && keeps(topics) && !topics.contains("=cancel");
    const bool goes_on = keeps(wanted) && !wanted.contains("=cancel") && topics.contains("=cancel") && !keeps(topics);
    return ends || goes_on;
}

std::string BuiltinUser::choice_in(const AgentMessage& message, const Reading& reading) const {
    if (!reading.has(Act::ask_confirm) && !reading.has(Act::offer) && !reading.has(Act::ask_open) &&
        !reading.has(Act::ask_fact)) {
        return {};
    }
    std::vector<std::string> wanted;
    for (const Ledger::Entry& entry : ledger_.entries()) {
        if (!entry.incidental && entry.fact.when != Disclosure::never) {
            wanted.push_back(entry.fact.value);
        }
    }
    return choose_option(message.text, reading, engine_.words(), setting_.goal.topics, wanted).value_or("");
}

// Yes to a question for one, and to an offer that is put as a question or is about the matter ("glad to help" is
// neither).
void BuiltinUser::add_go_ahead(const AgentMessage& message, const Reading& reading, Request& request) const {
    // "A colleague could take over. Shall I?" is answered as the offer of a person that it is.
    const bool about_a_person = reading.has(Act::offer_human) && state_.demanded_human == 0;
    for (const ReadAct& act : reading.acts) {
        const std::string_view said = sentence(message.text, act);
        if (about_a_person && !about_goal(said)) {
            continue;
        }
        const bool proposed =
            act.act == Act::offer && (said.contains('?') || about_goal(said)) && state_.goal != GoalStatus::done;
        if (act.act == Act::ask_confirm || proposed) {
            (is_other_matter(said) ? request.other_matter : request.go_ahead) = true;
        }
    }
}

Request BuiltinUser::request_of(const AgentMessage& message, const Reading& reading) const {
    Request request;
    std::string choice = choice_in(message, reading);
    const bool can_name_things = state_.goal != GoalStatus::unstated && choice.empty();
    for (const ReadAct& act : reading.acts) {
        const Ledger::Entry* entry = act.act == Act::ask_fact ? ledger_.find(act.fact) : nullptr;
        const bool meant = entry != nullptr && (!entry->incidental || can_name_things);
        if (meant && std::ranges::find(request.facts, act.fact) == request.facts.end()) {
            request.facts.push_back(act.fact);
        }
    }
    if (request.facts.empty()) {
        request.facts = facts_hinted_at(message, reading);
    }
    if (!request.facts.empty()) {
        return request;
    }
    add_go_ahead(message, reading, request);
    if (!request.other_matter) {
        request.choice = std::move(choice);
    }
    return request;
}

bool BuiltinUser::settles_by_tool(const AgentMessage& message) const {
    return !setting_.last_expected_tool.empty() && std::ranges::any_of(*message.tools, [&](const ToolCall& t) {
        return t.name == setting_.last_expected_tool && !went_wrong(t);
    });
}

void BuiltinUser::note_repetition(const AgentMessage& message, Observation& seen) {
    const std::string_view text = message.text;
    const std::string normal = normalised(text);
    const std::uint64_t now = hash64(normal);
    // Whoever asks a question again gets the same answer; whoever only grumbles is asked the same thing again.
    const bool same_answer = !state_.last_asks.empty() && contains(state_.answers, now);
    const bool nothing_new = same_answer || state_.aside || state_.off_topic;
    if (now != state_.last_agent_text) {
        state_.same_text_run = 1;
    } else if (!nothing_new) {
        ++state_.same_text_run;
    }
    state_.last_agent_text = now;
    constexpr std::size_t too_short_to_count = 12;  // "yes", "of course" may well come twice
    seen.same_text_run = state_.same_text_run;
    const bool said_before = contains(state_.said_texts, now);
    seen.repeated_text = said_before && normal.size() >= too_short_to_count && !nothing_new;
    if (!said_before) {
        state_.said_texts.push_back(now);
    }
    if (!state_.last_asks.empty() && !contains(state_.answers, now)) {
        state_.answers.push_back(now);
    }
    for (const ReadAct& act : seen.reading.acts) {
        const Ledger::Entry* entry = act.act == Act::ask_fact ? ledger_.find(act.fact) : nullptr;
        seen.repeated_ask |= entry != nullptr && entry->told && !entry->wrong;
        seen.repeated_ask |= act.act == Act::ask_intent && state_.goal != GoalStatus::unstated && state_.user_turn > 1;
    }
    for (const Ledger::Entry& entry : ledger_.entries()) {
        state_.acted_on_wrong_value |=
            entry.told && entry.wrong &&
            (contains_word(text, entry.fact.first_says) || uses_value(*message.tools, entry.fact.first_says));
        seen.used_wrong_value |= entry.corrected && !entry.fact.first_says.empty() &&
                                 contains_word(text, entry.fact.first_says) && !contains_word(text, entry.fact.value);
    }
}

void BuiltinUser::note_goal(const AgentMessage& message, Observation& seen) {
    const Reading& r = seen.reading;
    const bool proposes = std::ranges::any_of(
        r.acts, [&](const ReadAct& a) { return a.act == Act::offer && sentence(message.text, a).contains('?'); });
    const bool asks = asks_something(r) || (proposes && !r.has(Act::ask_more));
    const bool by_tool = settles_by_tool(message);
    // The answer to a side question or to an attack says nothing about the matter itself; that to a question about a
    // rule may.
    const bool answers_the_matter = state_.last_asks.empty() && !state_.off_topic;
    const bool answers_the_question =
        !state_.off_topic && (state_.last_asks.empty() || state_.last_asks.starts_with("truth:"));
    const bool may_decline = answers_the_question || state_.strayed;
    const bool stated = state_.goal != GoalStatus::unstated;
    bool done = false;
    bool promised = false;
    bool declined = false;
    bool declined_matter = false;  // a no to the matter itself: "it was adjusted in May and can't be changed again"
    for (const ReadAct& act : r.acts) {
        const std::string_view said = sentence(message.text, act);
        if (act.act == Act::confirm_done) {
            done |= by_tool || about_goal(said) || engine_.words().is_generic_completion(said);
            state_.heard_done |= stated && !asks;
        } else if (act.act == Act::promise) {
            promised |= by_tool || (answers_the_matter && about_goal(said) && !is_conditional(said));
        } else if (act.act == Act::refuse || act.act == Act::not_know) {
            // Apart from an answer to the user's plain words, only a no to the matter itself counts.
            declined |= answers_the_matter || (act.act == Act::refuse && may_decline && mentions_goal(said));
            declined_matter |= act.act == Act::refuse && about_goal(said);
        } else if (act.act == Act::inform && setting_.goal.informational && answers_the_question && stated) {
            const bool has_claim = std::ranges::any_of(
                r.claims, [&](const Claim& c) { return !c.question && c.begin >= act.begin && c.end <= act.end; });
            done |= !asks && (has_claim || about_goal(said)) && !r.has(Act::hold);
        }
    }
    done = done && (by_tool || !declined_matter);
    done |= by_tool && !declined && !asks && !r.has(Act::hold);
    // Asking in the same breath means that the refusal is conditional: "I can't look it up without your order number",
    // or about a part of it: "the fee can't be waived. Shall I go ahead all the same?"
    const auto still_offers = [&] {
        return std::ranges::any_of(r.acts, [&](const ReadAct& a) {
            return (a.act == Act::ask_confirm || a.act == Act::offer) && about_goal(sentence(message.text, a)) &&
                   sentence(message.text, a).contains('?');
        });
    };
    // "Without your date of birth it can't be completed. Please provide it."
    const auto depends = [&] {
        return std::ranges::any_of(r.acts, [&](const ReadAct& a) {
            return (a.act == Act::refuse || a.act == Act::not_know) && is_without(sentence(message.text, a));
        });
    };
    const auto needs_a_fact = [&] {
        return r.has(Act::ask_fact) || ((asks || depends()) && !facts_hinted_at(message, r).empty());
    };
    declined = declined && !done && !promised && !still_offers() && !needs_a_fact();
    if (declined) {
        state_.heard_done = false;
    }
    if (done && !(setting_.goal.informational && declined)) {
        state_.goal = GoalStatus::done;
        seen.goal_done = true;
    } else if (declined && state_.goal != GoalStatus::done && state_.goal != GoalStatus::unstated) {
        state_.goal = GoalStatus::declined;
        seen.goal_declined = true;
    } else if (promised && stated && state_.goal != GoalStatus::done) {
        state_.goal = GoalStatus::promised;
    } else if (r.has(Act::ask_more) || r.has(Act::close)) {
        const bool thinks_so =
            state_.goal == GoalStatus::open && state_.heard_done && answers_the_matter && !state_.aside;
        const bool agent_is_through = state_.goal == GoalStatus::promised || thinks_so;
        state_.goal = agent_is_through ? GoalStatus::done : state_.goal;
    }
}

void BuiltinUser::note_side_answer(Observation& seen) {
    const Reading& r = seen.reading;
    const bool says_something = r.has(Act::inform) || r.has(Act::refuse) || r.has(Act::not_know) ||
                                r.has(Act::confirm_done) || r.has(Act::promise) || r.has(Act::deny) ||
                                r.has(Act::redirect) || !r.claims.empty();
    if (!state_.last_asks.empty()) {
        seen.ignored_question = !says_something && !r.has(Act::hold) && !r.has(Act::hand_over);
    }
    for (SideIntent& side : state_.side) {
        if (side.status == SideStatus::asked && side.wording == state_.last_side) {
            side.status = says_something || side.tries >= 2 ? SideStatus::answered : SideStatus::pending;
        }
    }
}

// A new request takes the place of an older one; a matter that is settled either way leaves nothing to answer.
void BuiltinUser::note_request(const Observation& seen) {
    if (seen.goal_done || seen.goal_declined) {
        state_.owed = {};
    }
    if (!seen.request.empty()) {
        state_.owed = seen.request;
    }
    if (!seen.request.empty() || seen.goal_done) {
        state_.stuck = 0;
    }
}

Observation BuiltinUser::observe(const AgentMessage& message) {
    Observation seen;
    seen.reading = engine_.reader().read(message.text, shared_.facts, setting_.parts.persona->language);
    if (message.reading != nullptr) {
        take_over(*message.reading, seen.reading);
    }
    seen.handed_over = seen.reading.has(Act::hand_over);
    state_.human_offered = seen.reading.has(Act::offer_human);
    note_repetition(message, seen);
    note_goal(message, seen);
    note_side_answer(seen);
    seen.request = request_of(message, seen.reading);
    note_request(seen);
    seen.progress =
        !seen.unhelpful() && (seen.goal_done || seen.reading.has(Act::promise) || seen.reading.has(Act::confirm_done) ||
                              seen.reading.has(Act::offer) || seen.reading.has(Act::ask_fact));
    return seen;
}

}  // namespace sosia::user
