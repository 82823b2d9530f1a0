#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>

#include "domain/record_json.h"
#include "server/application.h"

namespace sosia::server {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::HasSubstr;

net::ServerRequest get(std::string path, std::string query = "") {
    return {.method = "GET",
            .path = std::move(path),
            .query = std::move(query),
            .headers = {{"Host", "127.0.0.1:8420"}},
            .body = {}};
}

net::ServerRequest post(std::string path) {
    return {.method = "POST",
            .path = std::move(path),
            .query = {},
            .headers = {{"Host", "127.0.0.1:8420"},
                        {"Origin", "http://127.0.0.1:8420"},
                        {"Content-Type", "application/json"}},
            .body = {}};
}

storage::RunStore::Batch::Finished finished(std::string id, std::uint64_t ordinal, std::string says) {
    Conversation c;
    c.id = std::move(id);
    c.cell = {"ann", "refund", "", "calm", static_cast<int>(ordinal)};
    c.outcome = Outcome::passed;
    c.ended = Ending::user_satisfied;
    c.turns = {{.n = 1, .text = std::move(says)}};
    return {.brief = {.id = c.id, .ordinal = ordinal, .cell = c.cell, .outcome = c.outcome},
            .record = boost::json::serialize(to_json(c))};
}

// Remembers what it was asked to do.
struct Remembering final : Controls {
    std::vector<std::string> actions(const storage::RunInfo& run) override {
        return run.state == storage::RunState::running ? std::vector<std::string>{"stop"} : std::vector<std::string>{};
    }
    Result<void> act(const storage::RunInfo& run, const std::string& action) override {
        done.push_back(action + " " + run.id);
        return {};
    }
    boost::json::array suites() override { return {boost::json::object{{"name", "desk"}}}; }
    Result<void> start(std::size_t suite) override {
        if (done.size() > 3) {
            return fail(ErrorKind::conflict, "too many");
        }
        done.push_back("start " + std::to_string(suite));
        return {};
    }

    std::vector<std::string> done;
};

class Served : public testing::Test {
  protected:
    Served()
        : folder_(std::filesystem::temp_directory_path() /
                  ("sosia-served-" + std::to_string(::getpid()) + "-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name())) {
        std::filesystem::create_directories(folder_);
        store_ = std::move(*storage::open_sqlite(file(), storage::Access::read_write));
        EXPECT_TRUE(store_.write->create_run({.id = "r1", .suite = "desk", .planned = 3}));
        EXPECT_TRUE(
            store_.write->write("r1", {{}, {finished("aaaa11112222", 0, "Where is my REFUND, <b>\"please\"</b>?")}}));
    }
    ~Served() override {
        application_.reset();
        store_ = {};
        std::filesystem::remove_all(folder_);
    }

    std::string file() const { return (folder_ / "runs.db").string(); }

    Sources sources() {
        return {.open = [this]() -> Result<std::unique_ptr<storage::RunReader>> {
                    Result<storage::Store> store = storage::open_sqlite(file(), storage::Access::read_only);
                    return store ? Result<std::unique_ptr<storage::RunReader>>(std::move(store->read))
                                 : std::unexpected(store.error());
                },
                .index =
                    [this](const storage::RunInfo& run, storage::RunReader&, bool whole, const std::atomic<bool>&) {
                        ++made_;
                        return Result<std::string>("{\"run\":\"" + run.id + (whole ? "\",\"whole\":true}" : "\"}"));
                    },
                .comparison = [](const std::string& before, const std::string& after) -> Result<std::string> {
                    if (before.empty() || after.empty()) {
                        return fail(ErrorKind::usage, "two are needed");
                    }
                    return "{\"before\":\"" + before + "\",\"after\":\"" + after + "\"}";
                },
                .baselines = [] { return boost::json::array{boost::json::object{{"name", "main"}}}; }};
    }

    void make(Controls* controls = nullptr) {
        application_ =
            std::make_unique<Application>(Access{.hosts = {"127.0.0.1:8420"}, .token = {}, .cookie = "sosia-token"},
                                          "<!doctype html>", "default-src 'self'", sources(), controls);
    }

    net::ServerResponse ask(net::ServerRequest request) {
        if (!application_) {
            make();
        }
        net::ServerResponse out;
        asio::io_context io;
        asio::co_spawn(io, application_->answer(std::move(request)),
                       [&out](std::exception_ptr, net::ServerResponse answer) { out = std::move(answer); });
        io.run();
        return out;
    }

    boost::json::value ask_json(net::ServerRequest request) { return boost::json::parse(ask(std::move(request)).body); }

    std::filesystem::path folder_;
    storage::Store store_;
    std::atomic<int> made_ = 0;
    std::unique_ptr<Application> application_;
};

TEST_F(Served, the_page_comes_with_its_policy) {
    const net::ServerResponse page = ask(get("/"));
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.headers.find("Content-Security-Policy"), "default-src 'self'");
    EXPECT_EQ(page.headers.find("X-Content-Type-Options"), "nosniff");
    EXPECT_THAT(std::string(*ask(get("/api/runs")).headers.find("Content-Security-Policy")),
                HasSubstr("default-src 'none'"));
}

TEST_F(Served, runs_are_listed_with_how_far_they_are) {
    const boost::json::value all = ask_json(get("/api/runs"));
    const boost::json::array& runs = all.at("runs").as_array();
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs.at(0).at("id").as_string(), "r1");
    EXPECT_EQ(runs.at(0).at("state").as_string(), "running");
    EXPECT_EQ(runs.at(0).at("done").to_number<int>(), 1);
    EXPECT_EQ(runs.at(0).at("planned").to_number<int>(), 3);
    EXPECT_TRUE(runs.at(0).at("actions").as_array().empty());
    EXPECT_EQ(all.at("baselines").at(0).at("name").as_string(), "main");
    EXPECT_TRUE(all.at("suites").as_array().empty());
}

