// The wording alone, over a synthetic mix of moves: does it lie where people lie, or where model users lie?
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>

#include "base/text.h"
#include "user/realizer.h"

namespace sosia::user {
namespace {

// One conversation's measures, as in reference/methods.md 3.2 (shares are over its user turns).
struct Measures {
    double mean_tokens = 0;
    double cv = 0;
    double thank = 0;
    double please = 0;
    double terminal = 0;
    double exclaim = 0;
    double shortness = 0;
    double first_tokens = 0;
    double first_share = 0;
    double question = 0;
    double lower_init = 0;
};

struct Column {
    const char* name;
    double Measures::* measure;
    double people_low;   // SGD crowd users and the ABCD sample, whichever is lower
    double people_high;  // ... higher
    double model;        // gpt-4o as a user in tau-bench airline
};

constexpr Column columns[] = {
    {"mean tokens", &Measures::mean_tokens, 5.740385, 8.255733, 18.846407},
    {"cv of turn length", &Measures::cv, 0.496247, 0.684301, 0.392244},
    {"thank", &Measures::thank, 0.100641, 0.157395, 0.206191},
    {"please", &Measures::please, 0.0, 0.083035, 0.22764},
    {"terminal punctuation", &Measures::terminal, 0.471154, 0.88417, 0.997651},
    {"exclamation", &Measures::exclaim, 0.03925, 0.150641, 0.276317},
    {"three tokens or fewer", &Measures::shortness, 0.145627, 0.512179, 0.00427},
    {"tokens of first turn", &Measures::first_tokens, 8.333333, 11.295035, 17.585},
    {"share of first turn", &Measures::first_share, 0.173411, 0.181882, 0.147122},
    {"question", &Measures::question, 0.051282, 0.266612, 0.355544},
    {"lower-case start", &Measures::lower_init, 0.050802, 0.333974, 0.0},
};

bool is_token_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// [a-z0-9]+(?:'[a-z]+)? on the lower-cased text.
int count_tokens(std::string_view turn) {
    const std::string text = lower(turn);
    int tokens = 0;
    std::size_t i = 0;
    while (i < text.size()) {
        if (!is_token_byte(text[i])) {
            ++i;
            continue;
        }
        ++tokens;
        while (i < text.size() && is_token_byte(text[i])) {
            ++i;
        }
        if (i + 1 < text.size() && text[i] == '\'' && text[i + 1] >= 'a' && text[i + 1] <= 'z') {
            ++i;
            while (i < text.size() && text[i] >= 'a' && text[i] <= 'z') {
                ++i;
            }
        }
    }
    return tokens;
}

Measures measure(const std::vector<std::string>& turns) {
    Measures m;
    const auto n = static_cast<double>(turns.size());
    double squares = 0;
    for (const std::string& turn : turns) {
        const double tokens = count_tokens(turn);
        m.mean_tokens += tokens / n;
        squares += tokens * tokens / n;
        m.thank += lower(turn).contains("thank") ? 1 / n : 0;
        m.please += lower(turn).contains("please") ? 1 / n : 0;
        m.terminal += std::string_view(".!?").contains(turn.back()) ? 1 / n : 0;
        m.exclaim += turn.contains('!') ? 1 / n : 0;
        m.shortness += tokens <= 3 ? 1 / n : 0;
        m.question += turn.contains('?') ? 1 / n : 0;
        m.lower_init += turn.front() >= 'a' && turn.front() <= 'z' ? 1 / n : 0;
    }
    m.cv = std::sqrt(std::max(0.0, squares - m.mean_tokens * m.mean_tokens)) / m.mean_tokens;
    m.first_tokens = count_tokens(turns.front());
    m.first_share = m.first_tokens / (m.mean_tokens * n);
    return m;
}

struct Matter {
    const char* goal;
    const char* side;
    std::array<std::array<const char*, 2>, 3> facts;  // label, value
};

constexpr Matter matters[] = {
    {"get the duplicate charge refunded",
     "ask how long it takes",
     {{{"email", "sandra.k@example.com"}, {"order number", "A-10023"}, {"date of the charge", "March 14"}}}},
    {"move my check-up to next week",
     "whether parking is free",
     {{{"date of birth", "May 2, 1984"}, {"insurance", "Northern Mutual"}, {"phone number", "555 0132"}}}},
    {"cancel the subscription",
     "what the cancellation fee is",
     {{{"username", "lou_77"}, {"email", "lou@example.org"}, {"reason", "too expensive"}}}},
    {"change the delivery address",
     "Can I still add an item?",
     {{{"order number", "KX-5512"}, {"new address", "14 Mill Lane"}, {"zip code", "20457"}}}},
    {"renew a prescription",
     "ask how soon someone can call back",
     {{{"full name", "Ida Berg"}, {"medication", "ramipril"}, {"doctor", "Dr. Amari"}}}},
};

struct Speaker {
    const Matter& matter;
    Persona persona;
    Voice voice;
    Random random;
    std::unordered_set<std::uint64_t> said;
    std::vector<std::string> turns;

