#include "world/documents.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "base/random.h"
#include "world/compare.h"

namespace sosia::world {
namespace {

namespace json = boost::json;

std::shared_ptr<const Collections> shop() {
    auto out = std::make_shared<Collections>();
    (*out)["orders"] = json::parse(R"({"b": {"total": 2}, "a": {"total": 1}, "c": {"total": 3}})").as_object();
    (*out)["users"] = json::parse(R"({"u1": {"name": "Ann"}})").as_object();
    return out;
}

std::vector<std::string> ids(const Documents& documents, std::string_view collection) {
    std::vector<std::string> out;
    documents.each(collection, [&out](std::string_view id, const json::value&) {
        out.emplace_back(id);
        return true;
    });
    return out;
}

TEST(documents, what_one_conversation_writes_no_other_sees) {
    const auto base = shop();
    Documents one(base);
    const Documents two(base);
    one.put("orders", "a", json::parse(R"({"total": 9})"));
    EXPECT_EQ(*one.find("orders", "a"), json::parse(R"({"total": 9})"));
    EXPECT_EQ(*two.find("orders", "a"), json::parse(R"({"total": 1})"));
    EXPECT_EQ(base->at("orders").at("a"), json::parse(R"({"total": 1})"));
}

TEST(documents, reading_copies_nothing) {
    const auto base = shop();
    const Documents one(base);
    EXPECT_EQ(one.find("orders", "a"), &base->at("orders").at("a"));
}

TEST(documents, come_in_the_order_of_the_file_then_as_they_were_added) {
    Documents documents(shop());
    documents.put("orders", "z", json::object{});
    documents.put("orders", "m", json::object{});
    documents.put("orders", "a", json::object{});
    documents.erase("orders", "c");
    EXPECT_EQ(ids(documents, "orders"), (std::vector<std::string>{"b", "a", "z", "m"}));
    EXPECT_EQ(documents.size("orders"), 4U);
}

TEST(documents, changes_hold_what_differs_and_nothing_else) {
    Documents documents(shop());
    documents.put("orders", "a", json::parse(R"({"total": 5})"));
    documents.put("orders", "b", json::parse(R"({"total": 2.0})"));  // the same by value
    documents.erase("users", "u1");
    documents.put("users", "new", json::object{});
    documents.erase("users", "new");
    EXPECT_EQ(documents.changes(), json::parse(R"({"orders": {"a": {"total": 5}}, "users": {"u1": null}})"));
    documents.put("orders", "a", json::parse(R"({"total": 1})"));
    documents.put("users", "u1", json::parse(R"({"name": "Ann"})"));
    EXPECT_FALSE(documents.changed());
}

TEST(documents, what_a_scenario_adds_is_the_beginning_and_no_change) {
    Documents documents(shop());
    ASSERT_TRUE(documents.apply(json::parse(R"({"orders": {"d": {"total": 4}, "a": null}})").as_object()));
    documents.begin_here();
    EXPECT_FALSE(documents.changed());
    EXPECT_EQ(documents.find("orders", "a"), nullptr);
    EXPECT_EQ(ids(documents, "orders"), (std::vector<std::string>{"b", "c", "d"}));
    documents.put("orders", "e", json::object{});
    documents.erase("orders", "d");
    EXPECT_EQ(documents.changes(), json::parse(R"({"orders": {"d": null, "e": {}}})"));
}

TEST(documents, changes_applied_to_a_fresh_world_give_the_same_state) {
    Documents documents(shop());
    documents.put("orders", "x", json::parse("[1]"));
    documents.erase("orders", "b");
    Documents again(shop());
    ASSERT_TRUE(again.apply(documents.changes()));
    EXPECT_EQ(again.changes(), documents.changes());
    EXPECT_FALSE(again.apply(json::parse(R"({"orders": 1})").as_object()));
}

TEST(documents, counters_go_back_with_a_snapshot) {
    Documents documents(shop());
    EXPECT_EQ(documents.next("order"), 1);
    const auto before = documents.snapshot();
    EXPECT_EQ(documents.next("order"), 2);
    documents.restore(before);
    EXPECT_EQ(documents.next("order"), 2);
    EXPECT_EQ(documents.next("other"), 1);
}

// The plain thing that the overlay must be equal to: a whole copy.
struct Plain {
    std::map<std::string, json::value> documents;
};

json::value state_of(const Documents& documents) {
    json::object out;
    documents.each("things", [&out](std::string_view id, const json::value& document) {
        out[json::string_view(id.data(), id.size())] = document;
        return true;
    });
    return out;
}

json::value state_of(const Plain& plain) {
    json::object out;
    for (const auto& [id, document] : plain.documents) {
        out[id] = document;
    }
    return out;
}

TEST(documents, behave_like_a_whole_copy_under_random_writes_snapshots_and_forks) {
    auto base = std::make_shared<Collections>();
    Plain start;
    for (int i = 0; i < 8; ++i) {
        (*base)["things"]["t" + std::to_string(i)] = i;
        start.documents["t" + std::to_string(i)] = i;
    }
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Random random(seed, "documents");
        std::vector<std::pair<Documents, Plain>> worlds{{Documents(base), start}};
        std::vector<std::pair<Documents::Snapshot, Plain>> saved{{worlds[0].first.snapshot(), start}};
        for (int step = 0; step < 60; ++step) {
            auto& [documents, plain] = worlds[random.below(worlds.size())];
            const std::string id = "t" + std::to_string(random.below(12));
            switch (random.below(6)) {
                case 0:
                    EXPECT_EQ(documents.erase("things", id), plain.documents.erase(id) == 1);
                    break;
                case 1:
                    worlds.emplace_back(documents.fork(), plain);
                    break;
                case 2:
                    saved.emplace_back(documents.snapshot(), plain);
                    break;
                case 3: {
                    const auto& [snapshot, then] = saved[random.below(saved.size())];
                    documents.restore(snapshot);
                    plain = then;
                    break;
                }
                default:
                    documents.put("things", id, step);
                    plain.documents[id] = step;
            }
        }
        for (const auto& [documents, plain] : worlds) {
            ASSERT_TRUE(same_json(state_of(documents), state_of(plain))) << "seed " << seed;
            ASSERT_EQ(documents.size("things"), plain.documents.size());
            Documents again(base);
            ASSERT_TRUE(again.apply(documents.changes()));
            ASSERT_TRUE(same_json(state_of(again), state_of(plain))) << "seed " << seed;
        }
    }
}

TEST(compare, numbers_are_equal_by_value_and_members_in_any_order) {
    EXPECT_TRUE(same_json(json::parse(R"({"a": 1, "b": [2.0]})"), json::parse(R"({"b": [2], "a": 1.0})")));
    EXPECT_FALSE(same_json(json::parse(R"({"a": 1})"), json::parse(R"({"a": 1, "b": null})")));
    EXPECT_FALSE(same_json(json::value(1), json::value("1")));
    EXPECT_FALSE(same_json(json::value(true), json::value(1)));
}

TEST(compare, pointers_read_make_and_remove) {
    json::value whole = json::parse(R"({"a": {"b": [1, 2]}, "x/y": 3})");
    EXPECT_EQ(*value_at(whole, "/a/b/1"), 2);
    EXPECT_EQ(*value_at(whole, "/x~1y"), 3);
    EXPECT_EQ(*value_at(whole, "x/y"), 3);
    EXPECT_EQ(value_at(whole, "/a/b/2"), nullptr);
    EXPECT_EQ(value_at(whole, "/a/b/c"), nullptr);
    *make_at(whole, "/a/new/deep") = 7;
    *make_at(whole, "/a/b/-") = 9;
    EXPECT_EQ(make_at(whole, "/x~1y/z"), nullptr);
    EXPECT_TRUE(remove_at(whole, "/a/b/0"));
    EXPECT_FALSE(remove_at(whole, "/a/gone"));
    EXPECT_EQ(whole, json::parse(R"({"a": {"b": [2, 9], "new": {"deep": 7}}, "x/y": 3})"));
}

struct Row {
    std::string_view comparison;
    std::string_view value;
    bool holds;
};

TEST(compare, operators) {
    const Row rows[] = {
        {"5", "5.0", true},
        {"5", "6", false},
        {R"({"less": 5})", "4", true},
        {R"({"less": 5})", "5", false},
        {R"({"less": 5})", R"("4")", false},
        {R"({"at_most": "2026-05-02"})", R"("2026-05-01")", true},
        {R"({"more": 5, "at_most": 6})", "6", true},
        {R"({"more": 5, "at_most": 6})", "7", false},
        {R"({"within": [1, 2]})", "2", true},
        {R"({"within": [1, 2]})", "2.01", false},
        {R"({"one_of": ["a", "b"]})", R"("b")", true},
        {R"({"contains": "an"})", R"("Ann and Ben")", true},
        {R"({"contains": 2})", "[1, 2]", true},
        {R"({"contains": "k"})", R"({"k": 1})", true},
        {R"({"matches": "^A-\\d+$"})", R"("A-17")", true},
        {R"({"matches": "^A-\\d+$"})", R"("B-17")", false},
        {R"({"not": "x"})", R"("y")", true},
        {R"({"exists": true})", "null", true},
        {R"({"status": "open"})", R"({"status": "open"})", true},
    };
    for (const Row& row : rows) {
        const auto comparison =
            Comparison::make(json::parse(json::string_view(row.comparison.data(), row.comparison.size())));
        ASSERT_TRUE(comparison) << row.comparison;
        const json::value value = json::parse(json::string_view(row.value.data(), row.value.size()));
        EXPECT_EQ(comparison->holds(&value), row.holds) << row.comparison << " " << row.value;
    }
    EXPECT_TRUE(Comparison::make(json::parse(R"({"exists": false})"))->holds(nullptr));
    EXPECT_FALSE(Comparison::make(json::value(nullptr))->holds(nullptr));
    EXPECT_FALSE(Comparison::make(json::parse(R"({"matches": "("})")));
    EXPECT_FALSE(Comparison::make(json::parse(R"({"within": [1]})")));
}

TEST(compare, differences_name_the_place_and_both_values) {
    const json::value expected = json::parse(R"({"cabin": "economy", "bags": [1, 2], "paid": true})");
    const json::value found = json::parse(R"({"cabin": "business", "bags": [1], "note": "x", "paid": true})");
    EXPECT_EQ(differences(&expected, &found, "orders/A"),
              (std::vector<std::string>{"orders/A/cabin: expected \"economy\", found \"business\"",
                                        "orders/A/bags/1: expected 2, found nothing",
                                        "orders/A/note: expected nothing, found \"x\""}));
    EXPECT_EQ(differences(&expected, &found, "", true).size(), 2U);
    EXPECT_TRUE(differences(&expected, &expected, "").empty());
}

}  // namespace
}  // namespace sosia::world
