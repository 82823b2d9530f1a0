#include "analysis/told.h"

#include <algorithm>
#include <set>

#include "analysis/promote_facts.h"
#include "base/text.h"

namespace sosia::analysis {
namespace {

bool is_askable(const std::string& fact) {
    return std::ranges::find(askable_facts(), fact) != askable_facts().end();
}

// An order number may be digits alone, which nothing but the question tells from an amount.
std::string number_asked_for(const std::string& kind, const std::string& value, const std::vector<std::string>& asks) {
    constexpr std::ptrdiff_t shortest = 4;
    const auto digits = std::ranges::count_if(value, [](char c) { return c >= '0' && c <= '9'; });
    const auto wanted = std::ranges::find_if(
        asks, [](const std::string& fact) { return fact.ends_with("_id") || fact.ends_with("_number"); });
    return kind == "number" && digits >= shortest && wanted != asks.end() ? *wanted : "";
}

std::set<std::string> told_in(const Turn& turn, const TurnSigns& signs, const std::vector<std::string>& asks) {
    std::set<std::string> out;
    for (const auto& [kind, value] : signs.values) {
        const std::string known = fact_given(kind, value, turn.text, asks);
        const std::string name = known.empty() ? number_asked_for(kind, value, asks) : known;
        if (is_askable(name)) {
            out.insert(name);
        }
    }
    return out;
}

std::size_t words_in(const std::string& text) {
    std::size_t out = 0;
    for (const std::string_view word : split(text, ' ')) {
        out += trim(word).empty() ? 0U : 1U;
    }
    return out;
}

}  // namespace

void note_told(Conversation& conversation, std::span<const TurnSigns> signs) {
    constexpr std::size_t enough_words = 5;  // fewer are a greeting
    std::set<std::string> known;
    bool opened = false;
    for (std::size_t i = 0; i < std::min(conversation.turns.size(), signs.size()); ++i) {
        Turn& turn = conversation.turns[i];
        if (turn.role != Role::user) {
            continue;
        }
        if (!opened && words_in(turn.text) >= enough_words) {
            turn.mind.move = "open";
            opened = true;
        }
        for (const std::string& fact :
             told_in(turn, signs[i], i == 0 ? std::vector<std::string>{} : signs[i - 1].asks)) {
            // What is given anew with "sorry, I meant" makes asking right.
            if (!known.insert(fact).second && puts_right(turn.text)) {
                turn.mind.corrected.push_back(fact);
            }
            turn.mind.disclosed.push_back(fact);
        }
    }
}

}  // namespace sosia::analysis
