// Names of acts and claim kinds, and the small questions one asks of a Reading.
#include <algorithm>
#include <array>

#include "user/reader.h"

namespace sosia::user {
namespace {

constexpr std::array<std::string_view, act_count> act_names = {
    "greet",  "ask-intent", "ask-fact",  "ask-confirm",  "ask-open", "ask-more", "offer",         "inform",
    "refuse", "apologise",  "empathise", "confirm-done", "promise",  "hold",     "hand-over",     "offer-human",
    "close",  "thank",      "cheer",     "hostile",      "not-know", "redirect", "misunderstood", "deny"};
static_assert(act_names.back() == "deny");

}  // namespace

std::string_view to_string(Act act) {
    return act_names.at(static_cast<std::size_t>(act));
}

std::optional<Act> parse_act(std::string_view text) {
    const auto at = std::ranges::find(act_names, text);
    if (at == act_names.end()) {
        return std::nullopt;
    }
    return static_cast<Act>(at - act_names.begin());
}

std::string_view to_string(ClaimKind kind) {
    constexpr std::array<std::string_view, 6> names = {"money", "duration", "date", "time", "percent", "number"};
    return names.at(static_cast<std::size_t>(kind));
}

const ReadAct* Reading::find(Act act) const {
    const auto at = std::ranges::find(acts, act, &ReadAct::act);
    return at == acts.end() ? nullptr : &*at;
}

bool Reading::has(Act act) const {
    return find(act) != nullptr;
}

bool Reading::asks_for(std::string_view fact) const {
    return std::ranges::any_of(acts, [&](const ReadAct& a) { return a.act == Act::ask_fact && a.fact == fact; });
}

}  // namespace sosia::user
