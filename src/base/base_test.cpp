#include <gtest/gtest.h>

#include <array>
#include <set>

#include "base/clock.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/text.h"

namespace sosia {
namespace {

TEST(Random, gives_the_same_numbers_for_the_same_seed_and_purpose) {
    Random a(7, "policy");
    Random b(7, "policy");
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(a.next(), b.next());
    }
}

TEST(Random, purposes_are_independent_streams) {
    Random a(7, "policy");
    Random b(7, "realizer");
    EXPECT_NE(a.next(), b.next());
}

TEST(Random, a_derived_stream_does_not_depend_on_what_the_parent_drew) {
    Random parent(7, "policy");
    const std::uint64_t before = parent.derive("drop").next();
    parent.next();
    EXPECT_EQ(parent.derive("drop").next(), before);
}

TEST(Random, uniform_has_the_mean_and_range_of_a_uniform) {
    Random r(1, "uniform");
    double sum = 0;
    for (int i = 0; i < 100'000; ++i) {
        const double u = r.uniform();
        ASSERT_GE(u, 0.0);
        ASSERT_LT(u, 1.0);
        sum += u;
    }
    EXPECT_NEAR(sum / 100'000, 0.5, 0.005);
}

TEST(Random, weighted_follows_its_weights_and_never_picks_zero) {
    Random r(1, "weighted");
    const std::array<double, 3> weights{1.0, 0.0, 3.0};
    std::array<int, 3> seen{};
    for (int i = 0; i < 40'000; ++i) {
        ++seen[r.weighted(weights)];
    }
    EXPECT_EQ(seen[1], 0);
    EXPECT_NEAR(seen[0], 10'000, 400);
}

TEST(Random, below_reaches_every_value) {
    Random r(3, "below");
    std::set<std::size_t> seen;
    for (int i = 0; i < 1000; ++i) {
        seen.insert(r.below(7));
    }
    EXPECT_EQ(seen.size(), 7U);
}

TEST(Hash, is_stable_and_differs_by_content) {
    EXPECT_EQ(content_hash("sosia"), content_hash("sosia"));
    EXPECT_NE(content_hash("sosia"), content_hash("sosia "));
    EXPECT_EQ(content_hash("").size(), 32U);
    EXPECT_EQ(hex(0xabcdef0123456789ULL, 4), "abcd");
}

TEST(Text, finds_whole_words_only) {
    EXPECT_TRUE(contains_word("Your Order number?", "order number"));
    EXPECT_FALSE(contains_word("reorder", "order"));
    EXPECT_TRUE(contains_word("reorder an order", "order"));
}

TEST(Text, repairs_broken_utf8) {
    EXPECT_TRUE(is_valid_utf8("Grüße"));
    EXPECT_FALSE(is_valid_utf8("\xC3"));
    EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80"));  // a surrogate
    EXPECT_TRUE(is_valid_utf8(to_valid_utf8("a\xFF\xC3z\xE2\x82")));
}

TEST(Text, shortens_at_a_character_boundary) {
    EXPECT_EQ(shorten("Grüße", 3), "Gr…");
    EXPECT_EQ(shorten("abc", 3), "abc");
}

TEST(Text, suggests_the_nearest_name_only_when_it_is_near) {
    EXPECT_EQ(nearest("persnoas", {"personas", "scenarios"}), "personas");
    EXPECT_EQ(nearest("zzz", {"personas", "scenarios"}), "");
}

TEST(Clock, prints_iso_dates) {
    EXPECT_EQ(iso8601(1'700'000'000'000), "2023-11-14T22:13:20Z");
}

}  // namespace
}  // namespace sosia