TEST_F(Served, a_store_that_is_not_there_has_no_runs) {
    store_ = {};
    std::filesystem::remove(file());
    EXPECT_TRUE(ask_json(get("/api/runs")).at("runs").as_array().empty());
    EXPECT_EQ(ask(get("/api/runs/r1")).status, 404);
}

// A reader is told why the list is empty of a sudden.
TEST_F(Served, a_store_that_goes_away_is_missed) {
    make();
    asio::io_context io;
    std::string first;
    std::string second;
    asio::co_spawn(
        io,
        [&]() -> asio::awaitable<void> {
            const net::ServerResponse events = co_await application_->answer(get("/api/events"));
            first = events.body;
            store_ = {};
            std::filesystem::remove(file());
            const std::optional<std::string> piece = co_await events.more();
            second = piece.value_or("");
        },
        [](std::exception_ptr error) { EXPECT_EQ(error, nullptr); });
    io.run();
    EXPECT_THAT(first, HasSubstr("\"trouble\":\"\""));
    EXPECT_THAT(second, HasSubstr("\"runs\":[]"));
    EXPECT_THAT(second, HasSubstr("not there any more"));
}

TEST_F(Served, a_store_that_cannot_be_read_says_why) {
    store_ = {};
    std::ofstream(file(), std::ios::trunc) << "this is no database, and long enough to be taken for one by its size";
    const boost::json::value all = ask_json(get("/api/runs"));
    EXPECT_TRUE(all.at("runs").as_array().empty());
    EXPECT_THAT(std::string(all.at("trouble").as_string()), HasSubstr("is not a Sosia store"));
}

TEST_F(Served, the_newest_run_is_read_before_anybody_asks) {
    make();
    asio::io_context io;
    asio::co_spawn(io, application_->prepare(), [](std::exception_ptr error) { EXPECT_EQ(error, nullptr); });
    io.run();
    EXPECT_EQ(made_, 1);
    EXPECT_EQ(ask(get("/api/runs/r1")).body, "{\"run\":\"r1\"}");
    EXPECT_EQ(made_, 1);
}

TEST_F(Served, a_run_is_counted_again_only_when_more_of_it_is_done) {
    EXPECT_EQ(ask(get("/api/runs/r1")).body, "{\"run\":\"r1\"}");
    EXPECT_EQ(ask(get("/api/runs/r1")).status, 200);
    EXPECT_EQ(made_, 1);
    EXPECT_EQ(ask(get("/api/runs/r1/whole")).body, "{\"run\":\"r1\",\"whole\":true}");
    EXPECT_EQ(made_, 2);
    EXPECT_THAT(ask(get("/api/runs/r1")).body, HasSubstr("whole")) << "once it is known, nobody gets less";
    EXPECT_EQ(made_, 2);
    ASSERT_TRUE(store_.write->write("r1", {{}, {finished("bbbb11112222", 1, "Hello")}}));
    EXPECT_EQ(ask(get("/api/runs/r1")).status, 200);
    EXPECT_EQ(made_, 3);
    EXPECT_EQ(ask(get("/api/runs/r2")).status, 404);
}

