// The composition root: the only place that names concrete adapters and touches the process.
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "agent/make_agent.h"
#include "cli/process.h"

namespace {

int terminal_columns() {
    winsize size{};
    constexpr int narrowest = 60;
    constexpr int widest = 140;
    constexpr int otherwise = 100;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return otherwise;
    }
    return std::min(widest, std::max(narrowest, static_cast<int>(size.ws_col)));
}

sosia::cli::Services services() {
    using namespace sosia::agent;
    return {.agents =
                {
                    {"url", make_http_agent},
                    {"openai", make_openai_agent},
                    {"command", make_command_agent},
                    {"anthropic", {}},
                    {"gemini", {}},
                    {"websocket", {}},
                    {"a2a", {}},
                    {"langgraph", {}},
                    {"prompt", {}},
                },
            .make_model = {}};  // models are not built in
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a peer or a pager that goes away is an error value, not the end
    std::ios::sync_with_stdio(false);
    const sosia::SystemClock clock;
    sosia::cli::Process process{
        .arguments = std::vector<std::string>(argv + 1, argv + argc),
        .environment = [](std::string_view name) -> std::optional<std::string> {
            const char* value = std::getenv(std::string(name).c_str());
            return value == nullptr ? std::nullopt : std::optional<std::string>(value);
        },
        .out = &std::cout,
        .err = &std::cerr,
        .out_is_terminal = isatty(STDOUT_FILENO) == 1,
        .err_is_terminal = isatty(STDERR_FILENO) == 1,
        .columns = terminal_columns(),
        .clock = &clock,
        .handles_signals = true,
    };
    const int code = sosia::cli::run(process, services());
    std::cout.flush();
    return code;
}
