// Everything process-wide that commands may touch, in one struct, so that a test can run a command inside its own
// process.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "agent/make_agent.h"
#include "base/clock.h"
#include "domain/suite.h"
#include "llm/chat_model.h"
#include "llm/text_embedder.h"

namespace sosia::cli {

struct Process {
    std::vector<std::string> arguments;  // without the program's name
    std::function<std::optional<std::string>(std::string_view)> environment;
    std::ostream* out = nullptr;  // results
    std::ostream* err = nullptr;  // progress and errors
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    int columns = 100;
    const Clock* clock = nullptr;
    bool handles_signals = false;  // Ctrl-C drains; tests leave it off
};

// How agents are made, by the key that the suite uses ("url", "openai", "command"). Filled in by app/, the only room
// that knows them.
struct AgentKind {
    std::string type;
    std::function<Result<std::unique_ptr<agent::Agent>>(const agent::Setup&)>
        make;  // empty: known, but not built into this version
};

// What making a chat model needs. `http` and `clock` outlive the model.
struct ModelSetup {
    std::string name;            // "openai/gpt-4o-mini", as the suite writes it
    std::string role;            // "user", "judge" or "generator": for costs and the cache
    boost::json::object params;  // the suite's, for the provider
    ModelSpec spec;              // how it is reached
    std::string prices;          // file with prices, relative to `directory`; "" only the built-in ones
    std::string directory;       // of the suite
    bool replay = false;         // never ask: what was not asked before fails
    boost::asio::any_io_executor executor;
    net::HttpClient* http = nullptr;
    const Clock* clock = nullptr;
    std::function<std::optional<std::string>(std::string_view)> environment;  // keys come from here
    std::string store_path;
};

struct Services {
    std::vector<AgentKind> agents;
    // Empty: models are not built into this version.
    std::function<Result<std::shared_ptr<llm::ChatModel>>(const ModelSetup&)> make_model{};
    std::function<Result<std::unique_ptr<llm::TextEmbedder>>(const ModelSetup&)> make_embedder{};
};

// Exit codes (design section 12), the whole list.
enum ExitCode : int {
    exit_passed = 0,
    exit_failed = 1,
    exit_undecided = 2,
    exit_not_valid = 3,  // too many invalid conversations, budget spent, infrastructure
    exit_usage = 4,      // wrong use or wrong files
    exit_interrupted = 130,
};

// Runs one command line.
int run(const Process& process, const Services& services);

}  // namespace sosia::cli
