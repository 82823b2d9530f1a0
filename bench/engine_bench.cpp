// Measures the engine from inside: wall, CPU and memory of many conversations through the same code `sosia run` uses.
//   engine_bench http URL CONVERSATIONS AT_ONCE CALLS   conversations over HTTP, stored in a temporary SQLite file
//   engine_bench inprocess CONVERSATIONS AT_ONCE        against an agent inside the process, stored likewise
//   engine_bench policy STEPS                           policy, reader and realizer alone
// Prints one JSON line.
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "agent/fake_agent.h"
#include "agent/make_agent.h"
#include "base/hash.h"
#include "execution/run.h"
#include "net/http_client.h"

namespace {

namespace asio = boost::asio;
using namespace sosia;

double cpu_ms() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto ms = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
    };
    return ms(usage.ru_utime) + ms(usage.ru_stime);
}

// Memory now, from the kernel, in bytes.
double resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    long total = 0;
    long resident = 0;
    statm >> total >> resident;
    return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double peak_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024;
}

Suite bench_suite(int calls, int at_once) {
    Suite suite;
    suite.name = "bench";
    Persona persona{.id = "ann", .name = "Ann Lee"};
    persona.traits = {{"style", "terse"}, {"emotion", "calm"}, {"knowledge", "novice"}, {"intent", "cooperative"}};
    persona.goal = {.primary = "get the duplicate charge refunded", .side = {"ask how long it takes"}};
    persona.facts = {Fact{.name = "order_id", .value = "A-10023", .asked_by = {"order number"}},
                     Fact{.name = "email", .value = "ann@example.com", .asked_by = {"email"}}};
    persona.knobs.patience = 100;
    Scenario scenario{.id = "refund"};
    scenario.intent = "refund a duplicate charge";
    scenario.category = "billing";
    scenario.context = {{"customer", boost::json::object{{"note", std::string(2500, 'y')}}}};  // requests of about 4 KB
    scenario.truth = {{"refund_window", "14 days"}, {"refund_time", "3-5 business days"}};
    scenario.happy.expect.forbidden = {"waive_fee"};
    suite.personas = {persona};
    suite.scenarios = {scenario};
    suite.adversaries = {Adversary{.id = "cooperative"}};
    suite.limits.turns = calls;
    suite.limits.concurrency = at_once;
    suite.limits.reruns = 0;
    return suite;
}

struct Measured {
    double wall_ms = 0;
    double cpu = 0;
    double memory_per_conversation = 0;
    std::uint64_t done = 0;
    std::uint64_t invalid = 0;
};

template <class MakeAgent>
Measured measure(Suite& suite, int conversations, asio::io_context& io, MakeAgent make_agent) {
    const SystemClock clock;
    const std::string file =
        std::filesystem::temp_directory_path().string() + "/sosia-bench-" + std::to_string(getpid()) + ".db";
    storage::Store store = std::move(storage::open_sqlite(file, storage::Access::read_write).value());
    store.write->create_run({.id = "bench", .suite = "bench"}).value();
    std::unique_ptr<user::Engine> engine = std::move(user::Engine::create().value());
    const auto scorer = std::move(scoring::Scorer::create(suite, engine->reader()).value());
    std::unique_ptr<agent::Agent> agent = make_agent(clock);
    analysis::SummaryBuilder summary(suite, static_cast<std::uint64_t>(conversations));
    execution::StopSwitch stop(suite.limits, clock);
    Measured result;
    {
        storage::AsyncWriter writer(io.get_executor(), std::move(store.write), "bench");
        execution::Work work{.suite = suite};
        for (int i = 0; i < conversations; ++i) {
            work.ordinals.push_back(static_cast<std::uint64_t>(i));
        }
        work.job = [](std::uint64_t i) {
            return execution::Job{
                i, hex(hash64("bench", i), 12), {"ann", "refund", "", "cooperative", static_cast<int>(i)}, i};
        };
        const double memory_before = resident_bytes();
        const double cpu_before = cpu_ms();
        const std::int64_t began = clock.steady_us();
        double most = 0;
        std::uint64_t seen = 0;
        const auto finished = [&](const Conversation&) {
            if (++seen % 256 == 0) {
                most = std::max(most, resident_bytes());
            }
        };
        asio::co_spawn(
            io,
            execution::execute(std::move(work),
                               execution::Tools{*agent, *engine, *scorer, clock, writer, summary, stop, finished}),
            [](const std::exception_ptr& error, const Result<void>& done) {
                if (error != nullptr || !done) {
                    std::fprintf(stderr, "the run failed: %s\n", done ? "exception" : done.error().message.c_str());
                    std::exit(1);
                }
            });
        io.run();
        result.wall_ms = static_cast<double>(clock.steady_us() - began) / 1e3;
        result.cpu = cpu_ms() - cpu_before;
        result.memory_per_conversation = (most - memory_before) / std::min(conversations, suite.limits.concurrency);
    }
    result.done = summary.done();
    result.invalid = summary.invalid();
    for (const char* end : {"", "-wal", "-shm", ".lock", "-journal"}) {
        std::error_code ignored;
        std::filesystem::remove_all(file + end, ignored);
    }
    return result;
}