    void say(std::vector<Phrase> phrases, const Realizer& realizer) {
        voice.first_turn = turns.empty();
        turns.push_back(realizer.say(phrases, persona, voice, random, said));
    }
};

// A plausible run of moves: most conversations are calm and short, some are pushed back, some turn sour.
std::vector<std::string> converse(const Realizer& realizer, std::uint64_t seed) {
    constexpr const char* styles[] = {"neutral", "neutral",   "terse",      "terse",
                                      "verbose", "technical", "non-native", "rambling"};
    constexpr double moods[] = {0, 0, 0.5, 1.5, 2, 3, 3.5, 4.5};
    Random random(seed, "test.conversation");
    const Matter& matter = matters[random.below(std::size(matters))];
    Speaker s{.matter = matter,
              .persona = {},
              .voice = {.style = styles[random.below(8)], .emotion = moods[random.below(8)]},
              .random = Random(seed, "wording"),
              .said = {},
              .turns = {}};
    s.persona.id = "persona-" + std::to_string(seed % 16);
    const auto fact = [&](std::size_t i, const char* act) {
        return Phrase{.act = act, .slot = matter.facts[i][1], .label = matter.facts[i][0]};
    };
    std::vector<Phrase> opening;
    if (random.chance(0.3)) {
        opening.push_back({.act = "greet"});
    }
    const bool vague = random.chance(0.2);
    opening.push_back({.act = vague ? "open_vague" : "open", .slot = matter.goal});
    s.say(opening, realizer);
    if (vague) {
        s.say({{.act = "answer_open", .slot = matter.goal}}, realizer);
    }
    s.say({fact(0, random.chance(0.6) ? "disclose_bare" : "disclose")}, realizer);
    s.say({fact(1, random.chance(0.5) ? "disclose_bare" : "disclose")}, realizer);
    if (random.chance(0.4)) {
        s.say({{.act = "withhold", .label = matter.facts[2][0]}}, realizer);
        s.say({fact(2, "disclose")}, realizer);
    }
    if (random.chance(0.5)) {
        s.say({{.act = "wait_ok"}}, realizer);
    }
    if (random.chance(0.7)) {
        s.say({{.act = "answer_yes"}}, realizer);
    }
    if (s.voice.emotion > 1) {
        s.say({{.act = random.chance(0.5) ? "complain_repeat" : "object", .label = matter.facts[1][0]}}, realizer);
        s.say({{.act = "insist", .slot = matter.goal}}, realizer);
    }
    s.say({{.act = "ask_side", .slot = matter.side}}, realizer);
    if (random.chance(0.7)) {
        s.say({{.act = "accept"}}, realizer);
    }
    s.say({{.act = s.voice.emotion > 3 && random.chance(0.5) ? "resigned_end" : "satisfied_end"}}, realizer);
    return s.turns;
}

double distance_to_people(const Column& column, double value) {
    return std::max({0.0, column.people_low - value, value - column.people_high});
}

TEST(Wording, lies_nearer_to_people_than_to_model_users_in_every_measure) {
    const auto realizer = Realizer::create();
    ASSERT_TRUE(realizer.has_value());
    constexpr int conversations = 1000;
    Measures mean;
    for (std::uint64_t seed = 0; seed < conversations; ++seed) {
        const Measures one = measure(converse(*realizer, seed));
        for (const Column& column : columns) {
            mean.*column.measure += one.*column.measure / conversations;
        }
    }
    std::cout << fmt::format("{:<24}{:>10}{:>18}{:>12}\n", "measure", "sosia", "people", "gpt-4o");
    for (const Column& column : columns) {
        const double value = mean.*column.measure;
        std::cout << fmt::format("{:<24}{:>10.3f}{:>9.3f}-{:<8.3f}{:>12.3f}\n", column.name, value, column.people_low,
                                 column.people_high, column.model);
        EXPECT_LT(distance_to_people(column, value), std::abs(value - column.model)) << column.name;
    }
    EXPECT_NEAR(mean.mean_tokens, 7.5, 1);
    EXPECT_NEAR(mean.shortness, 0.28, 0.08);
    EXPECT_NEAR(mean.terminal, 0.70, 0.06);
    EXPECT_NEAR(mean.lower_init, 0.23, 0.08);
}

}  // namespace
}  // namespace sosia::user
