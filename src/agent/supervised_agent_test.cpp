#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "agent/agent_fixture.h"
#include "agent/instances.h"
#include "net/task_group.h"

namespace sosia::agent {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using testing::HasSubstr;

// A real agent process. It answers with its port, dies when told to, and says "ready" only after a while.
constexpr std::string_view agent_program = R"(
import http.server, json, os, sys
port = int(os.environ.get("PORT", sys.argv[1]))
class Agent(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked = 0
    def log_message(self, *args): pass
    def reply(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        Agent.asked += 1
        self.reply(200 if Agent.asked > 2 else 503, {})
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if body["messages"][-1]["content"] == "die":
            print("I was told to die", flush=True)
            os._exit(9)
        self.reply(200, {"message": str(port)})
http.server.ThreadingHTTPServer(("127.0.0.1", port), Agent).serve_forever()
)";

class SupervisedAgentTest : public AgentFixture {
  protected:
    SupervisedAgentTest() : directory(fs::temp_directory_path() / ("sosia-supervised-" + std::to_string(::getpid()))) {
        fs::create_directories(directory);
        std::ofstream(directory / "agent.py") << agent_program;
        port = net::test::unused_port(loop.executor());
    }
    ~SupervisedAgentTest() override { fs::remove_all(directory); }
    void SetUp() override {
        if (std::system("python3 -c '' >/dev/null 2>&1") != 0) {
            GTEST_SKIP() << "python3 is not installed";
        }
    }

    std::unique_ptr<Agent> make(std::string start, std::string ready = {}) {
        spec.type = "url";
        spec.args = {{"url", url("/chat")}};
        spec.start = std::move(start);
        spec.ready = std::move(ready);
        agent::Setup own = setup();
        own.directory = directory.string();
        auto agent = make_http_agent(own);
        EXPECT_TRUE(agent) << agent.error().message;
        return std::move(*agent);
    }
    std::string url(std::string_view path) const {
        return "http://127.0.0.1:" + std::to_string(port) + std::string(path);
    }
    std::string python() const { return "python3 agent.py " + std::to_string(port); }

    fs::path directory;
    std::uint16_t port = 0;
};

TEST_F(SupervisedAgentTest, is_started_awaited_and_stopped) {
    auto agent = make(python());
    const Result<void> started = loop.run(agent->start());
    ASSERT_TRUE(started) << started.error().message;
    EXPECT_EQ(turn(*agent, "hello")->text, std::to_string(port));
    loop.run(agent->stop());
    EXPECT_FALSE(turn(*agent, "hello"));
}

TEST_F(SupervisedAgentTest, the_ready_url_must_answer_2xx) {
    auto agent = make(python(), url("/health"));
    const Result<void> started = loop.run(agent->start());
    ASSERT_TRUE(started) << started.error().message;
    EXPECT_EQ(turn(*agent, "hello")->text, std::to_string(port));
    loop.run(agent->stop());
}

TEST_F(SupervisedAgentTest, its_death_during_the_run_is_told_with_its_last_words) {
    auto agent = make(python());
    ASSERT_TRUE(loop.run(agent->start()));
    const Exchange exchange = turn(*agent, "die");
    ASSERT_FALSE(exchange);
    EXPECT_EQ(exchange.error().kind, FailureKind::unreachable);
    EXPECT_THAT(exchange.error().message, testing::AllOf(HasSubstr("exit code 9"), HasSubstr("I was told to die")));
    EXPECT_FALSE(exchange.error().may_retry);
    loop.run(agent->stop());
}

TEST_F(SupervisedAgentTest, an_early_death_is_told_at_once) {
    auto agent = make("echo 'ModuleNotFoundError: flask' >&2; exit 1");
    const Result<void> started = loop.run(agent->start());
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(started.error().message,
                testing::AllOf(HasSubstr("exit code 1"), HasSubstr("ModuleNotFoundError: flask")));
    loop.run(agent->stop());
}

TEST_F(SupervisedAgentTest, never_being_ready_is_a_timeout) {
    spec.ready_timeout_ms = 50;
    auto agent = make("sleep 1000");
    const Result<void> started = loop.run(agent->start());
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, ErrorKind::timeout);
    EXPECT_THAT(started.error().message, HasSubstr("port " + std::to_string(port)));
    loop.run(agent->stop());
}

asio::awaitable<void> start_it(Agent& agent, std::optional<Result<void>>& started) {
    started = co_await agent.start();
}

TEST_F(SupervisedAgentTest, cancel_ends_the_wait_for_readiness) {
    auto agent = make("echo up > up; sleep 1000");
    net::TaskGroup tasks(loop.executor());
    std::optional<Result<void>> started;
    tasks.spawn(start_it(*agent, started));
    while (!fs::exists(directory / "up")) {
        loop.context().restart();
        loop.context().run_one();
    }
    agent->cancel();
    loop.run(tasks.wait());
    ASSERT_FALSE(*started);
    EXPECT_EQ(started->error().kind, ErrorKind::cancelled);
    loop.run(agent->stop());
}

TEST_F(SupervisedAgentTest, another_program_on_the_port_is_a_conflict) {
    net::test::TestServer other(loop.executor(), net::test::answer_json("{}"));
    port = other.port();
    auto agent = make("sleep 1000");
    const Result<void> started = loop.run(agent->start());
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, ErrorKind::conflict);
    EXPECT_THAT(started.error().message, testing::AllOf(HasSubstr("port " + std::to_string(port)),
                                                        HasSubstr("process " + std::to_string(::getpid()))));
    loop.run(agent->stop());
}