TEST_F(Served, a_conversation_is_its_record) {
    const boost::json::value c = ask_json(get("/api/runs/r1/conversations/aaaa11112222"));
    EXPECT_EQ(c.at("id").as_string(), "aaaa11112222");
    EXPECT_EQ(ask(get("/api/runs/r1/conversations/bbbb11112222")).status, 404);
}

TEST_F(Served, search_finds_text_whatever_its_case_and_its_quotes) {
    const boost::json::value hits = ask_json(get("/api/runs/r1/search", "q=my%20refund"));
    ASSERT_EQ(hits.as_array().size(), 1U);
    EXPECT_EQ(hits.at(0).at("match").as_string(), "my REFUND");
    EXPECT_EQ(hits.at(0).at("before").as_string(), "Where is ");
    EXPECT_EQ(ask_json(get("/api/runs/r1/search", "q=%22PLEASE%22")).as_array().size(), 1U);
    EXPECT_EQ(ask(get("/api/runs/r1/search", "q=ann")).body, "[]") << "the persona's name is no turn";
    EXPECT_EQ(ask(get("/api/runs/r1/search", "q=")).status, 400);
    EXPECT_EQ(ask(get("/api/runs/r9/search", "q=a")).status, 404);
}

TEST_F(Served, two_runs_are_compared) {
    EXPECT_EQ(ask(get("/api/compare", "before=main&after=r1")).body, "{\"before\":\"main\",\"after\":\"r1\"}");
    EXPECT_EQ(ask(get("/api/compare", "before=main")).status, 404);
}

// The first event comes at once, the next when something has changed.
TEST_F(Served, events_tell_of_changes) {
    make();
    asio::io_context io;
    std::string second;
    net::ServerResponse first;
    asio::co_spawn(
        io,
        [&]() -> asio::awaitable<void> {
            first = co_await application_->answer(get("/api/events"));
            EXPECT_TRUE(store_.write->write("r1", {{}, {finished("bbbb11112222", 1, "Hello")}}));
            const std::optional<std::string> piece = co_await first.more();
            second = piece.value_or("");
        },
        [](std::exception_ptr error) { EXPECT_EQ(error, nullptr); });
    io.run();
    EXPECT_EQ(first.content_type, "text/event-stream");
    EXPECT_TRUE(first.body.starts_with("retry: 1000\n\nevent: runs\ndata: {\"runs\":[{\"id\":\"r1\""));
    EXPECT_TRUE(first.body.ends_with("}\n\n"));
    EXPECT_THAT(first.body, HasSubstr("\"done\":1"));
    EXPECT_TRUE(second.starts_with("event: runs\ndata: "));
    EXPECT_THAT(second, HasSubstr("\"done\":2"));
}

TEST_F(Served, nothing_can_be_changed_where_no_suite_is_served) {
    EXPECT_EQ(ask(post("/api/runs/r1/stop")).status, 405);
    EXPECT_EQ(ask(post("/api/suites/0")).status, 404);
    EXPECT_EQ(ask(post("/api/runs")).status, 405);
    EXPECT_EQ(ask(post("/")).status, 405);
}

TEST_F(Served, runs_of_served_suites_are_started_and_stopped) {
    Remembering controls;
    make(&controls);
    EXPECT_EQ(ask(post("/api/runs/r1/stop")).status, 200);
    EXPECT_EQ(ask(post("/api/runs/r1/again")).status, 409) << "it is running";
    EXPECT_EQ(ask(post("/api/runs/r9/stop")).status, 404);
    EXPECT_EQ(ask(post("/api/suites/0")).status, 200);
    EXPECT_EQ(ask(post("/api/suites/1")).status, 404);
    EXPECT_EQ(ask(post("/api/suites/0x")).status, 404);
    EXPECT_THAT(controls.done, ElementsAre("stop r1", "start 0"));
    const boost::json::value all = ask_json(get("/api/runs"));
    EXPECT_EQ(all.at("runs").at(0).at("actions").at(0).as_string(), "stop");
    EXPECT_EQ(all.at("suites").at(0).at("name").as_string(), "desk");
}

TEST_F(Served, reasons_are_given_for_what_cannot_be_started) {
    Remembering controls;
    controls.done = {"", "", "", ""};
    make(&controls);
    const net::ServerResponse answer = ask(post("/api/suites/0"));
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.body, "{\"error\":\"too many\"}");
}

TEST_F(Served, anything_else_is_not_there) {
    EXPECT_EQ(ask(get("/etc/passwd")).status, 404);
    EXPECT_EQ(ask(get("/api/runs/r1/other")).status, 404);
    EXPECT_EQ(ask(get("/api/")).status, 404);
}

}  // namespace
}  // namespace sosia::server
