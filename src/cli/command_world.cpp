// A world by hand: its tools, a call, what is in it, what was changed. What was called so far is kept in a file and
// called again each time, so that counters, random numbers and the clock go on as they would in a conversation.
#include <CLI/CLI.hpp>

#include <csignal>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "base/text.h"
#include "cli/context.h"
#include "domain/json_text.h"
#include "spec/diagnostics.h"
#include "world/compare.h"
#include "world/doors.h"
#include "world/json_text.h"
#include "world/remote_tools.h"

namespace sosia::cli {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

struct WorldOptions {
    std::string suite = ".";
    std::string world;
    std::string scenario;
    std::string edge_case;
    std::string calls_file;
    std::uint64_t seed = 1;
    std::string tool;
    std::string arguments = "{}";
    std::string collection;
    std::string id;
    int port = 0;
    bool json = false;
};

struct Opened {
    // What the servers live on: it goes last.
    std::unique_ptr<boost::asio::io_context> io = std::make_unique<boost::asio::io_context>(1);
    Suite suite;
    std::string calls_file;
    std::vector<std::shared_ptr<world::RemoteTools>> servers;
    std::shared_ptr<world::Seat> seat;
};

template <class List>
std::vector<std::string> ids_of(const List& list) {
    std::vector<std::string> out;
    for (const auto& one : list) {
        out.push_back(one.id);
    }
    return out;
}

std::unexpected<Error> unknown(const std::string& what, const std::string& name,
                               const std::vector<std::string>& known) {
    const std::string near = spec::did_you_mean(name, known);
    const std::string all = known.empty() ? "there are none" : "there are: " + shorten(join(known, ", "), 300);
    return fail(ErrorKind::usage, fmt::format("there is no {} \"{}\"", what, name), near.empty() ? all : near);
}

Result<const WorldSpec*> chosen_world(const Suite& suite, const WorldOptions& options, const Scenario* scenario) {
    const std::vector<std::string> ids = ids_of(suite.worlds);
    const std::string wanted = !options.world.empty() ? options.world : scenario != nullptr ? scenario->world : "";
    const WorldSpec* found = wanted.empty() && ids.size() == 1 ? &suite.worlds.front() : suite.world(wanted);
    if (found == nullptr) {
        return fail(ErrorKind::usage,
                    ids.empty()      ? "the suite has no world"
                    : wanted.empty() ? "the suite has several worlds: " + join(ids, ", ")
                                     : fmt::format("there is no world \"{}\"; there are: {}", wanted, join(ids, ", ")),
                    ids.empty() ? "docs/worlds.md says how to write one" : "choose with --world ID");
    }
    return found;
}

Result<std::vector<std::pair<std::string, json::value>>> calls_so_far(const std::string& path) {
    std::vector<std::pair<std::string, json::value>> out;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        boost::system::error_code error;
        const json::value call = json::parse(line, error);
        const json::value* name = error ? nullptr : world::value_at(call, "name");
        const json::value* arguments = error ? nullptr : world::value_at(call, "arguments");
        if (name == nullptr || !name->is_string() || arguments == nullptr) {
            return fail(ErrorKind::malformed, fmt::format("{} is no list of calls", path),
                        "sosia world reset begins again");
        }
        out.emplace_back(std::string(name->get_string()), *arguments);
    }
    return out;
}

