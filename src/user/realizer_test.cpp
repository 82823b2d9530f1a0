#include "user/realizer.h"

#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "user/realizer_acts.h"

namespace sosia::user {
namespace {

using Said = std::unordered_set<std::uint64_t>;

const Realizer& realizer() {
    static const Realizer one = [] {
        auto made = Realizer::create();
        if (!made) {
            throw std::runtime_error(made.error().message);
        }
        return std::move(*made);
    }();
    return one;
}

Persona persona_in(std::string language) {
    Persona persona;
    persona.id = "sandra";
    persona.language = std::move(language);
    return persona;
}

std::string usual_slot(const SpeechAct& act) {
    switch (act.slot) {
        case SlotUse::value:
        case SlotUse::quoted:
            return "A-10023";
        case SlotUse::goal:
        case SlotUse::detail:
            return "get the duplicate charge refunded";
        case SlotUse::question:
            return "ask how long it takes";
        case SlotUse::none:
        case SlotUse::text:
            break;
    }
    return "";
}

Phrase phrase_of(const SpeechAct& act) {
    return Phrase{.act = std::string(act.name), .slot = usual_slot(act), .label = "order number", .old = "March 4"};
}

TEST(Realizer, never_says_a_line_twice_in_a_conversation_of_two_hundred_turns_of_one_act) {
    for (const std::string language : {"en", "es", "de"}) {
        const Persona persona = persona_in(language);
        for (const SpeechAct& act : speech_acts()) {
            Random random(7, act.name);
            Said said;
            std::set<std::string> lines;
            for (int i = 0; i < 200; ++i) {
                const std::string text =
                    realizer().say({phrase_of(act)}, persona, {.emotion = i % 6 * 1.0}, random, said);
                EXPECT_TRUE(lines.insert(text).second) << language << " " << act.name << ": " << text;
                EXPECT_FALSE(trim(text).empty());
                EXPECT_TRUE(is_valid_utf8(text)) << text;
                EXPECT_LE(text.size(), 400U) << text;
            }
        }
    }
}

TEST(Realizer, keeps_values_letter_for_letter_in_every_style_and_mood) {
    const char* const values[] = {
        "A-10023", "March 14", "sandra.k@example.com", "4111 1111 1111 1111", "O'Brien & Söhne", "12:30", "LH 454"};
    for (const char* const value : values) {
        for (const char* const style : {"", "terse", "verbose", "technical", "non-native", "rambling"}) {
            Random random(11, style);
            Said said;
            for (int i = 0; i < 60; ++i) {
                const char* const acts[] = {"disclose", "disclose_bare", "repeat_fact", "correct"};
                const Phrase phrase{.act = acts[i % 4], .slot = value, .label = "order number", .old = "B-7"};
                const Voice voice{.style = style, .emotion = i % 6 * 1.0, .typo = 0.5};
                const std::string text = realizer().say({phrase}, persona_in("en"), voice, random, said);
                EXPECT_TRUE(text.contains(value)) << text;
            }
        }
    }
}

TEST(Realizer, puts_no_punctuation_right_behind_an_address) {
    Random random(13, "test");
    Said said;
    const std::string address = "sandra.k@example.com";
    for (int i = 0; i < 150; ++i) {
        const Phrase give{.act = "disclose", .slot = address, .label = "email"};
        const std::string text =
            realizer().say({give, {.act = "ask_side", .slot = "how long it takes"}}, persona_in("en"),
                           {.style = i % 2 == 0 ? "verbose" : "rambling"}, random, said);
        const std::size_t end = text.find(address) + address.size();
        EXPECT_TRUE(end == text.size() || text[end] == ' ' || text[end] == '\n') << text;
    }
}

TEST(Realizer, lets_a_value_of_several_words_end_its_sentence) {
    const std::string address = "12 Elm Street, Springfield";
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        Random random(seed, "test");
        Said said;
        for (const char* const act : {"disclose", "disclose_bare", "repeat_fact", "correct", "disclose"}) {
            const Phrase phrase{.act = act, .slot = address, .label = "address", .old = "14 Mill Lane"};
            const std::string text = realizer().say({phrase}, persona_in("en"), {.typo = 0}, random, said);
            const std::size_t end = text.find(address) + address.size();
            EXPECT_TRUE(end == text.size() || std::string_view(".!?\n").contains(text[end])) << text;
        }
    }
}

TEST(Realizer, says_the_same_for_the_same_seed) {
    const auto speak = [](std::uint64_t seed) {
        Random random(seed, "wording");
        Said said;
        std::string all;
        for (const SpeechAct& act : speech_acts()) {
            all +=
                realizer().say({phrase_of(act)}, persona_in("en"), {.style = "rambling", .emotion = 2}, random, said) +
                "\n";
        }
        return all;
    };
    EXPECT_EQ(speak(1), speak(1));
    EXPECT_NE(speak(1), speak(2));
}

TEST(Realizer, asks_side_intents_as_questions) {
    Random random(17, "test");
    Said said;
    int questions = 0;
    for (int i = 0; i < 20; ++i) {
        const std::string text = lower(realizer().say({{.act = "ask_side", .slot = "ask how long it takes"}},
                                                      persona_in("en"), {.typo = 0}, random, said));
        EXPECT_TRUE(text.contains("how long does it take") || text.contains("how long it takes")) << text;
        EXPECT_FALSE(text.contains("ask how long")) << text;
        questions += text.contains('?') ? 1 : 0;
    }
    EXPECT_GE(questions, 12);
}

TEST(Realizer, words_a_goal_as_a_wish_and_says_a_sentence_as_it_is) {
    Random random(19, "test");
    Said said;
    for (int i = 0; i < 20; ++i) {
        const std::string text = realizer().say({{.act = "open", .slot = "get the duplicate charge refunded"}},
                                                persona_in("en"), {}, random, said);
        EXPECT_TRUE(text.contains("get the duplicate charge refunded")) << text;
        const std::string own = realizer().say({{.act = "insist", .slot = "My card was charged twice"}},
                                               persona_in("en"), {}, random, said);
        EXPECT_TRUE(own.contains("My card was charged twice")) << own;
    }
}

TEST(Realizer, names_a_goal_that_is_written_in_english_in_a_sentence_of_the_personas_language) {
    Random random(31, "test");
    Said said;
    const std::string german = realizer().say({{.act = "insist", .slot = "einen Termin vereinbaren"}}, persona_in("de"),
                                              {.typo = 0}, random, said);
    EXPECT_TRUE(lower(german).contains("ich")) << german;
    for (const char* const act : {"open", "insist", "back_on_topic", "clarify", "answer_open"}) {
        const std::string named =
            realizer().say({{.act = act, .slot = "book an appointment"}}, persona_in("de"), {.typo = 0}, random, said);
        EXPECT_TRUE(named.contains("„book an appointment“")) << named;
        for (const char* const english : {"I want", "I need", "I'd like", "help me", "please"}) {
            EXPECT_FALSE(named.contains(english)) << named;
        }
    }
    const std::string side = realizer().say({{.act = "ask_side", .slot = "ask how long it takes"}}, persona_in("es"),
                                            {.typo = 0}, random, said);
    EXPECT_TRUE(side.contains("«ask how long it takes»") || side.contains("«how long it takes»")) << side;
    const std::string detail = realizer().say({{.act = "detail_conflict", .slot = "refund a duplicate charge"}},
                                              persona_in("es"), {.typo = 0}, random, said);
    EXPECT_FALSE(detail.contains("refund")) << detail;
}

TEST(Realizer, asks_again_in_the_language_of_the_persona_when_the_question_is_in_english) {
    Random random(41, "test");
    Said said;
    for (const char* const act : {"ask_again_1", "ask_again_2", "ask_again_3", "ask_again_3"}) {
        const std::string text =
            realizer().say({{.act = act, .slot = "what the refund window is"}}, persona_in("es"), {}, random, said);
        EXPECT_FALSE(text.contains("window")) << text;
        EXPECT_TRUE(text.contains("¿")) << text;
    }
}

TEST(Realizer, copes_with_empty_slots_odd_labels_and_unknown_acts) {
    for (const SpeechAct& act : speech_acts()) {
        Random random(23, act.name);
        Said said;
        for (const char* const label : {"", "charged", "when were you charged", "that"}) {
            const std::string text = realizer().say({{.act = std::string(act.name), .label = label}}, persona_in("en"),
                                                    {.typo = 0}, random, said);
            EXPECT_FALSE(trim(text).empty()) << act.name;
            EXPECT_FALSE(text.contains("{")) << text;
            EXPECT_FALSE(text.contains("my charged") || text.contains("my when") || text.contains("my that")) << text;
        }
    }
    Random random(29, "test");
    Said said;
    EXPECT_TRUE(
        realizer().say({{.act = "sing", .slot = "la la la"}}, persona_in("en"), {}, random, said).contains("la la la"));
    EXPECT_FALSE(realizer().say({{.act = "sing"}}, persona_in("en"), {}, random, said).empty());
    EXPECT_FALSE(realizer().say({}, persona_in("xx"), {}, random, said).empty());
}

TEST(Realizer, survives_whatever_authors_write_into_slots) {
    const char* const pieces[] = {"",
                                  " ",
                                  "  ",
                                  ".",
                                  "?",
                                  "!",
                                  "ask",
                                  "whether",
                                  "if",
                                  "how",
                                  "how much",
                                  "the",
                                  "The customer",
                                  "a",
                                  "\n",
                                  "¿",
                                  "\xC3\xA9",
                                  "get",
                                  "refund",
                                  "to",
                                  "you can",
                                  "what",
                                  "is",
                                  "are",
                                  "her",
                                  "wants",
                                  "{slot}",
                                  "@",
                                  "://",
                                  "1",
                                  "I",
                                  "'",
                                  "-",
                                  "\t"};
    Random random(37, "test");
    for (int i = 0; i < 4000; ++i) {
        std::string junk;
        for (std::size_t n = random.below(6); n > 0; --n) {
            junk += pieces[random.below(std::size(pieces))];
            junk += random.chance(0.7) ? " " : "";
        }
        const SpeechAct& act = speech_acts()[random.below(speech_acts().size())];
        const char* const languages[] = {"en", "es", "de"};
        Said said;
        const Phrase phrase{.act = std::string(act.name), .slot = junk, .label = junk, .old = junk};
        const std::string text =
            realizer().say({phrase, phrase}, persona_in(languages[random.below(3)]), {}, random, said);
        EXPECT_FALSE(text.empty());
        EXPECT_TRUE(is_valid_utf8(text)) << act.name << " <" << junk << ">: " << text;
    }
}

TEST(Realizer, says_a_catchphrase_once_at_most_and_word_for_word) {
    Persona persona = persona_in("en");
    persona.catchphrases = {"That's the Way the cookie crumbles"};
    int heard = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        Random random(seed, "test");
        Said said;
        int here = 0;
        for (int i = 0; i < 30; ++i) {
            here += realizer()
                            .say({{.act = "insist", .slot = "get it fixed"}}, persona, {}, random, said)
                            .contains(persona.catchphrases[0])
                        ? 1
                        : 0;
        }
        EXPECT_LE(here, 1);
        heard += here;
    }
    EXPECT_GE(heard, 5);
}

TEST(Realizer, never_gives_a_fact_away_through_a_sample_line) {
    Persona persona = persona_in("en");
    persona.facts = {Fact{.name = "team", .value = "blue team"}};
    persona.samples = {"it was the blue team", "card 4111 again", "yes do it", "what a day"};
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        Random random(seed, "test");
        Said said;
        for (int i = 0; i < 10; ++i) {
            const std::string text = realizer().say({{.act = "vent"}}, persona, {.emotion = 3}, random, said);
            EXPECT_FALSE(text.contains("blue team") || text.contains("4111") || text.contains("yes do it")) << text;
        }
    }
}

TEST(Realizer, makes_angry_users_shout_more_than_calm_ones) {
    const auto shouts = [](double emotion) {
        int count = 0;
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            Random random(seed, "test");
            Said said;
            for (const char* const act : {"object", "insist", "complain_repeat", "answer_no"}) {
                count += realizer()
                                 .say({{.act = act, .slot = "get it fixed"}}, persona_in("en"), {.emotion = emotion},
                                      random, said)
                                 .contains('!')
                             ? 1
                             : 0;
            }
        }
        return count;
    };
    EXPECT_GT(shouts(5), 4 * shouts(0));
}

}  // namespace
}  // namespace sosia::user
