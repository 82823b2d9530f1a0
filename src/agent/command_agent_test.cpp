#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <filesystem>

#include "agent/agent_fixture.h"
#include "net/task_group.h"

namespace sosia::agent {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using testing::HasSubstr;

class CommandAgentTest : public AgentFixture {
  protected:
    Result<std::unique_ptr<Agent>> make(json::object args) {
        spec = {.type = "command", .args = std::move(args)};
        return make_command_agent(setup());
    }
    Exchange ask(json::object args) {
        auto agent = make(std::move(args));
        EXPECT_TRUE(agent) << agent.error().message;
        const Result<void> started = loop.run((*agent)->start());
        EXPECT_TRUE(started) << started.error().message;
        const Exchange exchange = turn(**agent, "hello");
        loop.run((*agent)->stop());
        return exchange;
    }
};

// Answers every line with how many lines it has read and its process id.
const std::string counter =
    "n=0; while read -r line; do n=$((n+1)); echo \"{\\\"message\\\":\\\"$n\\\",\\\"metadata\\\":{\\\"pid\\\":$$}}\"; "
    "done";

TEST_F(CommandAgentTest, sends_the_default_wire_form_as_one_line) {
    const Exchange exchange =
        ask({{"command", "read -r line; echo \"{\\\"message\\\":\\\"x\\\",\\\"metadata\\\":$line}\""}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "x");
    EXPECT_EQ(exchange->metadata.at("conversation"), "c1");
    EXPECT_EQ(exchange->metadata.at("turn"), 2);
    EXPECT_EQ(exchange->metadata.at("messages").as_array().size(), 3u);
    EXPECT_EQ(exchange->metadata.at("context").at("customer").at("fee"), 42.5);
}

TEST_F(CommandAgentTest, template_and_pointers_work_as_over_http) {
    const Exchange exchange =
        ask({{"command", {{"run", "read -r line; echo \"{\\\"a\\\":$line,\\\"t\\\":[\\\"k\\\"]}\""}}},
             {"request", "{{last}}"},
             {"reply", {{"message", "/a"}, {"tools", "/t"}}}});
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->text, "hello");
    EXPECT_EQ(exchange->tools.at(0).name, "k");
}

asio::awaitable<void> talk(Agent& agent, std::string id, int turns, std::vector<std::int64_t>& pids,
                           const json::object& context) {
    auto session = co_await agent.open(id);
    const std::vector<Message> messages = {{Role::user, "hi"}};
    for (int i = 1; i <= turns; ++i) {
        const Request request{.conversation = id, .turn = i, .messages = messages, .context = &context};
        const Exchange exchange = co_await (*session)->send(request);
        EXPECT_TRUE(exchange) << exchange.error().message;
        pids.push_back(exchange ? exchange->metadata.at("pid").as_int64() : -1);
    }
    co_await (*session)->close();
}

TEST_F(CommandAgentTest, conversations_share_a_few_processes_and_stay_with_theirs) {
    auto agent = make({{"command", counter}, {"workers", 3}});
    ASSERT_TRUE(loop.run((*agent)->start()));
    std::vector<std::vector<std::int64_t>> pids(12);
    net::TaskGroup tasks(loop.executor());
    for (std::size_t i = 0; i < pids.size(); ++i) {
        tasks.spawn(talk(**agent, "c" + std::to_string(i), 5, pids[i], context));
    }
    loop.run(tasks.wait());
    std::set<std::int64_t> all;
    for (const auto& own : pids) {
        EXPECT_THAT(own, testing::Each(own.front()));
        all.insert(own.front());
    }
    EXPECT_EQ(all.size(), 3u);
    loop.run((*agent)->stop());
}

TEST_F(CommandAgentTest, one_process_per_conversation_when_asked_for) {
    auto agent = make({{"command", {{"run", counter}, {"per", "conversation"}}}});
    ASSERT_TRUE(agent) << agent.error().message;
    ASSERT_TRUE(loop.run((*agent)->start()));
    std::vector<std::vector<std::int64_t>> pids(3);
    for (auto& own : pids) {
        loop.run(talk(**agent, "c", 3, own, context));
    }
    EXPECT_EQ((std::set{pids[0].front(), pids[1].front(), pids[2].front()}.size()), 3u);
    loop.run((*agent)->stop());
}

TEST_F(CommandAgentTest, a_program_that_answers_once_is_started_again) {
    auto agent = make({{"command", "read -r line; echo \"{\\\"message\\\":\\\"x\\\"}\""}});
    ASSERT_TRUE(loop.run((*agent)->start()));
    for (int i = 0; i < 4; ++i) {
        const Exchange exchange = turn(**agent, "hello");
        ASSERT_TRUE(exchange) << exchange.error().message;
    }
    loop.run((*agent)->stop());
}

TEST_F(CommandAgentTest, a_dead_process_is_unreachable_and_its_last_words_are_shown) {
    const Exchange exchange = ask({{"command", "read -r line; echo 'Traceback: boom' >&2; exit 7"}});
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, FailureKind::unreachable);
    EXPECT_THAT(exchange.error().message, testing::AllOf(HasSubstr("exit code 7"), HasSubstr("Traceback: boom")));
}

