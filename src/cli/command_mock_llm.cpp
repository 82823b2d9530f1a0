// A provider of language models that costs nothing and fails on request.
#include <CLI/CLI.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "base/text.h"
#include "cli/context.h"
#include "domain/json_text.h"
#include "llm/mock/mock_server.h"
#include "spec/units.h"

namespace sosia::cli {
namespace {

namespace mock = llm::mock;

struct MockLlmOptions {
    std::uint16_t port = 0;
    std::string address = "127.0.0.1";
    std::string port_file;
    std::string rules;
    std::string record;
    std::vector<std::string> faults;
    std::uint64_t seed = 1;
    std::string latency = "0ms";
    std::string token_delay = "0ms";
    std::string key_env;
    double requests_per_minute = 0;
    bool faithful = false;
};

Result<mock::MockScript> script_of(const std::string& path) {
    if (path.empty()) {
        return mock::MockScript{};
    }
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) {
        return fail(ErrorKind::usage, fmt::format("cannot read {}", path));
    }
    return mock::MockScript::parse(text.str(), path);
}

Result<std::chrono::milliseconds> time_of(const std::string& text, const std::string& option) {
    const auto ms = spec::parse_duration_ms(text);
    if (!ms) {
        return fail(ErrorKind::usage, fmt::format("{} is \"{}\"; expected a time", option, text),
                    "for example 50ms or 2s");
    }
    return std::chrono::milliseconds(static_cast<std::int64_t>(*ms));
}

Result<mock::MockOptions> options_of(const Context& context, const MockLlmOptions& given) {
    Result<mock::MockScript> script = script_of(given.rules);
    const auto latency = time_of(given.latency, "--latency");
    const auto token_delay = time_of(given.token_delay, "--token-delay");
    if (!script || !latency || !token_delay) {
        return std::unexpected(!script ? script.error() : !latency ? latency.error() : token_delay.error());
    }
    if (given.faithful) {
        script->play_faithfully();
    }
    mock::MockOptions out{.address = given.address,
                          .port = given.port,
                          .seed = given.seed,
                          .latency = *latency,
                          .token_delay = *token_delay,
                          .requests_per_minute = given.requests_per_minute,
                          .script = std::move(*script)};
    if (!given.key_env.empty()) {
        out.key = context.process.environment(given.key_env).value_or("");
        if (out.key.empty()) {
            return fail(ErrorKind::usage, fmt::format("{} is not set", given.key_env));
        }
    }
    for (const std::string& text : given.faults) {
        const Result<mock::Fault> fault = mock::parse_fault(text);
        if (!fault) {
            return std::unexpected(fault.error());
        }
        out.faults.push_back(*fault);
    }
    return out;
}

// Whole or not at all: who waits for the file must not read half a number.
Result<void> write_port(const std::string& path, std::uint16_t port) {
    if (path.empty()) {
        return {};
    }
    const std::string draft = path + ".new";
    std::ofstream file(draft);
    file << port << "\n";
    file.close();
    std::error_code error;
    if (file) {
        std::filesystem::rename(draft, path, error);
    }
    if (!file || error) {
        return fail(ErrorKind::unavailable, fmt::format("cannot write {}", path));
    }
    return {};
}

int serve(const Context& context, const MockLlmOptions& given) {
    Result<mock::MockOptions> options = options_of(context, given);
    if (!options) {
        return report_error(context, options.error());
    }
    std::ofstream record;
    if (!given.record.empty()) {
        record.open(given.record, std::ios::binary | std::ios::trunc);
        if (!record) {
            return report_error(context, Error{ErrorKind::usage, "cannot write " + given.record, ""});
        }
        options->record = [&record](const boost::json::value& body) { record << json_text(body) << std::endl; };
    }
    boost::asio::io_context io(1);
    mock::MockServer server(io.get_executor(), *context.process.clock, std::move(*options));
    Result<void> ready = server.start();
    ready = ready ? write_port(given.port_file, server.port()) : ready;
    if (!ready) {
        return report_error(context, ready.error());
    }
    const std::string url = server.url();
    context.out() << fmt::format(
                         "{0}\n"
                         "  OPENAI_BASE_URL={0}/v1\n  ANTHROPIC_BASE_URL={0}\n  GEMINI_BASE_URL={0}\n"
                         "  AZURE_OPENAI_ENDPOINT={0}\nCtrl-C ends it.",
                         url)
                  << std::endl;
    boost::asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&io](const boost::system::error_code&, int) { io.stop(); });
    io.run();
    return exit_passed;
}

}  // namespace

void add_mock_llm(CLI::App& app, Context& context, int& exit_code) {
    CLI::App* command =
        app.add_subcommand("mock-llm", "A stand-in for providers of models: free, and fails on request");
    command->footer(
        "Examples:\n  sosia mock-llm --port 8090\n  sosia mock-llm --fault overloaded:0.1 --latency 50ms\n"
        "  sosia mock-llm --rules answers.json\n"
        "  sosia mock-llm --faithful                 users and judges that change no verdict\n"
        "A request may ask for a fault itself: header `x-mock-fault: rate_limit=2`.\nFaults: " +
        join(mock::fault_names(), ", "));
    const auto options = std::make_shared<MockLlmOptions>();
    command->add_option("--port", options->port, "port to listen on (0: a free one)")->capture_default_str();
    command->add_option("--address", options->address, "address to listen on")->capture_default_str();
    command->add_option("--port-file", options->port_file, "write the port here when ready")->type_name("FILE");
    command->add_option("--rules", options->rules, "what to answer to what (docs/models.md)")->type_name("FILE");
    command->add_option("--record", options->record, "write every question here, as JSON lines without keys")
        ->type_name("FILE");
    command->add_flag("--faithful", options->faithful,
                      "word users as they were drafted, rate best with evidence (docs/models.md)");
    command->add_option("--fault", options->faults, "NAME, NAME=NUMBER, NAME*TIMES or NAME:RATE; may be repeated")
        ->type_name("FAULT");
    command->add_option("--seed", options->seed, "of faults and of made-up JSON")->capture_default_str();
    command->add_option("--latency", options->latency, "before every answer")->type_name("TIME")->capture_default_str();
    command->add_option("--token-delay", options->token_delay, "before every piece of a stream")
        ->type_name("TIME")
        ->capture_default_str();
    command->add_option("--key-env", options->key_env, "variable with the key that callers must send (default: any)")
        ->type_name("NAME");
    command->add_option("--requests-per-minute", options->requests_per_minute, "answer more with 429 (0: no limit)")
        ->capture_default_str();
    command->callback([options, &context, &exit_code] { exit_code = serve(context, *options); });
}

}  // namespace sosia::cli
