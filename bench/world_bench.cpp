// Measures worlds: memory of many at once, what a read costs, and how fast their doors are.
//   world_bench memory SUITE WORLDS              so many worlds over one base; bytes in all and per world
//   world_bench writes SUITE TRAJECTORIES WORLDS the same after the recorded calls were made in each
//   world_bench read SUITE COLLECTION            nanoseconds per look-up of a document
//   world_bench doors SUITE TRAJECTORIES CONVERSATIONS http|mcp
//       a scripted agent in a second process plays the recorded calls in so many conversations at once
//       and is checked: every world must come out as it does when the same calls are made without a door
// Prints one JSON line. bench/worlds.py takes each several times.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "net/http_client.h"
#include "net/open_files.h"
#include "spec/load.h"
#include "world/doors.h"
#include "world/trajectories.h"

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace sosia;

double cpu_us(int who) {
    rusage usage{};
    getrusage(who, &usage);
    const auto us = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec);
    };
    return us(usage.ru_utime) + us(usage.ru_stime);
}

double resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    long total = 0;
    long resident = 0;
    statm >> total >> resident;
    return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double seconds_now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Suite load(const std::string& path) {
    spec::LoadResult loaded = spec::load_suite(path, [](std::string_view name) -> std::optional<std::string> {
        const char* value = std::getenv(std::string(name).c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    });
    for (const spec::Diagnostic& d : loaded.diagnostics) {
        std::cerr << spec::render(d) << "\n";
    }
    return std::move(loaded.suite.value());
}

std::vector<world::Trajectory> trajectories(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    std::stringstream text;
    text << stream.rdbuf();
    return world::read_trajectories(json::parse(text.str())).value();
}

using Seats = std::vector<std::unique_ptr<world::Seat>>;

Seats seats(const std::shared_ptr<const world::Toolbox>& toolbox, std::size_t count) {
    Seats out;
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(world::Seat::make(toolbox, {}, i, std::to_string(i)).value());
    }
    return out;
}

void print(const json::object& numbers) {
    std::cout << json::serialize(numbers) << "\n";
}

void memory(const std::shared_ptr<const world::Toolbox>& toolbox, std::size_t count,
            const std::vector<world::Trajectory>& recorded) {
    const double before = resident_bytes();
    const Seats all = seats(toolbox, count);
    for (std::size_t i = 0; i < count && !recorded.empty(); ++i) {
        for (const world::RecordedCall& call : recorded[i % recorded.size()].calls) {
            all[i]->call(call.tool, call.arguments);
        }
        all[i]->take_calls();
    }
    const double after = resident_bytes();
    print({{"worlds", count},
           {"bytes_in_all", after},
           {"bytes_of_base_and_program", before},
           {"bytes_per_world", (after - before) / static_cast<double>(count)}});
}

void read(const world::Toolbox& toolbox, const std::string& collection) {
    world::State state = toolbox.begin({}, 1, "c").value();
    std::vector<std::string> ids;
    state.documents.each(collection, [&ids](std::string_view id, const json::value&) {
        ids.emplace_back(id);
        return true;
    });
    const auto measure = [&] {
        constexpr std::size_t reads = 2'000'000;
        std::size_t found = 0;
        const double begin = seconds_now();
        for (std::size_t i = 0; i < reads; ++i) {
            found += state.documents.find(collection, ids[(i * 7919) % ids.size()]) != nullptr ? 1U : 0U;
        }
        const double ns = (seconds_now() - begin) * 1e9 / static_cast<double>(reads);
        return found == reads ? ns : -1;
    };
    const double untouched = measure();
    for (std::size_t i = 0; i < ids.size(); i += 10) {
        state.documents.put(collection, ids[i], json::value(1));
    }
    print({{"ns_per_read", untouched}, {"ns_per_read_with_a_tenth_written", measure()}});
}

// The client's side: one coroutine per conversation.
asio::awaitable<void> play(net::HttpClient& client, const world::Entrance& entrance, const world::Trajectory& recorded,
                           bool mcp, std::size_t& wrong) {
    int id = 0;
    for (const world::RecordedCall& call : recorded.calls) {
        const json::object params{{"name", call.tool}, {"arguments", call.arguments}};
        net::HttpRequest request{.method = "POST", .headers = {{"Content-Type", "application/json"}}};
        request.url = mcp ? entrance.mcp : entrance.tools + "/" + call.tool;
        request.body =
            json::serialize(mcp ? json::value(json::object{
                                      {"jsonrpc", "2.0"}, {"id", ++id}, {"method", "tools/call"}, {"params", params}})
                                : call.arguments);
        const net::HttpResult answer = co_await client.send(std::move(request));
        wrong += answer && (answer->status == 200 || answer->status == 422) ? 0U : 1U;
    }
}