TEST_F(CommandAgentTest, a_dead_process_is_started_again_as_often_as_allowed) {
    const std::filesystem::path mark =
        std::filesystem::temp_directory_path() / ("sosia-mark-" + std::to_string(::getpid()));
    limits.retries = 1;
    const Exchange exchange =
        ask({{"command", "read -r line; test -e " + mark.string() + " && echo '{\"message\":\"x\"}' || { touch " +
                             mark.string() + "; exit 1; }"}});
    std::filesystem::remove(mark);
    ASSERT_TRUE(exchange) << exchange.error().message;
    EXPECT_EQ(exchange->retries, 1);
}

TEST_F(CommandAgentTest, silence_is_a_timeout_and_a_late_answer_is_not_taken_for_the_next) {
    limits.turn_timeout_ms = 60;
    auto agent = make(
        {{"command",
          "while read -r line; do case \"$line\" in *slow*) sleep 1000;; esac; echo '{\"message\":\"fast\"}'; done"}});
    ASSERT_TRUE(loop.run((*agent)->start()));
    const Exchange slow = turn(**agent, "slow");
    ASSERT_FALSE(slow);
    EXPECT_EQ(slow.error().kind, FailureKind::timeout);
    loop.run((*agent)->stop());
    limits.turn_timeout_ms = 20'000;
    auto again = make({{"command", "while read -r line; do echo '{\"message\":\"fast\"}'; done"}});
    EXPECT_EQ(turn(**again, "quick")->text, "fast");
    loop.run((*again)->stop());
}

TEST_F(CommandAgentTest, lines_that_are_no_replies_are_the_agents_fault_and_do_not_shift_the_rest) {
    auto agent = make({{"command",
                        "while read -r line; do case \"$line\" in *bad*) echo 'Loading...'; echo 'more';; *) echo "
                        "'{\"message\":\"good\"}';; esac; done"}});
    ASSERT_TRUE(loop.run((*agent)->start()));
    const Exchange bad = turn(**agent, "bad");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().kind, FailureKind::invalid_reply);
    EXPECT_THAT(bad.error().message, HasSubstr("Loading..."));
    EXPECT_EQ(turn(**agent, "nice")->text, "good");
    loop.run((*agent)->stop());
}

TEST_F(CommandAgentTest, an_endless_line_is_cut_off) {
    limits.reply_bytes = 100'000;
    const Exchange exchange = ask({{"command", "read -r line; yes | tr -d '\\n'"}});
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, FailureKind::unreachable);
    EXPECT_THAT(exchange.error().message, HasSubstr("100000"));
}

asio::awaitable<void> one_turn(Agent& agent, std::optional<Exchange>& exchange, const json::object& context) {
    auto session = co_await agent.open("c");
    const std::vector<Message> messages = {{Role::user, "hi"}};
    const Request request{.conversation = "c", .turn = 1, .messages = messages, .context = &context};
    exchange = co_await (*session)->send(request);
}

TEST_F(CommandAgentTest, cancel_ends_turns_in_flight_and_in_line) {
    for (const std::string per : {"run", "conversation"}) {
        auto agent = make({{"command", {{"run", "sleep 1000"}, {"per", per}, {"workers", 1}}}});
        ASSERT_TRUE(loop.run((*agent)->start()));
        net::TaskGroup tasks(loop.executor());
        std::vector<std::optional<Exchange>> exchanges(3);
        for (auto& exchange : exchanges) {
            tasks.spawn(one_turn(**agent, exchange, context));
        }
        loop.poll();
        (*agent)->cancel();
        loop.run(tasks.wait());
        for (const auto& exchange : exchanges) {
            EXPECT_EQ(exchange->error().kind, FailureKind::cancelled);
        }
        loop.run((*agent)->stop());
    }
}

TEST_F(CommandAgentTest, mistakes_in_args_are_usage_errors) {
    EXPECT_FALSE(make({{"command", ""}}));
    EXPECT_FALSE(make({{"command", {{"run", "x"}, {"per", "turn"}}}}));
    EXPECT_FALSE(make({{"command", "x"}, {"request", "{{nope}}"}}));
    EXPECT_FALSE(make({{"command", "x"}, {"env", "A=1"}}));
}

}  // namespace
}  // namespace sosia::agent