void print(const Measured& m) {
    const double n = static_cast<double>(std::max<std::uint64_t>(1, m.done));
    std::cout << boost::json::serialize(
                     boost::json::object{{"wall_ms", m.wall_ms},
                                         {"cpu_ms", m.cpu},
                                         {"cpu_ms_per_conversation", m.cpu / n},
                                         {"conversations_per_cpu_second", n / m.cpu * 1e3},
                                         {"done", m.done},
                                         {"invalid", m.invalid},
                                         {"bytes_per_conversation_in_flight", m.memory_per_conversation},
                                         {"peak_bytes", peak_bytes()}})
              << "\n";
}

int http_bench(char** argv) {
    const int conversations = std::atoi(argv[3]);
    const int at_once = std::atoi(argv[4]);
    Suite suite = bench_suite(std::atoi(argv[5]), at_once);
    suite.agent.type = "url";
    suite.agent.args = {{"url", argv[2]}};
    asio::io_context io(1);
    net::HttpClient http(io.get_executor());
    print(measure(suite, conversations, io, [&](const Clock& clock) {
        return std::move(agent::make_http_agent({.spec = &suite.agent,
                                                 .limits = &suite.limits,
                                                 .executor = io.get_executor(),
                                                 .http = &http,
                                                 .clock = &clock})
                             .value());
    }));
    return 0;
}

agent::Exchange helpful(const agent::Request& request) {
    switch (request.messages.size()) {
        case 1:
            return agent::Reply{.text = "I'm sorry to hear that. Could you give me your order number?"};
        case 3:
            return agent::Reply{.text = "Thank you. And what is the email address on the account?"};
        case 5:
            return agent::Reply{.text = "I can see the charge from that order. Shall I refund it for you?"};
        case 7:
            return agent::Reply{.text = "I've refunded the duplicate charge. It takes 3-5 business days.",
                                .tools = {{.name = "issue_refund"}}};
        default:
            return agent::Reply{.text = "It takes 3-5 business days until you see it. Anything else, point " +
                                        std::to_string(request.messages.size()) + "?"};
    }
}

int inprocess_bench(char** argv) {
    Suite suite = bench_suite(12, std::atoi(argv[3]));
    asio::io_context io(1);
    print(measure(suite, std::atoi(argv[2]), io,
                  [](const Clock&) { return std::make_unique<agent::FakeAgent>(helpful); }));
    return 0;
}

int policy_bench(char** argv) {
    const int steps = std::atoi(argv[2]);
    const Suite suite = bench_suite(20, 1);
    std::unique_ptr<user::Engine> engine = std::move(user::Engine::create().value());
    const CellParts parts{&suite.personas[0], &suite.scenarios[0], &suite.scenarios[0].happy, &suite.adversaries[0]};
    const std::vector<ToolCall> none;
    const double before = cpu_ms();
    std::size_t bytes = 0;
    int taken = 0;
    for (std::uint64_t seed = 0; taken < steps; ++seed) {
        user::BuiltinUser user(*engine, parts, seed, 20);
        bytes += user.open(std::nullopt).text.size();
        for (int i = 0; i < 8; ++i, ++taken) {
            const std::string text =
                "Thank you, I have noted that. Could you tell me a little more about point " + std::to_string(i) + "?";
            bytes += user.react({.text = text, .tools = &none}).text.size();
        }
    }
    const double ms = cpu_ms() - before;
    std::cout << boost::json::serialize(boost::json::object{
                     {"steps", taken}, {"cpu_ms", ms}, {"steps_per_second", taken / ms * 1e3}, {"bytes", bytes}})
              << "\n";
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "http" && argc == 6) {
        return http_bench(argv);
    }
    if (mode == "inprocess" && argc == 4) {
        return inprocess_bench(argv);
    }
    if (mode == "policy" && argc == 3) {
        return policy_bench(argv);
    }
    std::fprintf(
        stderr,
        "usage: engine_bench http URL CONVERSATIONS AT_ONCE CALLS | inprocess CONVERSATIONS AT_ONCE | policy STEPS\n");
    return 2;
}
