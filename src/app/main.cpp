// The composition root: the only place that names concrete adapters and touches the process.
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "agent/make_agent.h"
#include "agent/model_agent.h"
#include "app/models.h"
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

sosia::cli::Services services(sosia::cli::ModelDesk& models) {
    using namespace sosia::agent;
    const auto with_model = [&models](const Setup& setup) {
        const auto make = [&models](const WantedModel& wanted, const Setup& own) {
            return models.make(sosia::app::order_of(wanted), *own.http);
        };
        return make_model_agent(setup, make);
    };
    return {
        .agents =
            {
                {"url", make_http_agent},
                {"openai", make_openai_agent},
                {"openai_responses", with_model},
                {"anthropic", with_model},
                {"gemini", with_model},
                {"prompt", with_model},
                {"command", make_command_agent},
                {"websocket", make_websocket_agent},
                {"a2a", make_a2a_agent},
                {"langgraph", make_langgraph_agent},
            },
        .make_model =
            [&models](const sosia::cli::ModelSetup& setup) -> sosia::Result<std::shared_ptr<sosia::llm::ChatModel>> {
            const auto order = sosia::app::order_of(setup);
            if (!order) {
                return std::unexpected(order.error());
            }
            return models.make(*order, *setup.http);
        },
        .make_embedder =
            [&models](const sosia::cli::ModelSetup& setup) -> sosia::Result<std::unique_ptr<sosia::llm::TextEmbedder>> {
            const auto order = sosia::app::order_of(setup);
            if (!order) {
                return std::unexpected(order.error());
            }
            return models.make_embedder(*order, *setup.http);
        }};
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
    sosia::cli::ModelDesk models(clock, process.environment);
    const int code = sosia::cli::run(process, services(models));
    std::cout.flush();
    return code;
}