int play_all(const std::vector<world::Entrance>& entrances, const std::vector<world::Trajectory>& recorded, bool mcp) {
    asio::io_context io(1);
    net::HttpClient client(io.get_executor());
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < entrances.size(); ++i) {
        asio::co_spawn(io, play(client, entrances[i], recorded[i % recorded.size()], mcp, wrong), asio::detached);
    }
    io.run();
    return wrong == 0 ? 0 : 1;
}

// The worlds that did not come out as they do when the calls are made directly. A conversation that its agent ended
// is closed in both.
std::size_t astray(const std::shared_ptr<const world::Toolbox>& toolbox, const Seats& all,
                   const std::vector<world::Trajectory>& recorded) {
    std::size_t out = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto direct = world::Seat::make(toolbox, {}, i, std::to_string(i)).value();
        for (const world::RecordedCall& call : recorded[i % recorded.size()].calls) {
            direct->call(call.tool, call.arguments);
        }
        const auto same = [](const std::vector<ToolCall>& a, const std::vector<ToolCall>& b) {
            return std::ranges::equal(
                a, b, [](const ToolCall& x, const ToolCall& y) { return x.name == y.name && x.result == y.result; });
        };
        const bool as_direct =
            same(direct->take_calls(), all[i]->take_calls()) && direct->record().changes == all[i]->record().changes;
        out += as_direct ? 0U : 1U;
    }
    return out;
}

struct Load {
    double wall_s = 0;
    double cpu_us = 0;
    bool answered = false;
};

// Serves until the agent, in a process of its own, has made all its calls.
Load serve_all(asio::io_context& io, const std::vector<world::Entrance>& entrances,
               const std::vector<world::Trajectory>& recorded, bool mcp) {
    const pid_t agent = fork();
    if (agent == 0) {
        std::_Exit(play_all(entrances, recorded, mcp));
    }
    const double cpu = cpu_us(RUSAGE_SELF);
    const double begin = seconds_now();
    int status = 0;
    while (waitpid(agent, &status, WNOHANG) == 0) {
        io.run_for(std::chrono::milliseconds(5));
    }
    return {.wall_s = seconds_now() - begin,
            .cpu_us = cpu_us(RUSAGE_SELF) - cpu,
            .answered = WIFEXITED(status) && WEXITSTATUS(status) == 0};
}

void doors(const std::shared_ptr<const world::Toolbox>& toolbox, const std::vector<world::Trajectory>& recorded,
           std::size_t count, bool mcp) {
    net::raise_open_file_limit();
    asio::io_context io(1);
    world::Doors at(io.get_executor());
    at.start().value();
    const double before = resident_bytes();
    const Seats all = seats(toolbox, count);
    std::vector<world::Entrance> entrances;
    double calls = 0;
    for (std::size_t i = 0; i < count; ++i) {
        entrances.push_back(at.open(*all[i]));
        calls += static_cast<double>(recorded[i % recorded.size()].calls.size());
    }
    const Load load = serve_all(io, entrances, recorded, mcp);
    const double after = resident_bytes();
    at.stop();
    print({{"conversations", count},
           {"door", mcp ? "mcp" : "http"},
           {"calls", calls},
           {"all_answered", load.answered},
           {"worlds_astray", astray(toolbox, all, recorded)},
           {"calls_per_second", calls / load.wall_s},
           {"server_cpu_us_per_call", load.cpu_us / calls},
           {"client_cpu_us_per_call", cpu_us(RUSAGE_CHILDREN) / calls},
           {"bytes_in_all", after},
           {"bytes_per_conversation", (after - before) / static_cast<double>(count)}});
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> args(argv + 1, argv + argc);
    if (args.size() < 3) {
        std::cerr << "world_bench memory|writes|read|doors SUITE ...; see bench/world_bench.cpp\n";
        return 4;
    }
    const Suite suite = load(args[1]);
    const auto toolbox = world::Toolbox::make(suite.worlds.at(0)).value();
    if (args[0] == "memory") {
        memory(toolbox, std::stoul(args[2]), {});
    } else if (args[0] == "writes") {
        memory(toolbox, std::stoul(args.at(3)), trajectories(args[2]));
    } else if (args[0] == "read") {
        read(*toolbox, args[2]);
    } else {
        doors(toolbox, trajectories(args[2]), std::stoul(args.at(3)), args.at(4) == "mcp");
    }
    return 0;
}
