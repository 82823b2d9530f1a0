// One conversation as the mix sees it: traits by plain rules over what the user wrote.
#include <algorithm>
#include <array>
#include <span>

#include "analysis/mix.h"
#include "base/text.h"
#include "stats/lexical.h"
#include "stats/summary.h"

namespace sosia::analysis {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 13> anger{"ridiculous", "unacceptable", "useless",   "angry", "furious",
                                                 "terrible",   "worst",        "pathetic",  "joke",  "lawyer",
                                                 "complaint",  "incompetent",  "disgusting"};
constexpr std::array<std::string_view, 6> worry{"worried", "anxious", "scared", "urgent", "afraid", "asap"};
constexpr std::array<std::string_view, 6> people{"human",   "a person",   "real person",
                                                 "manager", "supervisor", "representative"};

bool says(const std::string& text, Words words) {
    return std::ranges::any_of(words, [&](std::string_view w) { return text.contains(w); });
}

// The band a number falls into: {3, 8} gives "1-3", "4-8", "9+".
std::string band(std::size_t value, std::span<const std::size_t> ends) {
    std::size_t from = 1;
    for (const std::size_t end : ends) {
        if (value <= end) {
            return from == end ? std::to_string(end) : std::to_string(from) + "-" + std::to_string(end);
        }
        from = end + 1;
    }
    return std::to_string(from) + "+";
}

struct UserSide {
    std::string all;  // lower case
    std::vector<double> lengths;
    std::size_t questions = 0;
    bool shouts = false;
};

UserSide user_side(const Conversation& c) {
    UserSide out;
    for (const Turn& turn : c.turns) {
        if (turn.role != Role::user || trim(turn.text).empty()) {
            continue;
        }
        out.all += lower(turn.text) + "\n";
        out.lengths.push_back(static_cast<double>(stats::tokens(turn.text).size()));
        out.questions += turn.text.contains('?') ? 1U : 0U;
        out.shouts = out.shouts || turn.text.contains('!');
    }
    return out;
}

std::map<std::string, std::string> traits_of(const UserSide& user) {
    constexpr std::array<std::size_t, 4> turn_ends{1, 2, 4, 8};
    constexpr std::array<std::size_t, 4> word_ends{3, 8, 16, 32};
    const auto yes = [](bool value) { return value ? "yes" : "no"; };
    const auto words = static_cast<std::size_t>(std::max(1.0, stats::mean(user.lengths)));
    return {{"words per turn", band(words, word_ends)},
            {"words in the first message", band(static_cast<std::size_t>(user.lengths.front()), word_ends)},
            {"user turns", band(user.lengths.size(), turn_ends)},
            {"mood", says(user.all, anger)   ? "angry"
                     : says(user.all, worry) ? "worried"
                                             : "neutral"},
            {"asks questions", yes(user.questions > 0)},
            {"exclaims", yes(user.shouts)},
            {"says please or thanks", yes(user.all.contains("please") || user.all.contains("thank"))},
            {"asks for a person", yes(says(user.all, people))}};
}

}  // namespace

std::optional<MixItem> mix_item(const Conversation& c, const std::string& intent) {
    const UserSide user = user_side(c);
    if (c.outcome == Outcome::invalid || user.lengths.empty()) {
        return std::nullopt;
    }
    MixItem out{.intent = intent, .traits = traits_of(user), .score = c.metrics.score};
    out.measures = {{"user turns", static_cast<double>(user.lengths.size())},
                    {"words per turn", stats::mean(user.lengths)},
                    {"words in the first message", user.lengths.front()}};
    for (const CheckResult& check : c.checks) {
        if (check.gates || check.passed) {
            const auto [at, is_new] = out.checks.try_emplace(check.name, true);
            at->second = at->second && check.passed;
        }
    }
    return out;
}

}  // namespace sosia::analysis