Result<Opened> open_world(Suite suite, const WorldOptions& options) {
    Opened out{.suite = std::move(suite), .calls_file = {}, .seat = nullptr};
    const Scenario* scenario = options.scenario.empty() ? nullptr : out.suite.scenario(options.scenario);
    const EdgeCase* edge_case = scenario == nullptr ? nullptr : find_edge_case(*scenario, options.edge_case);
    if (options.scenario.empty() && !options.edge_case.empty()) {
        return fail(ErrorKind::usage, "--edge-case needs the scenario it belongs to", "name it with --scenario");
    }
    if (!options.scenario.empty() && scenario == nullptr) {
        return unknown("scenario", options.scenario, ids_of(out.suite.scenarios));
    }
    if (scenario != nullptr && edge_case == nullptr) {
        return unknown("edge case of " + scenario->id, options.edge_case, ids_of(scenario->edge_cases));
    }
    const Result<const WorldSpec*> spec = chosen_world(out.suite, options, scenario);
    if (!spec) {
        return std::unexpected(spec.error());
    }
    Result<std::shared_ptr<const world::Toolbox>> toolbox = world::Toolbox::make(**spec);
    if (!toolbox) {
        return std::unexpected(toolbox.error());
    }
    out.calls_file =
        options.calls_file.empty() ? fmt::format(".sosia/world-{}.jsonl", (*spec)->id) : options.calls_file;
    Result<std::unique_ptr<world::Seat>> seat = world::Seat::make(
        *toolbox, edge_case == nullptr ? json::object{} : edge_case->documents, options.seed, "by-hand");
    const auto calls = calls_so_far(out.calls_file);
    if (!seat || !calls) {
        return std::unexpected(seat ? calls.error() : seat.error());
    }
    out.seat = std::move(*seat);
    for (const auto& [name, arguments] : *calls) {
        out.seat->call(name, arguments);
    }
    return out;
}

// To its end; what it throws is thrown here.
void run(Opened& opened, boost::asio::awaitable<void> what) {
    opened.io->restart();
    boost::asio::co_spawn(*opened.io, std::move(what), [](const std::exception_ptr& error) {
        if (error != nullptr) {
            std::rethrow_exception(error);
        }
    });
    opened.io->run();
}

// All of them, those that only events call too.
std::vector<const WorldTool*> shown_tools(const Opened& opened) {
    std::vector<const WorldTool*> out;
    for (const WorldTool& tool : opened.seat->toolbox().spec().tools) {
        out.push_back(&tool);
    }
    for (const WorldTool* tool : opened.seat->offered()) {
        if (tool->action == "mcp") {
            out.push_back(tool);
        }
    }
    return out;
}

void print_tool_list(const Context& context, const std::vector<const WorldTool*>& tools, bool as_json) {
    if (as_json) {
        json::array out;
        for (const WorldTool* tool : tools) {
            out.emplace_back(json::object{
                {"name", tool->name}, {"description", tool->description}, {"parameters", tool->parameters}});
        }
        context.out() << sosia::json_text(out) << "\n";
        return;
    }
    for (const WorldTool* tool : tools) {
        std::vector<std::string> names;
        if (const json::value* properties = tool->parameters.if_contains("properties");
            properties != nullptr && properties->is_object()) {
            for (const auto& property : properties->get_object()) {
                names.emplace_back(property.key());
            }
        }
        context.out() << fmt::format("{}({})\n    {}\n", tool->name, join(names, ", "),
                                     tool->description.empty() ? tool->action : tool->description);
    }
}

// The MCP servers of the world, for as long as the command runs.
boost::asio::awaitable<void> connect_servers(Opened& opened) {
    const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
    for (const WorldServer& server : opened.seat->toolbox().spec().servers) {
        auto tools = co_await world::RemoteTools::connect(executor, server, "by-hand");
        if (tools) {
            opened.servers.push_back(*tools);
            opened.seat->add_remote(std::move(*tools));
        } else {
            opened.seat->lacks(tools.error().message);
        }
    }
}

boost::asio::awaitable<void> leave_servers(Opened& opened) {
    for (const std::shared_ptr<world::RemoteTools>& tools : opened.servers) {
        co_await tools->close();
    }
}

void print_tools(const Context& context, Opened& opened, bool as_json) {
    const auto reach = [&opened]() -> boost::asio::awaitable<void> {
        co_await connect_servers(opened);
        co_await leave_servers(opened);
    };
    run(opened, reach());
    print_tool_list(context, shown_tools(opened), as_json);
}

