#include "generate/duplicates.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace sosia::generate {
namespace {

boost::json::object scenario(const std::string& text) {
    return boost::json::parse(text).as_object();
}

std::vector<Known> desk() {
    std::vector<Known> out;
    for (const auto& [id, intent, description] :
         {std::tuple{"late-return", "return running shoes after the window closed",
                     "The shoes came five weeks ago and the window is thirty days."},
          {"wrong-size", "exchange sandals for another size",
           "The sandals are too small and the next size is sold out."},
          {"lost-parcel", "find out where a parcel is", "Tracking has not moved for nine days."},
          {"gift-card", "use two gift cards on one order", "The checkout takes only one card."}}) {
        out.push_back(
            {.id = id, .text = compared_text(PartKind::scenario, {{"intent", intent}, {"description", description}})});
    }
    return out;
}

TEST(nearest_twin, finds_what_says_the_same_in_nearly_the_same_words) {
    const Twin twin = nearest_twin(
        "return the running shoes after the return window closed\nThe shoes came six weeks ago, the window is thirty "
        "days.",
        desk());
    EXPECT_EQ(twin.id, "late-return");
    EXPECT_GE(twin.similarity, usual_similarity);
    const std::vector<Known> known = desk();
    EXPECT_NEAR(nearest_twin(known[1].text, known).similarity, 1, 1e-5);
}

TEST(nearest_twin, lets_different_matters_of_one_desk_pass) {
    const std::vector<Known> all = desk();
    for (std::size_t i = 0; i < all.size(); ++i) {
        std::vector<Known> others = all;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_LT(nearest_twin(all[i].text, others).similarity, usual_similarity) << all[i].id;
    }
    EXPECT_EQ(nearest_twin("anything", {}).similarity, 0);
    EXPECT_EQ(nearest_twin("", all).similarity, 0);
}

TEST(compared_text, leaves_out_what_is_dealt_out) {
    const std::string one = compared_text(
        PartKind::persona,
        scenario(R"({"id": "a", "style": "terse", "profile": "P", "tags": ["t"], "goal": {"primary": "g"}})"));
    const std::string other = compared_text(
        PartKind::persona,
        scenario(R"({"id": "b", "style": "verbose", "profile": "P", "tags": ["u"], "goal": {"primary": "g"}})"));
    EXPECT_EQ(one, other);
    EXPECT_EQ(one, "P\ng\n");
}

}  // namespace
}  // namespace sosia::generate
