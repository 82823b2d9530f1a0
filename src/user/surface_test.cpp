#include "user/surface.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace sosia::user::wording {
namespace {

Draft draft_of(std::string_view before, std::string_view kept, std::string_view after) {
    Draft draft;
    draft.add(before);
    draft.add_kept(kept);
    draft.add(after);
    return draft;
}

TEST(Typing, never_touches_kept_text) {
    const Typing rough{.lower = true, .no_apostrophe = true, .no_stop = true, .typo = 1.0};
    Random random(1, "test");
    for (int i = 0; i < 200; ++i) {
        const std::string text =
            typed(draft_of("Sure, that would certainly be ", "O'Brien MARCH-14 Something", " according to everything."),
                  rough, random);
        EXPECT_TRUE(text.contains("O'Brien MARCH-14 Something")) << text;
    }
}

TEST(Typing, in_lower_case_keeps_shouted_words_and_folds_accented_capitals) {
    const Typing lower_case{.lower = true};
    Random random(1, "test");
    EXPECT_EQ(typed(draft_of("I ALREADY told You. Ähnlich ", "A-1", " Über"), lower_case, random),
              "i ALREADY told you. ähnlich A-1 über");
}

TEST(Typing, leaves_out_the_last_full_stop_only) {
    const Typing no_stop{.no_stop = true};
    Random random(1, "test");
    EXPECT_EQ(typed(draft_of("Ok. It's ", "A-1", " here."), no_stop, random), "Ok. It's A-1 here");
    EXPECT_EQ(typed(draft_of("Well...", "", ""), no_stop, random), "Well...");
    EXPECT_EQ(typed(draft_of("It's ", "example.", ""), no_stop, random), "It's example.");
}

TEST(Typing, drops_articles_but_not_from_fixed_phrases) {
    const Typing foreign{.drops_articles = true};
    Random random(3, "test");
    bool dropped = false;
    for (int i = 0; i < 40; ++i) {
        const std::string text = typed(draft_of("It takes a while to find the number.", "", ""), foreign, random);
        EXPECT_TRUE(text.starts_with("It takes a while to find ")) << text;
        dropped = dropped || text == "It takes a while to find number.";
    }
    EXPECT_TRUE(dropped);
}

TEST(Typos, change_one_letter_or_two_and_never_the_first) {
    Random random(5, "test");
    for (int i = 0; i < 500; ++i) {
        const std::string slip = mistyped("invoice", random);
        EXPECT_EQ(slip.front(), 'i');
        EXPECT_LE(edit_distance(slip, "invoice"), 1U) << slip;
    }
    EXPECT_EQ(mistyped("año!", random), "año!");
    EXPECT_EQ(mistyped("yes", random), "yes");
}

}  // namespace
}  // namespace sosia::user::wording
