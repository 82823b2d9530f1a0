#include "generate/vary.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <set>

#include "generate/edge_kinds.h"

namespace sosia::generate {
namespace {

boost::json::object late_return() {
    return boost::json::parse(
               R"({"id": "late-return", "intent": "return shoes", "context": {"customer": {"order": "A-1"}},
        "truth": {"window": "30 days"}, "expect": {"resolved": true, "tools": ["look_up"]}, "tags": ["smoke", "returns"],
        "edge_cases": [{"id": "own"}], "draft": true, "made_by": {"from": "x"}})")
        .as_object();
}

TEST(edge_kinds, are_each_an_edge_case_that_loads_and_every_family_has_some) {
    std::set<AdversaryFamily> families;
    std::set<std::string> ids;
    for (const EdgeKind& kind : edge_kinds()) {
        EXPECT_TRUE(ids.insert(kind.id).second) << kind.id;
        EXPECT_FALSE(kind.brief.empty()) << kind.id;
        const boost::json::object body{{"id", "s"}, {"edge_cases", boost::json::array{kind.edge_case}}};
        EXPECT_EQ(problems_of(PartKind::scenario, body), std::vector<std::string>{}) << kind.id;
        if (kind.family) {
            families.insert(*kind.family);
        }
    }
    for (const AdversaryFamily family : pressing_families()) {
        EXPECT_TRUE(families.contains(family)) << to_string(family);
    }
    EXPECT_EQ(edge_kind("no-such"), nullptr);
}

TEST(variants_from_data, keep_what_is_so_and_change_who_pushes) {
    const std::vector<Draft> drafts = variants_from_data(late_return(), pressing_families());
    ASSERT_EQ(drafts.size(), 8U);
    for (const Draft& draft : drafts) {
        EXPECT_EQ(problems_of(PartKind::scenario, draft.body), std::vector<std::string>{}) << draft.id();
        EXPECT_EQ(draft.body.at("truth"), late_return().at("truth"));
        EXPECT_EQ(draft.body.at("context"), late_return().at("context"));
        EXPECT_FALSE(draft.body.contains("draft"));
        EXPECT_FALSE(boost::json::serialize(draft.body).contains("\"own\""));
        EXPECT_FALSE(boost::json::serialize(draft.body).contains("smoke"));
        EXPECT_GE(draft.body.at("edge_cases").as_array().size(), 1U);
    }
    EXPECT_EQ(drafts[5].id(), "late-return-prompt-injection");
    EXPECT_EQ(boost::json::serialize(drafts[5].body.at("adversaries")), R"(["prompt-injection"])");
}

}  // namespace
}  // namespace sosia::generate
