#include <CLI/CLI.hpp>

#include <charconv>
#include <csignal>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>

#include "cli/page_comparison.h"
#include "cli/served_run.h"
#include "cli/suite_runs.h"
#include "net/http_server.h"
#include "net/port_holder.h"
#include "net/secret.h"
#include "report/html.h"
#include "server/application.h"

namespace sosia::cli {
namespace {

struct ServeOptions {
    std::vector<std::string> suites;  // whose runs may be started and stopped
    std::string address = "127.0.0.1";
    std::uint16_t port = 8420;
    std::vector<std::string> names;  // further values of Host
    BaselineFolder folder;
};

// Said of the text, or the number would be out of range before anybody can say what is wrong with it.
std::string port_problem(const std::string& text) {
    constexpr unsigned highest = 65'535;
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool is_port = error == std::errc{} && end == text.data() + text.size() && port <= highest;
    return is_port ? "" : fmt::format("\"{}\" is no port: 0 to {}", text, highest);
}

bool is_loopback(const std::string& address) {
    return address.starts_with("127.") || address == "::1";
}

std::vector<std::string> hosts(const ServeOptions& options, std::uint16_t port) {
    std::vector<std::string> out;
    for (const std::string& name : options.names) {
        out.push_back(fmt::format("{}:{}", name, port));
        out.push_back(name);  // behind a proxy on the standard port
    }
    const bool v6 = options.address.contains(':');
    for (const std::string& name : {std::string("127.0.0.1"), std::string("localhost"), std::string("[::1]"),
                                    v6 ? "[" + options.address + "]" : options.address}) {
        out.push_back(fmt::format("{}:{}", name, port));
    }
    return out;
}

Result<std::unique_ptr<storage::RunReader>> open_reader(const std::string& file) {
    Result<storage::Store> store = storage::open_sqlite(file, storage::Access::read_only);
    if (!store) {
        return std::unexpected(store.error());
    }
    return std::move(store->read);
}

// Only names from lists that the page is shown: ids of runs and names of baselines, never a path.
Result<std::string> compared_text(const Context& context, const BaselineFolder& folder, const std::string& before,
                                  const std::string& after) {
    for (const std::string& side : {before, after}) {
        if (const Result<void> plain = check_baseline_name(side); !plain || side.ends_with(".json")) {
            return fail(ErrorKind::usage, "there is no run and no baseline of this name");
        }
    }
    const Result<PageComparison> compared = compare_for_page(context, folder, before, after);
    return compared ? Result<std::string>(boost::json::serialize(compared->page)) : std::unexpected(compared.error());
}

server::Sources sources(const Context& context, const BaselineFolder& folder) {
    return {
        .open = [&context] { return open_reader(context.store_path); },
        .index = [&context](const storage::RunInfo& run, storage::RunReader& reader, bool whole,
                            const std::atomic<bool>& stop) { return served_run(context, run, reader, whole, stop); },
        .comparison = [&context, folder](
                          const std::string& before,
                          const std::string& after) { return compared_text(context, folder, before, after); },
        .baselines = [folder] { return baselines_json(folder); }};
}

// A store that is not there yet appears with the first run; a mistyped name should not look like an empty store.
bool store_is_readable(const Context& context) {
    std::error_code ignored;
    if (!std::filesystem::exists(context.store_path, ignored)) {
        context.err() << fmt::format("there is no store at {} yet; runs appear when it is written\n",
                                     context.store_path);
        return true;
    }
    return open_store(context, storage::Access::read_only).has_value();
}

// Who has the port, where that can be known.
Error with_holder(Error error, const ServeOptions& options) {
    const std::string holder = options.port == 0 ? "" : net::port_holder(options.port);
    if (!holder.empty()) {
        error.message = fmt::format("port {} is taken by {}", options.port, holder);
        error.hint = "end it, or take another port: sosia serve --port 0 finds a free one";
    } else {
        error.hint = "--address is an address of this machine (127.0.0.1 is the usual), --port 0 finds a free port";
    }
    return error;
}

int serve_until_stopped(const Context& context, const ServeOptions& options, const report::ServedPage& page,
                        server::Controls* controls) {
    boost::asio::io_context io(1);
    std::unique_ptr<server::Application> application;
    net::HttpServer http(
        io.get_executor(), {.address = options.address, .port = options.port},
        [&application](net::ServerRequest request) { return application->answer(std::move(request)); });
    if (const Result<void> started = http.start(); !started) {
        return report_error(context, with_holder(started.error(), options));
    }
    const std::string token = is_loopback(options.address) ? "" : net::random_key();
    application = std::make_unique<server::Application>(
        server::Access{
            .hosts = hosts(options, http.port()), .token = token, .cookie = fmt::format("sosia-token-{}", http.port())},
        page.text, page.policy, sources(context, options.folder), controls);
    context.out() << http.url(token.empty() ? "/" : "/?token=" + token) << std::endl;
    boost::asio::co_spawn(io, application->prepare(), boost::asio::detached);
    boost::asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](const boost::system::error_code&, int) {
        http.stop();
        io.stop();
    });
    io.run();
    application.reset();  // its threads end before the loop they answer to
    return exit_passed;
}

int serve_command(const Context& context, const ServeOptions& options) {
    const report::ServedPage page = report::served_page();
    if (page.text.empty()) {
        return report_error(context, Error{ErrorKind::unavailable, "this sosia was built without its web application",
                                           "install Node 20 and npm, then build again"});
    }
    if (!store_is_readable(context)) {
        return exit_usage;
    }
    std::unique_ptr<SuiteRuns> runs;
    if (!options.suites.empty()) {
        Result<std::unique_ptr<SuiteRuns>> made = SuiteRuns::of(context, options.suites);
        if (!made) {
            return report_error(context, made.error());
        }
        runs = std::move(*made);
    }
    return serve_until_stopped(context, options, page, runs.get());
}

}  // namespace

void add_serve(CLI::App& app, Context& context, int& exit_code) {
    auto options = std::make_shared<ServeOptions>();
    CLI::App* command = app.add_subcommand("serve", "The runs of the store in a browser, live while they go on");
    command->footer(
        "Examples:\n  sosia serve                     look only\n"
        "  sosia serve my-suite            also start and stop runs of this suite\n"
        "  sosia serve --port 0\n  sosia serve --address 0.0.0.0 --name ci.example");
    command->add_option("suites", options->suites, "suites whose runs may be started and stopped from the browser")
        ->type_name("PATH");
    command
        ->add_option("--address", options->address,
                     "address to listen on; any but loopback needs the token in the printed link")
        ->capture_default_str();
    command->add_option("--port", options->port, "port; 0 takes a free one")
        ->transform(CLI::Validator([](std::string& text) { return port_problem(text); }, "PORT"))
        ->capture_default_str();
    command->add_option("--name", options->names, "a further host name under which browsers reach it");
    add_folder_option(*command, options->folder);
    command->callback([options, &context, &exit_code] { exit_code = serve_command(context, *options); });
}

}  // namespace sosia::cli
