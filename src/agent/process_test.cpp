#include "agent/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include "agent/agent_fixture.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace sosia::agent {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr auto patience = 30s;  // how long a condition may take on a busy machine

std::string content_of(const fs::path& file) {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

// A zombie that nobody has collected yet is gone for us.
bool is_gone(pid_t pid) {
    const std::string stat = content_of("/proc/" + std::to_string(pid) + "/stat");
    const std::size_t name_end = stat.rfind(')');
    return stat.empty() || (name_end != std::string::npos && stat.substr(name_end, 3) == ") Z");
}

bool wait_for(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(2ms);
    }
    return condition();
}

pid_t pid_in(const fs::path& file) {
    EXPECT_TRUE(wait_for([&] { return content_of(file).ends_with('\n'); })) << file;
    return static_cast<pid_t>(std::stol(content_of(file)));
}

class ProcessTest : public AgentFixture {
  protected:
    ProcessTest() : directory(fs::temp_directory_path() / ("sosia-process-" + std::to_string(::getpid()))) {
        fs::create_directories(directory);
    }
    ~ProcessTest() override { fs::remove_all(directory); }

    std::unique_ptr<Process> start(std::string command, ProcessOptions options = {}) {
        options.command = std::move(command);
        options.directory = directory.string();
        auto process = Process::start(loop.executor(), options);
        EXPECT_TRUE(process) << process.error().message;
        return std::move(*process);
    }
    // Runs the loop until the condition holds.
    bool run_until(const std::function<bool()>& condition) {
        return wait_for([&] {
            loop.poll();
            return condition();
        });
    }

    fs::path directory;
};

TEST_F(ProcessTest, runs_in_its_folder_with_its_environment_and_log) {
    const auto process = start("pwd; echo \"$NAME\" >&2; exit 3",
                               {.environment = {"NAME=a b"}, .log_file = (directory / "log").string()});
    ASSERT_TRUE(run_until([&] { return !process->running() && content_of(directory / "log").ends_with("a b\n"); }));
    EXPECT_EQ(process->state(), "ended with exit code 3");
    EXPECT_THAT(process->last_output(), HasSubstr(directory.filename().string()));
    EXPECT_FALSE(process->ended_well());
}

TEST_F(ProcessTest, the_log_is_bounded) {
    const auto process = start("yes 0123456789 | head -c 3000000; echo the end",
                               {.log_file = (directory / "log").string(), .log_bytes = 1000});
    ASSERT_TRUE(run_until([&] { return process->last_output().ends_with("the end"); }));
    EXPECT_LT(fs::file_size(directory / "log"), 1100u);
    EXPECT_LT(process->last_output().size(), 1100u);
}

TEST_F(ProcessTest, an_unknown_command_and_a_missing_folder_are_told) {
    const auto process = start("no-such-command-at-all");
    ASSERT_TRUE(run_until([&] { return !process->running(); }));
    EXPECT_THAT(process->state(), HasSubstr("command not found"));
    const auto nowhere = Process::start(loop.executor(), {.command = "true", .directory = "/no/such/folder"});
    ASSERT_FALSE(nowhere);
    EXPECT_THAT(nowhere.error().hint, HasSubstr("/no/such/folder"));
}

TEST_F(ProcessTest, stop_ends_the_whole_group) {
    const auto process = start("sleep 1000 & echo $! > child; echo $$ > leader; wait");
    const pid_t child = pid_in(directory / "child");
    const pid_t leader = pid_in(directory / "leader");
    loop.run(process->stop());
    EXPECT_TRUE(wait_for([&] { return is_gone(child) && is_gone(leader); }));
    EXPECT_THAT(process->state(), HasSubstr("signal 15"));
    loop.run(process->stop());
}

TEST_F(ProcessTest, stop_kills_what_does_not_listen) {
    const auto process = start("trap '' TERM; echo $$ > leader; while true; do sleep 1000; done", {.grace = 20ms});
    const pid_t leader = pid_in(directory / "leader");
    loop.run(process->stop());
    EXPECT_TRUE(is_gone(leader));
    EXPECT_THAT(process->state(), HasSubstr("signal 9"));
}

TEST_F(ProcessTest, stop_lets_it_clean_up) {
    const auto process = start(
        "trap 'echo tidy > tidy; exit 0' TERM; echo $$ > leader; while true; do sleep 0.01; done", {.grace = 20s});
    pid_in(directory / "leader");
    loop.run(process->stop());
    EXPECT_EQ(content_of(directory / "tidy"), "tidy\n");
    EXPECT_TRUE(process->ended_well());
}

TEST_F(ProcessTest, the_group_dies_with_the_object) {
    auto process = start("sleep 1000 & echo $! > child; echo $$ > leader; wait");
    const pid_t child = pid_in(directory / "child");
    const pid_t leader = pid_in(directory / "leader");
    process.reset();
    EXPECT_TRUE(is_gone(leader));
    EXPECT_TRUE(wait_for([&] { return is_gone(child); }));
}

TEST_F(ProcessTest, lines_go_in_and_out) {
    const auto process =
        start("while read -r line; do echo \"got $line\"; done; echo no end | tr -d '\\n'", {.talks = true});
    EXPECT_TRUE(loop.run(process->send_line("one")));
    EXPECT_EQ(loop.run(process->read_line(100)).value(), "got one");
    EXPECT_TRUE(loop.run(process->send_line("two")));
    EXPECT_EQ(loop.run(process->read_line(100)).value(), "got two");
    EXPECT_TRUE(loop.run(process->send_line(std::string(200, 'x'))));
    EXPECT_EQ(loop.run(process->read_line(100)).error(), Process::ReadError::too_long);
}

TEST_F(ProcessTest, writing_to_a_dead_process_is_an_error_and_no_signal) {
    const auto process = start("exec <&-; exit 0", {.talks = true});
    ASSERT_TRUE(run_until([&] { return !process->running(); }));
    loop.run(process->send_line(std::string(1 << 20, 'x')));
    EXPECT_EQ(loop.run(process->read_line(100)).error(), Process::ReadError::ended);
}

// Runs in a process of its own, which the next test kills.
TEST_F(ProcessTest, DISABLED_start_and_wait_to_be_killed) {
    const auto process = start(std::string("sleep 1000 & echo $! > \"$OUT/child\"; echo $$ > \"$OUT/leader\"; wait"));
    asio::steady_timer timer(loop.context(), std::chrono::minutes(5));
    loop.run(timer.async_wait(asio::use_awaitable));
}

TEST_F(ProcessTest, kill_9_of_sosia_leaves_nothing_behind) {
    ::setenv("OUT", directory.c_str(), 1);
    std::string program = fs::read_symlink("/proc/self/exe").string();
    std::string filter = "--gtest_filter=ProcessTest.DISABLED_start_and_wait_to_be_killed";
    std::string disabled = "--gtest_also_run_disabled_tests";
    char* words[] = {program.data(), filter.data(), disabled.data(), nullptr};
    pid_t sosia = -1;
    ASSERT_EQ(::posix_spawn(&sosia, program.c_str(), nullptr, nullptr, words, environ), 0);
    const pid_t child = pid_in(directory / "child");
    const pid_t leader = pid_in(directory / "leader");
    EXPECT_FALSE(is_gone(leader));
    ::kill(sosia, SIGKILL);
    ::waitpid(sosia, nullptr, 0);
    EXPECT_TRUE(wait_for([&] { return is_gone(child) && is_gone(leader); }));
}

}  // namespace
}  // namespace sosia::agent
