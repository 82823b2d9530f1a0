// Measures the engine from inside: wall, CPU and memory of many conversations through the same code `sosia run` uses.
//   engine_bench http URL CONVERSATIONS AT_ONCE CALLS   conversations over HTTP, stored in a temporary SQLite file
//   engine_bench inprocess CONVERSATIONS AT_ONCE        against an agent inside the process, stored likewise
//   engine_bench policy STEPS                           policy, reader and realizer alone
// Prints one JSON line.
#include "agent/fake_agent.h"
#include "agent/make_agent.h"
#include "bench_run.h"
#include "net/http_client.h"

namespace {

namespace asio = boost::asio;
using namespace sosia;
using bench::cpu_ms;

constexpr std::size_t note = 2500;  // bytes of context: requests of about 4 KB

template <class MakeAgent>
int measure(const Suite& suite, int conversations, asio::io_context& io, MakeAgent make_agent) {
    const SystemClock clock;
    std::unique_ptr<user::Engine> engine = std::move(user::Engine::create().value());
    std::unique_ptr<agent::Agent> agent = make_agent(clock);
    bench::BenchRun run(suite, io, *engine, *agent, conversations, "run");
    const double before = cpu_ms();
    run.start();
    io.run();
    std::cout << boost::json::serialize(bench::figures_of(run, cpu_ms() - before)) << "\n";
    return 0;
}

int http_bench(char** argv) {
    const int conversations = std::atoi(argv[3]);
    const int at_once = std::atoi(argv[4]);
    Suite suite = bench::bench_suite(std::atoi(argv[5]), at_once, note);
    suite.agent.type = "url";
    suite.agent.args = {{"url", argv[2]}};
    asio::io_context io(1);
    net::HttpClient http(io.get_executor());
    return measure(suite, conversations, io, [&](const Clock& clock) {
        return std::move(agent::make_http_agent({.spec = &suite.agent,
                                                 .limits = &suite.limits,
                                                 .executor = io.get_executor(),
                                                 .http = &http,
                                                 .clock = &clock})
                             .value());
    });
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
    Suite suite = bench::bench_suite(12, std::atoi(argv[3]), note);
    asio::io_context io(1);
    return measure(suite, std::atoi(argv[2]), io,
                   [](const Clock&) { return std::make_unique<agent::FakeAgent>(helpful); });
}

int policy_bench(char** argv) {
    const int steps = std::atoi(argv[2]);
    const Suite suite = bench::bench_suite(20, 1, note);
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
