#include <CLI/CLI.hpp>

#include <csignal>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/parse.hpp>

#include "cli/stored_run.h"
#include "domain/record_json.h"
#include "net/http_server.h"
#include "net/secret.h"
#include "server/application.h"

namespace sosia::cli {
namespace {

struct ServeOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8420;
    std::vector<std::string> names;  // further values of Host
};

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

Result<std::string> index_of(const Context& context, storage::RunReader& reader, const std::string& id) {
    const Result<StoredRun> run = load_run(context, reader, id);
    if (!run) {
        return std::unexpected(run.error());
    }
    report::HtmlReport html(*run->suite);
    const Result<void> read = reader.records(run->meta.id, [&](std::string_view record) {
        if (const Result<Conversation> c =
                conversation_from_json(boost::json::parse(boost::json::string_view(record.data(), record.size())))) {
            html.add(record, *c);
        }
        return true;
    });
    if (!read) {
        return std::unexpected(read.error());
    }
    return html.served_index(run->meta, run->summary);
}

int serve_command(const Context& context, const ServeOptions& options) {
    const report::ServedPage page = report::served_page();
    if (page.text.empty()) {
        return report_error(context, Error{ErrorKind::unavailable, "this sosia was built without its web application",
                                           "install Node 20 and npm, then build again"});
    }
    const std::optional<storage::Store> store = open_store(context, storage::Access::read_only);
    if (!store) {
        return exit_usage;
    }
    boost::asio::io_context io(1);
    std::unique_ptr<server::Application> application;
    net::HttpServer http(
        io.get_executor(), {.address = options.address, .port = options.port},
        [&application](net::ServerRequest request) { return application->answer(std::move(request)); });
    if (const Result<void> started = http.start(); !started) {
        return report_error(context, started.error());
    }
    const std::string token = is_loopback(options.address) ? "" : net::random_key();
    application = std::make_unique<server::Application>(
        server::Access{.hosts = hosts(options, http.port()), .token = token}, page.text, page.policy, *store->read,
        [&](const std::string& id) { return index_of(context, *store->read, id); });
    context.out() << http.url(token.empty() ? "/" : "/?token=" + token) << std::endl;
    boost::asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](const boost::system::error_code&, int) {
        http.stop();
        io.stop();
    });
    io.run();
    return exit_passed;
}

}  // namespace

void add_serve(CLI::App& app, Context& context, int& exit_code) {
    auto options = std::make_shared<ServeOptions>();
    CLI::App* command = app.add_subcommand("serve", "The runs of the store in a browser, live while they go on");
    command->footer(
        "Examples:\n  sosia serve\n  sosia serve --port 0\n  sosia serve --address 0.0.0.0 --name ci.example");
    command
        ->add_option("--address", options->address,
                     "address to listen on; any but loopback needs the token in the printed link")
        ->capture_default_str();
    command->add_option("--port", options->port, "port; 0 takes a free one")->capture_default_str();
    command->add_option("--name", options->names, "a further host name under which browsers reach it");
    command->callback([options, &context, &exit_code] { exit_code = serve_command(context, *options); });
}

}  // namespace sosia::cli
