// What the benchmarks of whole runs share: the suite, the measures, one stored run.
#pragma once
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "base/hash.h"
#include "execution/run.h"

namespace sosia::bench {
namespace asio = boost::asio;

inline double cpu_ms() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto ms = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
    };
    return ms(usage.ru_utime) + ms(usage.ru_stime);
}

// Memory now, from the kernel, in bytes.
inline double resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    long total = 0;
    long resident = 0;
    statm >> total >> resident;
    return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

inline double peak_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024;
}

// One person who wants a refund and has patience; `note` bytes of context go with every request.
inline Suite bench_suite(int calls, int at_once, std::size_t note) {
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
    scenario.context = {{"customer", boost::json::object{{"note", std::string(note, 'y')}}}};
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

// Many conversations of one suite, stored in a folder of their own, which goes with it. Suite, loop, engine and agent
// outlive it.
class BenchRun {
  public:
    BenchRun(const Suite& suite, asio::io_context& io, user::Engine& engine, agent::Agent& agent, int conversations,
             const std::string& name)
        : folder_(std::filesystem::temp_directory_path() / ("sosia-bench-" + std::to_string(getpid()) + "-" + name)),
          file_((folder_ / "runs.db").string()),
          suite_(suite),
          io_(io),
          engine_(engine),
          agent_(agent),
          conversations_(conversations),
          scorer_(std::move(scoring::Scorer::create(suite, engine.reader()).value())),
          summary_(suite, static_cast<std::uint64_t>(conversations)),
          stop_(suite.limits, clock_) {
        std::filesystem::create_directories(folder_);
        storage::Store store = std::move(storage::open_sqlite(file_, storage::Access::read_write).value());
        store.write->create_run({.id = "bench", .suite = "bench"}).value();
        writer_ = std::make_unique<storage::AsyncWriter>(io.get_executor(), std::move(store.write), "bench");
    }
    BenchRun(const BenchRun&) = delete;
    BenchRun& operator=(const BenchRun&) = delete;
    ~BenchRun() {
        writer_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    // Begins; the loop's run() does the rest.
    void start(const simulation::Voice* voice = nullptr, const judge::Judge* judge = nullptr,
               judge::Standing standing = {}) {
        execution::Work work{.suite = suite_};
        for (int i = 0; i < conversations_; ++i) {
            work.ordinals.push_back(static_cast<std::uint64_t>(i));
        }
        work.job = [](std::uint64_t i) {
            return execution::Job{
                i, hex(hash64("bench", i), 12), {"ann", "refund", "", "cooperative", static_cast<int>(i)}, i};
        };
        memory_before_ = resident_bytes();
        began_ = clock_.steady_us();
        asio::co_spawn(
            io_,
            execution::execute(std::move(work), execution::Tools{agent_, engine_, *scorer_, clock_, *writer_, summary_,
                                                                 stop_, [this](const Conversation& c) { seen(c); },
                                                                 voice, judge, std::move(standing)}),
            [this](const std::exception_ptr& error, const Result<void>& done) {
                if (error != nullptr || !done) {
                    std::fprintf(stderr, "the run failed: %s\n", done ? "exception" : done.error().message.c_str());
                    std::exit(1);
                }
                wall_ms_ = static_cast<double>(clock_.steady_us() - began_) / 1e3;
            });
    }

    double wall_ms() const { return wall_ms_; }
    std::uint64_t done() const { return summary_.done(); }
    std::uint64_t invalid() const { return summary_.invalid(); }
    std::uint64_t model_calls() const { return model_calls_; }
    const std::string& trouble() const { return trouble_; }  // of the first conversation that was invalid
    double bytes_in_flight() const {
        return (most_ - memory_before_) / std::min(conversations_, suite_.limits.concurrency);
    }
    const std::string& file() const { return file_; }

  private:
    void seen(const Conversation& c) {
        model_calls_ += static_cast<std::uint64_t>(c.user_model.calls + c.judge_model.calls);
        if (c.outcome == Outcome::invalid && trouble_.empty()) {
            trouble_ = c.error;
        }
        constexpr std::uint64_t now_and_then = 256;
        if (++seen_ % now_and_then == 0) {
            most_ = std::max(most_, resident_bytes());
        }
    }

    std::filesystem::path folder_;
    std::string file_;
    const Suite& suite_;
    asio::io_context& io_;
    user::Engine& engine_;
    agent::Agent& agent_;
    int conversations_;
    SystemClock clock_;
    std::unique_ptr<scoring::Scorer> scorer_;
    analysis::SummaryBuilder summary_;
    execution::StopSwitch stop_;
    std::unique_ptr<storage::AsyncWriter> writer_;
    double memory_before_ = 0;
    double most_ = 0;
    double wall_ms_ = 0;
    std::int64_t began_ = 0;
    std::uint64_t seen_ = 0;
    std::uint64_t model_calls_ = 0;
    std::string trouble_;
};

// One JSON line: {"wall_ms": ..., "cpu_ms_per_conversation": ..., ...}.
inline boost::json::object figures_of(const BenchRun& run, double cpu) {
    const double n = static_cast<double>(std::max<std::uint64_t>(1, run.done()));
    return {{"wall_ms", run.wall_ms()},
            {"cpu_ms", cpu},
            {"cpu_ms_per_conversation", cpu / n},
            {"conversations_per_cpu_second", n / cpu * 1e3},
            {"done", run.done()},
            {"invalid", run.invalid()},
            {"bytes_per_conversation_in_flight", run.bytes_in_flight()},
            {"peak_bytes", peak_bytes()}};
}

}  // namespace sosia::bench
