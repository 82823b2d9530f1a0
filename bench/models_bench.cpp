// Measures runs in which models play: a user worded by a model, an agent that is a model, a judge that is one, all over
// HTTP and each as production makes it (metered, cached, in its lane), stored in a temporary SQLite file.
//   models_bench run URL CONVERSATIONS AT_ONCE USER_TURNS        2 x USER_TURNS + 1 calls a conversation
//   models_bench beside URL CONVERSATIONS AT_ONCE USER_TURNS SLOW   the same while SLOW more conversations wait for a
//                                                                provider that takes five requests a second
// SOSIA_MODEL_CACHE=off measures without the cache of answers. Prints one JSON line.
#include <optional>

#include "agent/make_agent.h"
#include "bench_run.h"
#include "cli/model_desk.h"
#include "net/http_client.h"

namespace {

namespace asio = boost::asio;
using namespace sosia;

constexpr std::size_t note = 300;  // bytes of context

std::optional<std::string> variable(std::string_view name) {
    const char* value = std::getenv(std::string(name).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

// One run with its models. What it shares with others (loop, desk, engine) outlives it.
class ModelRun {
  public:
    struct Shared {
        asio::io_context& io;
        net::HttpClient& http;
        cli::ModelDesk& desk;
        user::Engine& engine;
        const prompt::Book& book;
        const user::Guards& guards;
        const Clock& clock;
    };
    // `requests_per_minute` bounds the models of user and judge; 0: nothing does.
    ModelRun(Shared shared, const std::string& url, const std::string& name, int conversations, int at_once, int turns,
             double requests_per_minute)
        : suite_(suite_for(url, at_once, turns)),
          agent_(std::move(agent::make_openai_agent({.spec = &suite_.agent,
                                                     .limits = &suite_.limits,
                                                     .executor = shared.io.get_executor(),
                                                     .http = &shared.http,
                                                     .clock = &shared.clock})
                               .value())),
          run_(suite_, shared.io, shared.engine, *agent_, conversations, name) {
        const auto model = [&](llm::MeterRole role, const char* id) {
            return shared.desk
                .make({.choice = {.name = url + "#" + name + id, .requests_per_minute = requests_per_minute},
                       .role = role,
                       .store_path = run_.file()},
                      shared.http)
                .value();
        };
        voice_.emplace(model(llm::MeterRole::user, "-user"), shared.book, shared.guards, suite_.user);
        judge_ = std::move(judge::Judge::create(suite_, model(llm::MeterRole::judge, "-judge"), shared.book).value());
    }
    void start() { run_.start(&*voice_, judge_.get(), {{"task-completion"}}); }
    const bench::BenchRun& figures() const { return run_; }

  private:
    static Suite suite_for(const std::string& url, int at_once, int turns) {
        Suite suite = bench::bench_suite(turns, at_once, note);
        suite.agent.type = "openai";
        suite.agent.args = {{"openai", url}, {"model", "desk"}};
        suite.judge.votes = 1;
        suite.judge.criteria = {"task-completion"};
        return suite;
    }

    Suite suite_;
    std::unique_ptr<agent::Agent> agent_;
    bench::BenchRun run_;
    std::optional<simulation::Voice> voice_;
    std::unique_ptr<judge::Judge> judge_;
};

int bench_models(char** argv, int slow) {
    const std::string url = argv[2];
    const SystemClock clock;
    asio::io_context io(1);
    net::HttpClient http(io.get_executor());
    cli::ModelDesk desk(clock, variable);
    const std::unique_ptr<user::Engine> engine = std::move(user::Engine::create().value());
    const prompt::Book book = std::move(prompt::Book::create().value());
    const user::Guards guards = std::move(user::Guards::create(engine->reader()).value());
    const ModelRun::Shared shared{io, http, desk, *engine, book, guards, clock};
    ModelRun run(shared, url, "fast", std::atoi(argv[3]), std::atoi(argv[4]), std::atoi(argv[5]), 0);
    std::optional<ModelRun> other;
    if (slow > 0) {
        constexpr double five_a_second = 300;
        other.emplace(shared, url, "slow", slow, slow, std::atoi(argv[5]), five_a_second);
    }
    const double before = bench::cpu_ms();
    run.start();
    if (other) {
        other->start();
    }
    io.run();
    boost::json::object out = bench::figures_of(run.figures(), bench::cpu_ms() - before);
    out["model_calls"] = run.figures().model_calls();
    out["trouble"] = run.figures().trouble();
    if (other) {
        out["slow_wall_ms"] = other->figures().wall_ms();
        out["slow_calls"] = other->figures().model_calls();
        out["slow_invalid"] = other->figures().invalid();
    }
    std::cout << boost::json::serialize(out) << "\n";
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "run" && argc == 6) {
        return bench_models(argv, 0);
    }
    if (mode == "beside" && argc == 7) {
        return bench_models(argv, std::atoi(argv[6]));
    }
    std::fprintf(stderr,
                 "usage: models_bench run URL CONVERSATIONS AT_ONCE USER_TURNS | "
                 "beside URL CONVERSATIONS AT_ONCE USER_TURNS SLOW\n");
    return 2;
}