TEST_F(SupervisedAgentTest, another_program_on_the_port_of_ready_is_a_conflict_too) {
    net::test::TestServer other(loop.executor(), net::test::answer_json("{}"));
    auto agent = make("sleep 1000", "http://127.0.0.1:" + std::to_string(other.port()) + "/health");
    const Result<void> started = loop.run(agent->start());
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, ErrorKind::conflict);
    EXPECT_THAT(started.error().message, HasSubstr("port " + std::to_string(other.port())));
    loop.run(agent->stop());
}

TEST_F(SupervisedAgentTest, a_command_that_puts_the_server_into_the_background_is_fine) {
    auto agent = make(python() + " & exit 0");
    const Result<void> started = loop.run(agent->start());
    ASSERT_TRUE(started) << started.error().message;
    EXPECT_EQ(turn(*agent, "hello")->text, std::to_string(port));
    loop.run(agent->stop());
    EXPECT_FALSE(turn(*agent, "hello"));
}

TEST_F(SupervisedAgentTest, one_process_per_worker_spreads_the_conversations) {
    spec.per_worker = true;
    limits.concurrency = 2;
    auto agent = make("python3 agent.py 0");
    const Result<void> started = loop.run(agent->start());
    ASSERT_TRUE(started) << started.error().message;
    auto first = loop.run(agent->open("c1"));
    auto second = loop.run(agent->open("c2"));
    const std::set<std::string> ports = {turn_in(**first, "x", "c1")->text, turn_in(**second, "x", "c2")->text};
    EXPECT_EQ(ports, (std::set{std::to_string(port), std::to_string(port + 1)}));
    loop.run(agent->stop());
}

TEST(Instance, the_port_moves_with_the_number) {
    EXPECT_EQ((Instance{.number = 0, .of = 2}.url_of("http://h:80/a")), "http://h:80/a");
    EXPECT_EQ((Instance{.number = 2, .of = 3}.url_of("http://127.0.0.1:8080/a?b")), "http://127.0.0.1:8082/a?b");
    EXPECT_EQ((Instance{.number = 1, .of = 3}.url_of("http://h/a:b")), "http://h:81/a:b");
    EXPECT_EQ((Instance{.number = 1, .of = 3}.url_of("https://[::1]:9")), "https://[::1]:10");
    EXPECT_EQ((Instance{.number = 1, .of = 3}.url_of("http://[::1]")), "http://[::1]:81");
    EXPECT_EQ((Instance{.number = 1, .of = 3}.url_of("")), "");
}

}  // namespace
}  // namespace sosia::agent