int call_tool(const Context& context, Opened& opened, const WorldOptions& options) {
    boost::system::error_code error;
    const json::value arguments = json::parse(options.arguments, error);
    if (error) {
        return report_error(context, Error{ErrorKind::usage, "the arguments are not JSON: " + error.message(),
                                           "write them as '{\"order_id\": \"A-1\"}'"});
    }
    world::Answer answer;
    std::vector<std::string> names;
    const auto serve_it = [&]() -> boost::asio::awaitable<void> {
        co_await connect_servers(opened);
        answer = co_await opened.seat->serve(options.tool, arguments);
        for (const WorldTool* tool : opened.seat->offered()) {
            names.push_back(tool->name);
        }
        co_await leave_servers(opened);
    };
    run(opened, serve_it());
    if (answer.kind == world::Answer::Kind::unknown || answer.kind == world::Answer::Kind::invalid) {
        const std::string near =
            answer.kind == world::Answer::Kind::unknown ? spec::did_you_mean(options.tool, names) : std::string();
        return report_error(context,
                            Error{ErrorKind::usage, world::answer_text(answer.value, false),
                                  near.empty() ? "sosia world tools lists the tools and their arguments" : near});
    }
    std::error_code ignored;
    fs::create_directories(fs::path(opened.calls_file).parent_path(), ignored);
    std::ofstream file(opened.calls_file, std::ios::app);
    file << sosia::json_text(json::object{{"name", options.tool}, {"arguments", arguments}}) << "\n";
    file.close();
    if (!file) {
        return report_error(context, Error{ErrorKind::unavailable, "cannot write " + opened.calls_file, ""});
    }
    context.out() << world::answer_text(answer.value, opened.seat->toolbox().spec().spaced) << "\n";
    return answer.ok() ? exit_passed : exit_failed;
}

int print_state(const Context& context, Opened& opened, const WorldOptions& options) {
    const world::Documents& documents = opened.seat->state().documents;
    if (options.collection.empty()) {
        for (const std::string& name : documents.collections()) {
            context.out() << fmt::format("{}: {} documents\n", name, documents.size(name));
        }
        return exit_passed;
    }
    if (!documents.has_collection(options.collection)) {
        return report_error(context, unknown("collection", options.collection, documents.collections()).error());
    }
    bool found = false;
    documents.each(options.collection, [&](std::string_view id, const json::value& document) {
        if (options.id.empty() || options.id == id) {
            context.out() << fmt::format("{}/{}: {}\n", options.collection, id, sosia::json_text(document));
            found = true;
        }
        return true;
    });
    return found || options.id.empty()
               ? exit_passed
               : report_error(context, Error{ErrorKind::usage,
                                             fmt::format("{} has no document \"{}\"", options.collection, options.id),
                                             "sosia world state " + options.collection + " lists them"});
}

int print_diff(const Context& context, Opened& opened, bool as_json) {
    const world::Documents& documents = opened.seat->state().documents;
    const json::object changes = documents.changes();
    if (as_json) {
        context.out() << sosia::json_text(changes) << "\n";
        return exit_passed;
    }
    if (changes.empty()) {
        context.err() << "nothing differs from the beginning\n";
    }
    for (const auto& [collection, by_id] : changes) {
        for (const auto& [id, document] : by_id.as_object()) {
            const std::string name = fmt::format("{}/{}", std::string(collection), std::string(id));
            const json::value* before = documents.original(collection, id);
            if (before == nullptr || document.is_null()) {
                context.out() << (before == nullptr ? "+ " : "- ") << name << ": "
                              << sosia::json_text(before == nullptr ? document : *before) << "\n";
                continue;
            }
            for (const world::Difference& one : world::compare_json(before, &document, name)) {
                context.out() << fmt::format("~ {}: {} -> {}\n", one.at, one.expected, one.found);
            }
        }
    }
    return exit_passed;
}

// Serves one conversation until Ctrl-C, for those who write an agent.
int serve(const Context& context, Opened& opened, std::uint16_t port) {
    world::Doors doors(opened.io->get_executor(), {.port = port});
    if (const Result<void> started = doors.start(); !started) {
        return report_error(context, started.error());
    }
    const auto until_stopped = [&]() -> boost::asio::awaitable<void> {
        co_await connect_servers(opened);
        const world::Entrance entrance = doors.open(*opened.seat);
        context.out() << "tools " << entrance.tools << "\nmcp   " << entrance.mcp << std::endl;
        boost::asio::signal_set signals(co_await boost::asio::this_coro::executor, SIGINT, SIGTERM);
        co_await signals.async_wait(boost::asio::use_awaitable);
        co_await leave_servers(opened);
        doors.stop();
    };
    run(opened, until_stopped());
    return exit_passed;
}

