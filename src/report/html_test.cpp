#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/record_json.h"
#include "report/gzip.h"
#include "report/html.h"
#include "report/html_blocks.h"

namespace sosia::report {
namespace {

Conversation talk(int number, Outcome outcome, const std::string& check = "claims") {
    Conversation c;
    c.id = fmt::format("{:012x}", number);
    c.cell = {fmt::format("persona{}", number % 3), fmt::format("scenario{}", number % 2), "", "calm", number};
    c.outcome = outcome;
    c.ended = Ending::user_satisfied;
    c.turns = {{.n = 1, .role = Role::user, .text = "hello"},
               {.n = 2, .role = Role::agent, .text = "reply " + c.id, .latency_ms = number}};
    if (outcome == Outcome::failed) {
        c.fault = Fault::agent;
        c.checks = {{.name = check, .passed = false, .turn = 2, .detail = "says so", .quote = "reply"}};
    }
    return c;
}

std::string record_of(const Conversation& c) {
    return boost::json::serialize(to_json(c));
}

std::string gunzip(std::string_view bytes) {
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    std::string input(bytes);
    std::string out(std::size_t{1} << 22U, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

HtmlRows rows_of(const std::vector<Conversation>& all, std::uint64_t bytes) {
    HtmlRows rows;
    for (const Conversation& c : all) {
        rows.add(c, bytes);
    }
    return rows;
}

boost::json::object written(const HtmlRows& rows) {
    return boost::json::parse("{" + rows.text() + "}").as_object();
}

struct Page {
    Result<HtmlContents> contents;
    std::string text;
};

Page page_of(const std::vector<Conversation>& all, std::uint64_t max_bytes) {
    Suite suite;
    analysis::SummaryBuilder summary(suite, all.size());
    HtmlReport report(suite, max_bytes);
    for (std::size_t i = 0; i < all.size(); ++i) {
        summary.add(all[i], i);
        report.add(record_of(all[i]), all[i]);
    }
    do {
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (report.wants(i)) {
                report.hold(i, record_of(all[i]));
            }
        }
    } while (report.again());
    const std::string path = testing::TempDir() + "sosia_html_test.html";
    Page page{.contents = report.write(path, RunMeta{.id = "r1", .suite = "s"}, summary.finish(""))};
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    page.text = text.str();
    return page;
}

TEST(Gzip, what_is_compressed_comes_back_and_is_the_same_every_time) {
    const std::string text(100'000, 'x');
    EXPECT_EQ(gunzip(gzip(text)), text);
    EXPECT_EQ(gzip(text), gzip(text));
    EXPECT_LT(gzip(text).size(), 1'000U);
}

TEST(Gzip, base64_is_that_of_rfc_4648) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(HtmlRows, a_row_says_what_failed_and_quotes_it) {
    const boost::json::object out = written(rows_of({talk(0, Outcome::passed), talk(1, Outcome::failed)}, 10));
    EXPECT_EQ(boost::json::serialize(out.at("rows").at("outcome")), "[0,1]");
    EXPECT_EQ(boost::json::serialize(out.at("rows").at("cause")), "[-1,0]");
    EXPECT_EQ(boost::json::serialize(out.at("failed_checks")), "[[1,0]]");
    EXPECT_EQ(out.at("names").at("check").at(0).as_string(), "claims");
    EXPECT_EQ(out.at("texts").at(0).as_string(), "says so");
}

TEST(HtmlRows, a_row_says_which_faults_of_the_world_came_up_and_what_a_judge_thought) {
    Conversation c = talk(0, Outcome::passed);
    c.turns[1].tools = {
        {.name = "a", .fault = "timeout"}, {.name = "b", .fault = "slow"}, {.name = "c", .fault = "slow"}};
    c.opinions = {{.criterion = "tone", .level = 2, .unsure = true, .turn = 2},
                  {.criterion = "resolution", .level = 0}};
    const boost::json::object out = written(rows_of({talk(1, Outcome::passed), c}, 10));
    EXPECT_EQ(boost::json::serialize(out.at("rows").at("met")), "[0,1]");
    EXPECT_EQ(boost::json::serialize(out.at("names").at("met")), R"(["","slow, timeout"])");
    EXPECT_EQ(boost::json::serialize(out.at("opinions")), "[[1,0,2,1,2],[1,1,0,0,0]]");
    EXPECT_EQ(boost::json::serialize(out.at("names").at("criterion")), R"(["tone","resolution"])");
}

TEST(HtmlRows, a_long_quote_is_cut_between_characters) {
    Conversation c = talk(1, Outcome::failed);
    c.checks.front().quote.clear();
    for (int i = 0; i < 200; ++i) {
        c.checks.front().quote += "€";
    }
    const boost::json::object out = written(rows_of({c}, 10));
    EXPECT_EQ(out.at("texts").at(1).as_string().size(), 240U);
    c.checks.front().quote.insert(0, "a");
    const boost::json::object shifted = written(rows_of({c}, 10));
    EXPECT_EQ(shifted.at("texts").at(1).as_string().size(), 238U);
}

TEST(ChooseTranscripts, failures_come_before_passes) {
    const std::vector<bool> chosen = choose_transcripts(
        rows_of({talk(0, Outcome::passed), talk(1, Outcome::failed), talk(2, Outcome::invalid)}, 10), 20);
    EXPECT_EQ(chosen, (std::vector<bool>{false, true, true}));
}

TEST(ChooseTranscripts, a_rare_cause_is_not_crowded_out) {
    std::vector<Conversation> all;
    for (int i = 0; i < 10; ++i) {
        all.push_back(talk(i, Outcome::failed, "claims"));
    }
    all.push_back(talk(10, Outcome::failed, "loop"));
    const std::vector<bool> chosen = choose_transcripts(rows_of(all, 10), 30);
    EXPECT_TRUE(chosen[0] && chosen[1] && chosen[10]);
    EXPECT_EQ(std::ranges::count(chosen, true), 3);
}

TEST(ChooseTranscripts, passes_are_spread_over_personas_and_scenarios) {
    std::vector<Conversation> all;
    for (int i = 0; i < 60; ++i) {
        all.push_back(talk(i, Outcome::passed));
    }
    const std::vector<bool> chosen = choose_transcripts(rows_of(all, 10), 60);
    EXPECT_EQ(std::ranges::count(chosen, true), 6);  // 3 personas x 2 scenarios
    EXPECT_TRUE(chosen[0] && chosen[1] && chosen[2] && chosen[3] && chosen[4] && chosen[5]);
}

TEST(HtmlReport, says_what_it_left_out) {
    EXPECT_EQ(to_sentence({.passed = {3, 3}, .failed = {1, 1}}), "Every conversation is in this file.");
    const std::string part = to_sentence({.passed = {3, 90}, .failed = {2, 2}});
    EXPECT_NE(part.find("all 2 failed"), std::string::npos);
    EXPECT_NE(part.find("3 of 90 passed"), std::string::npos);
}

class HtmlFile : public testing::Test {
  protected:
    void SetUp() override {
        if (!HtmlReport::available()) {
            GTEST_SKIP() << "built without the web application (Node 20 and npm are missing)";
        }
    }
};

TEST_F(HtmlFile, holds_everything_when_it_fits) {
    const Page page = page_of({talk(0, Outcome::passed), talk(1, Outcome::failed)}, html_default_bytes);
    ASSERT_TRUE(page.contents);
    EXPECT_EQ(page.contents->passed.held, 1U);
    EXPECT_EQ(page.contents->failed.held, 1U);
    EXPECT_EQ(page.contents->bytes, page.text.size());
    EXPECT_NE(page.text.find("id=\"sosia-block-0\""), std::string::npos);
}

TEST_F(HtmlFile, stays_within_its_size_and_keeps_the_failures) {
    std::vector<Conversation> all;
    for (int i = 0; i < 4'000; ++i) {
        all.push_back(talk(i, i % 100 == 0 ? Outcome::failed : Outcome::passed));
        for (int word = 0; word < 200; ++word) {  // text that does not compress away
            all.back().turns[1].text += fmt::format(" {:x}", (i * 7919 + word * 104'729) ^ (i << 12));
        }
    }
    constexpr std::uint64_t limit = 1'500'000;
    const Page page = page_of(all, limit);
    ASSERT_TRUE(page.contents);
    EXPECT_LE(page.text.size(), limit);
    EXPECT_GT(page.text.size(), limit / 2);
    EXPECT_EQ(page.contents->failed.held, 40U);
    EXPECT_LT(page.contents->passed.held, 3'960U);
    EXPECT_GT(page.contents->passed.held, 100U);
}

TEST_F(HtmlFile, failures_at_the_end_of_the_run_have_their_room_kept_free) {
    std::vector<Conversation> all;
    for (int i = 0; i < 4'000; ++i) {
        all.push_back(talk(i, i >= 3'900 ? Outcome::failed : Outcome::passed));
        for (int word = 0; word < 200; ++word) {  // compresses away at first, hardly at all at the end
            const int spread = i < 2'000 ? 1 : i;
            all.back().turns[1].text += fmt::format(" {:x}", (spread * 7919 + word * 104'729) ^ (spread << 12));
        }
    }
    constexpr std::uint64_t limit = 1'000'000;
    const Page page = page_of(all, limit);
    ASSERT_TRUE(page.contents);
    EXPECT_LE(page.text.size(), limit);
    EXPECT_EQ(page.contents->failed.held, 100U);
}

TEST_F(HtmlFile, repetitions_that_compress_away_leave_room_for_more) {
    std::vector<Conversation> all;
    for (int i = 0; i < 8'000; ++i) {
        all.push_back(talk(i, i % 2 == 0 ? Outcome::failed : Outcome::passed));
        for (int word = 0; word < 200; ++word) {  // forty that say the same follow each other
            const int cell = i / 40;
            all.back().turns[1].text += fmt::format(" {:x}", (cell * 7919 + word * 104'729) ^ (cell << 12));
        }
    }
    constexpr std::uint64_t limit = 1'500'000;
    const Page page = page_of(all, limit);
    ASSERT_TRUE(page.contents);
    EXPECT_LE(page.text.size(), limit);
    EXPECT_EQ(page.contents->failed.held, 4'000U);
    EXPECT_GT(page.contents->passed.held, 0U);
}

TEST_F(HtmlFile, text_of_agents_never_stands_in_the_page_as_markup) {
    Conversation c = talk(1, Outcome::failed);
    c.turns[1].text = "</script><script>alert(1)</script><img src=x onerror=alert(1)>";
    c.checks.front().quote = c.turns[1].text;
    const Page page = page_of({c}, html_default_bytes);
    ASSERT_TRUE(page.contents);
    EXPECT_EQ(page.text.find("alert(1)"), std::string::npos);
    EXPECT_NE(
        page.text.find("http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-"),
        std::string::npos);
}

std::string unbase64(const std::string& text) {
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (const char c : text) {
        if (c == '=') {
            break;
        }
        bits = (bits << 6U) | static_cast<std::uint32_t>(letters.find(c));
        count += 6;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU);
        }
    }
    return out;
}

// What is between the script elements of an id, unpacked.
boost::json::object index_of(const std::string& page) {
    const std::string mark = "id=\"sosia-index\">";
    const std::size_t from = page.find(mark) + mark.size();
    return boost::json::parse(gunzip(unbase64(page.substr(from, page.find('<', from) - from)))).as_object();
}

TEST(ServedIndex, has_every_column_also_before_the_first_conversation) {
    Suite suite;
    HtmlReport report(suite);
    const boost::json::object index = boost::json::parse(report.served_index({{"run", "r1"}})).as_object();
    EXPECT_EQ(index.at("rows").at("n").to_number<int>(), 0);
    EXPECT_TRUE(index.at("rows").at("repetition").as_array().empty());
    EXPECT_EQ(index.at("run").at("run").as_string(), "r1");
}

TEST(ServedIndex, tells_of_a_judge_only_where_there_is_one) {
    Suite suite;
    HtmlReport report(suite);
    EXPECT_FALSE(boost::json::parse(report.served_index({})).at("cast").as_object().contains("judge"));
    report.explain_judge({{"model", "m"}});
    const boost::json::value index = boost::json::parse(report.served_index({}));
    EXPECT_EQ(index.at("cast").at("judge").at("model").as_string(), "m");
}

TEST(ServedIndex, leaves_no_transcript_out) {
    Suite suite;
    HtmlReport report(suite);
    report.add(record_of(talk(1, Outcome::passed)), talk(1, Outcome::passed));
    const boost::json::object index = boost::json::parse(report.served_index({})).as_object();
    EXPECT_EQ(index.at("rows").at("block").at(0).to_number<int>(), 0);
    EXPECT_EQ(index.at("contents").at("passed").at("held").to_number<int>(), 1);
}

TEST_F(HtmlFile, transcripts_of_the_run_it_is_compared_with_lie_in_blocks_of_their_own) {
    Suite suite;
    const Conversation c = talk(7, Outcome::failed);
    HtmlReport report(suite);
    report.compare_with({{"answer", "regressed"}}, {{"before " + c.id, record_of(talk(7, Outcome::passed))}});
    report.add(record_of(c), c);
    ASSERT_TRUE(report.wants(0));
    report.hold(0, record_of(c));
    const std::string path = testing::TempDir() + "sosia_html_compared.html";
    ASSERT_TRUE(report.write(path, {}, analysis::SummaryBuilder(suite, 1).finish("")));
    std::stringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    const boost::json::object index = index_of(text.str());
    EXPECT_EQ(index.at("comparison").at("answer").as_string(), "regressed");
    EXPECT_EQ(index.at("comparison").at("blocks").to_number<int>(), 1);
    EXPECT_EQ(boost::json::serialize(index.at("comparison").at("held").at("before " + c.id)), "[0,0]");
    EXPECT_EQ(index.at("rows").at("block").at(0).to_number<int>(), 1);
}

}  // namespace
}  // namespace sosia::report
