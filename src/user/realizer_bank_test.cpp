// Checks of the phrase data: complete, distinct, free of claims of their own.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/text.h"
#include "user/realizer_acts.h"
#include "user/realizer_bank.h"

namespace sosia::user::wording {
namespace {

struct Case {
    Language language = Language::english;
    const SpeechAct* act = nullptr;
    const ActLines* lines = nullptr;
};

class PhraseBanks : public testing::Test {
  protected:
    void SetUp() override {
        auto loaded = load_banks();
        ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
        banks_ = std::move(*loaded);
    }

    std::vector<Case> cases() const {
        std::vector<Case> all;
        for (std::size_t i = 0; i < banks_.size(); ++i) {
            for (std::size_t a = 0; a < speech_acts().size(); ++a) {
                all.push_back({static_cast<Language>(i), &speech_acts()[a], &banks_[i].acts[a]});
            }
        }
        return all;
    }

    std::vector<Bank> banks_;
};

std::string where(const Case& c) {
    return std::string(code(c.language)) + " " + std::string(c.act->name);
}

std::vector<std::string_view> neutral(const Case& c) {
    std::vector<std::string_view> lines;
    const Range range = c.lines->groups[neutral_group];
    for (std::size_t i = range.begin; i < range.end; ++i) {
        lines.emplace_back(c.lines->lines[i].text);
    }
    return lines;
}

bool mentions_one_of(std::string_view line, std::initializer_list<std::string_view> words) {
    const std::string small = lower(line);
    return std::ranges::any_of(words, [&](std::string_view word) { return small.contains(word); });
}

TEST_F(PhraseBanks, word_every_act_in_every_language) {
    for (const Case& c : cases()) {
        EXPECT_GE(neutral(c).size(), c.act->frequent && c.language != Language::english ? 10U : 8U) << where(c);
    }
}

TEST_F(PhraseBanks, have_twenty_neutral_lines_for_the_frequent_acts_in_english) {
    for (const Case& c : cases()) {
        if (c.language == Language::english && c.act->frequent) {
            EXPECT_GE(neutral(c).size(), 20U) << where(c);
        }
    }
}

TEST_F(PhraseBanks, have_lines_for_every_mood_and_style_of_the_frequent_acts_in_english) {
    for (const Case& c : cases()) {
        if (c.language != Language::english || !c.act->frequent) {
            continue;
        }
        for (Group group = 1; group < group_of(Style::terse, Band::irritated); ++group) {
            EXPECT_FALSE(c.lines->groups[group].empty()) << where(c) << " " << group_name(group);
        }
    }
}

TEST_F(PhraseBanks, contain_no_line_twice_in_a_group_and_no_figures) {
    for (const Case& c : cases()) {
        for (const Range& range : c.lines->groups) {
            std::set<std::string> seen;
            for (std::size_t i = range.begin; i < range.end; ++i) {
                const std::string& text = c.lines->lines[i].text;
                EXPECT_TRUE(seen.insert(lower(text)).second) << where(c) << ": " << text;
                EXPECT_TRUE(std::ranges::none_of(text, [](char ch) { return ch >= '0' && ch <= '9'; }))
                    << where(c) << ": " << text;
                EXPECT_TRUE(is_valid_utf8(text)) << where(c);
            }
        }
    }
}

TEST_F(PhraseBanks, never_speak_of_simulation_and_never_name_days) {
    for (const Case& c : cases()) {
        for (const Line& line : c.lines->lines) {
            EXPECT_FALSE(mentions_one_of(
                line.text, {"simulat", "chatbot", "language model", "monday", "tuesday", "friday", "sunday"}))
                << where(c) << ": " << line.text;
            EXPECT_FALSE(contains_word(line.text, "AI")) << where(c) << ": " << line.text;
        }
    }
}

TEST_F(PhraseBanks, give_the_value_in_every_line_that_is_there_to_give_it) {
    for (const Case& c : cases()) {
        for (const Line& line : c.lines->lines) {
            if (c.act->slot == SlotUse::value || c.act->slot == SlotUse::quoted) {
                EXPECT_TRUE(line.needs & bit(Hole::slot)) << where(c) << ": " << line.text;
            }
            if (c.act->slot == SlotUse::goal) {
                EXPECT_TRUE(line.needs & (bit(Hole::want) | bit(Hole::todo))) << where(c) << ": " << line.text;
            }
        }
    }
}

TEST_F(PhraseBanks, keep_lines_that_end_with_the_value_for_values_of_several_words) {
    for (const Case& c : cases()) {
        if (c.act->slot == SlotUse::value) {
            const auto ending = std::ranges::count_if(c.lines->lines, &Line::slot_ends);
            EXPECT_GE(ending, 5) << where(c);
        }
    }
}

TEST_F(PhraseBanks, keep_some_lines_that_need_neither_slot_nor_label) {
    for (const Case& c : cases()) {
        if (c.act->slot == SlotUse::value || c.act->slot == SlotUse::goal || c.act->slot == SlotUse::quoted) {
            continue;
        }
        EXPECT_TRUE(std::ranges::any_of(c.lines->lines, [](const Line& line) { return line.needs == 0; })) << where(c);
    }
}

TEST_F(PhraseBanks, ask_where_it_is_written_and_for_a_supervisor_in_so_many_words) {
    for (const Case& c : cases()) {
        for (const Line& line : c.lines->lines) {
            if (c.act->name == "demand_citation") {
                EXPECT_TRUE(
                    mentions_one_of(line.text, {"writ", "where", "source", "which", "quote", "cite", "escrit", "dónde",
                                                "norma", "documento", "steht", "schrift", "geschrieben", "nachlesen"}))
                    << where(c) << ": " << line.text;
            }
            if (c.act->name == "demand_supervisor") {
                EXPECT_TRUE(mentions_one_of(
                    line.text, {"supervisor", "manager", "encargado", "responsable", "vorgesetzte", "chef"}))
                    << where(c) << ": " << line.text;
            }
        }
    }
}

TEST_F(PhraseBanks, name_the_wrong_value_before_the_right_one) {
    for (const Case& c : cases()) {
        for (const Line& line : c.lines->lines) {
            const std::size_t old = line.text.find("{old}");
            EXPECT_TRUE(old == std::string::npos || old < line.text.find("{slot}")) << where(c) << ": " << line.text;
        }
    }
}

TEST_F(PhraseBanks, do_not_thank_or_say_goodbye_except_to_end) {
    for (const Case& c : cases()) {
        if (c.act->manner == Manner::closing || c.act->name == "guilt" || c.act->name == "accept_handover" ||
            c.language != Language::english) {
            continue;
        }
        for (const Line& line : c.lines->lines) {
            EXPECT_FALSE(mentions_one_of(line.text, {"thank", "goodbye"})) << where(c) << ": " << line.text;
            EXPECT_FALSE(contains_word(line.text, "bye")) << where(c) << ": " << line.text;
        }
    }
}

TEST(PhraseLines, with_an_unknown_hole_are_an_error) {
    EXPECT_FALSE(parse_line("It is {sloot}.").has_value());
    EXPECT_FALSE(parse_line("It is {slot.").has_value());
    EXPECT_TRUE(parse_line("It is {slot}.").has_value());
}

}  // namespace
}  // namespace sosia::user::wording