int run_world(const Context& context, const WorldOptions& options, std::string_view what) {
    std::optional<Suite> suite = load(context, options.suite);
    if (!suite) {
        return exit_usage;
    }
    if (what == "reset") {
        const Result<const WorldSpec*> spec = chosen_world(*suite, options, nullptr);
        if (!spec) {
            return report_error(context, spec.error());
        }
        std::error_code ignored;
        fs::remove(options.calls_file.empty() ? fmt::format(".sosia/world-{}.jsonl", (*spec)->id) : options.calls_file,
                   ignored);
        return exit_passed;
    }
    Result<Opened> opened = open_world(std::move(*suite), options);
    if (!opened) {
        return report_error(context, opened.error());
    }
    if (what == "tools") {
        print_tools(context, *opened, options.json);
        return exit_passed;
    }
    if (what == "call") {
        return call_tool(context, *opened, options);
    }
    if (what == "state") {
        return print_state(context, *opened, options);
    }
    return what == "diff" ? print_diff(context, *opened, options.json)
                          : serve(context, *opened, static_cast<std::uint16_t>(options.port));
}

CLI::App* add_part(CLI::App& world, const std::string& name, const std::string& what,
                   const std::shared_ptr<WorldOptions>& options, Context& context, int& exit_code) {
    CLI::App* command = world.add_subcommand(name, what);
    command->add_option("--suite", options->suite, "sosia.yaml or its folder")->capture_default_str();
    command->add_option("--world", options->world, "id of the world (default: the suite's only one)");
    command->add_option("--scenario", options->scenario, "begin with this scenario's documents");
    command->add_option("--edge-case", options->edge_case, "and those of this edge case");
    command->add_option("--calls", options->calls_file,
                        "file that keeps the calls so far (default: .sosia/world-ID.jsonl)");
    command->add_option("--seed", options->seed, "seed of random numbers and faults")->capture_default_str();
    command->callback([options, name, &context, &exit_code] { exit_code = run_world(context, *options, name); });
    return command;
}

}  // namespace

void add_world(CLI::App& app, Context& context, int& exit_code) {
    CLI::App* world = app.add_subcommand("world", "Look at a world and call its tools by hand");
    world->footer(
        "Examples:\n  sosia world tools\n  sosia world call get_order '{\"order_id\": \"A-1\"}'\n  sosia world state "
        "orders A-1\n"
        "  sosia world diff           what the calls so far have changed\n  sosia world reset          forget them\n"
        "  sosia world serve          over HTTP and MCP, until Ctrl-C");
    world->require_subcommand(0, 1);
    world->callback([world, &context, &exit_code] {
        if (world->get_subcommands().empty()) {
            exit_code = report_error(
                context, Error{ErrorKind::usage, "what about the world? tools, call, state, diff, reset or serve",
                               "sosia world --help shows examples"});
        }
    });
    const auto options = std::make_shared<WorldOptions>();
    const auto part = [&](const std::string& name, const std::string& what) {
        return add_part(*world, name, what, options, context, exit_code);
    };
    part("tools", "The tools and their arguments")->add_flag("--json", options->json, "with their schemas");
    CLI::App* call = part("call", "Calls one tool; exit code 1 when it answers with an error");
    call->add_option("tool", options->tool, "name of the tool")->required();
    call->add_option("arguments", options->arguments, "its arguments as JSON")->capture_default_str();
    CLI::App* state = part("state", "The collections, one of them, or one document");
    state->add_option("collection", options->collection, "only this collection");
    state->add_option("id", options->id, "only this document");
    part("diff", "What the calls so far have changed")->add_flag("--json", options->json, "as JSON");
    part("reset", "Forgets the calls so far");
    part("serve", "Serves the world over HTTP and MCP until Ctrl-C")
        ->add_option("--port", options->port, "port to listen on (default: a free one)")
        ->check(CLI::Range(0, 65535));
}

}  // namespace sosia::cli
