#include <CLI/CLI.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "analysis/shrink.h"
#include "cli/http_options.h"
#include "cli/rehearsal.h"
#include "cli/stored.h"
#include "domain/record_json.h"
#include "execution/together.h"
#include "scoring/scorer.h"

namespace sosia::cli {
namespace asio = boost::asio;
namespace {

struct ShrinkOptions {
    std::string id;
    std::string run;
    int tries = 1;
};

class NoJournal final : public simulation::Journal {
  public:
    Result<void> append(const std::string&, int, const Turn*, const Turn&) override { return {}; }
};

// Holds conversations one after the other with one agent and says whether the failure is still there.
class Workbench {
  public:
    Workbench(const Context& context, const Suite& suite, const Conversation& recorded, std::string check, int tries)
        : context_(context),
          suite_(suite),
          recorded_(recorded),
          check_(std::move(check)),
          tries_(tries),
          http_(io_.get_executor(), http_options(context)) {}

    Result<void> open() {
        Result<std::unique_ptr<user::Engine>> engine = user::Engine::create();
        Result<std::unique_ptr<agent::Agent>> agent = make_agent(context_, suite_, io_.get_executor(), http_, "");
        if (!engine || !agent) {
            return std::unexpected(engine ? agent.error() : engine.error());
        }
        engine_ = std::move(*engine);
        agent_ = std::move(*agent);
        Result<std::unique_ptr<scoring::Scorer>> scorer = scoring::Scorer::create(suite_, engine_->reader());
        if (!scorer) {
            return std::unexpected(scorer.error());
        }
        scorer_ = std::move(*scorer);
        Result<std::unique_ptr<execution::Worlds>> worlds = execution::Worlds::open(suite_, io_.get_executor());
        if (!worlds) {
            return std::unexpected(worlds.error());
        }
        worlds_ = std::move(*worlds);
        return wait_for(agent_->start());
    }

    void close() { const Result<void> ignored = wait_for(stop()); }

    // The recorded user turns in `turns`, sent word for word.
    bool fails_with_turns(const std::vector<std::size_t>& turns) {
        Conversation shorter = recorded_;
        shorter.turns.clear();
        std::size_t user_turn = 0;
        for (const Turn& turn : recorded_.turns) {
            if (turn.role == Role::user && std::ranges::find(turns, user_turn++) != turns.end()) {
                shorter.turns.push_back(turn);
            }
        }
        return !shorter.turns.empty() && fails(&shorter, parts_of(*suite_.persona(recorded_.cell.persona)));
    }

    bool fails_with_persona(const Persona& persona) { return fails(nullptr, parts_of(persona)); }

    int held() const { return held_; }
    const Conversation& last_failing() const { return last_failing_; }

  private:
    CellParts parts_of(const Persona& persona) const {
        const Scenario* scenario = suite_.scenario(recorded_.cell.scenario);
        return {&persona, scenario, find_edge_case(*scenario, recorded_.cell.edge_case),
                suite_.adversary(recorded_.cell.adversary)};
    }

    // In most of the tries: an agent may be random. `words`: what the user says, or null for one who reacts.
    bool fails(const Conversation* words, const CellParts& parts) {
        int failed = 0;
        for (int i = 0; i < tries_ && 2 * failed <= tries_; ++i) {
            failed += fails_once(words, parts) ? 1 : 0;
        }
        return 2 * failed > tries_;
    }

    bool fails_once(const Conversation* words, const CellParts& parts) {
        ++held_;
        const boost::json::object context = merged_context(*parts.scenario, *parts.edge_case);
        const execution::StopSwitch stop(suite_.limits, *context_.process.clock);
        simulation::Setup setup{.id = recorded_.id,
                                .cell = recorded_.cell,
                                .seed = recorded_.seed,
                                .parts = parts,
                                .context = &context,
                                .limits = &suite_.limits};
        const simulation::Surroundings around{*agent_, *engine_, *context_.process.clock, journal_, stop};
        Conversation now = wait_for(execution::hold_again(*worlds_, suite_, std::move(setup), around, words));
        scorer_->score(now, parts);
        const bool still =
            now.outcome == Outcome::failed && std::ranges::any_of(now.checks, [this](const CheckResult& c) {
                return !c.passed && c.gates && c.name == check_;
            });
        if (still) {
            last_failing_ = std::move(now);
        }
        return still;
    }

    asio::awaitable<Result<void>> stop() {
        co_await worlds_->close();
        co_await agent_->stop();
        co_return Result<void>{};
    }

    template <class T>
    T wait_for(asio::awaitable<T> work) {
        std::optional<T> result;
        std::exception_ptr failure;
        asio::co_spawn(io_, std::move(work), [&](std::exception_ptr error, T value) {
            failure = error;
            result = std::move(value);
        });
        io_.restart();
        while (!result && failure == nullptr && io_.run_one() > 0) {
        }
        if (failure != nullptr) {
            std::rethrow_exception(failure);
        }
        return std::move(*result);
    }

    const Context& context_;
    const Suite& suite_;
    const Conversation& recorded_;
    std::string check_;
    int tries_ = 1;
    int held_ = 0;
    asio::io_context io_{1};
    net::HttpClient http_;
    std::unique_ptr<user::Engine> engine_;
    std::unique_ptr<agent::Agent> agent_;
    std::unique_ptr<scoring::Scorer> scorer_;
    std::unique_ptr<execution::Worlds> worlds_;
    NoJournal journal_;
    Conversation last_failing_;
};

// What a persona can do without, by name: its traits and its facts.
std::vector<std::string> belongings(const Persona& persona) {
    std::vector<std::string> out;
    for (const auto& [axis, value] : persona.traits) {
        out.push_back(axis + ": " + value);
    }
    for (const Fact& fact : persona.facts) {
        out.push_back("fact " + fact.name);
    }
    return out;
}

Persona with_only(const Persona& persona, const std::vector<std::size_t>& kept) {
    Persona out = persona;
    out.traits.clear();
    out.facts.clear();
    std::size_t i = 0;
    for (const auto& trait : persona.traits) {
        if (std::ranges::find(kept, i++) != kept.end()) {
            out.traits.insert(trait);
        }
    }
    for (const Fact& fact : persona.facts) {
        if (std::ranges::find(kept, i++) != kept.end()) {
            out.facts.push_back(fact);
        }
    }
    return out;
}

void print_turns(const Context& context, const Conversation& c) {
    for (const Turn& turn : c.turns) {
        context.out() << fmt::format("  {:<6} {}\n", turn.role == Role::user ? "user" : "agent", turn.text);
    }
}

int shrink(const Context& context, const ShrinkOptions& options, const Suite& suite, const Conversation& recorded,
           const std::string& check) {
    Workbench bench(context, suite, recorded, check, options.tries);
    if (const Result<void> opened = bench.open(); !opened) {
        return report_error(context, opened.error());
    }
    const Persona& persona = *suite.persona(recorded.cell.persona);
    const auto turns = static_cast<std::size_t>(std::ranges::count(recorded.turns, Role::user, &Turn::role));
    std::vector<std::size_t> all(turns);
    std::ranges::generate(all, [i = std::size_t{0}]() mutable { return i++; });
    const bool same_words = bench.fails_with_turns(all);
    const bool same_person = bench.fails_with_persona(persona);
    if (!same_words && !same_person) {
        bench.close();
        context.out() << fmt::format("{} does not fail any more at {}\n", recorded.id, check);
        return exit_passed;
    }
    context.out() << fmt::format("{} still fails at {}\n", recorded.id, check);
    if (same_words) {
        const auto kept =
            analysis::smallest_failing(turns, [&](const auto& some) { return bench.fails_with_turns(some); });
        bench.fails_with_turns(kept);
        context.out() << fmt::format("\n{} of {} user turns are enough:\n", kept.size(), turns);
        print_turns(context, bench.last_failing());
    } else {
        context.out() << "with the recorded words it passes; the user has to react to the answers\n";
    }
    const std::vector<std::string> names = belongings(persona);
    if (same_person) {
        const auto kept = analysis::smallest_failing(
            names.size(), [&](const auto& some) { return bench.fails_with_persona(with_only(persona, some)); });
        context.out() << fmt::format("\n{} of {} traits and facts of {} are enough:\n", kept.size(), names.size(),
                                     persona.id);
        for (const std::size_t i : kept) {
            context.out() << "  " << names[i] << "\n";
        }
    }
    bench.close();
    context.out() << fmt::format("\n{} conversations held; none of them is stored\n", bench.held());
    return exit_failed;
}

int shrink_command(const Context& context, const ShrinkOptions& options) {
    const std::optional<StoredConversation> found = find_conversation(context, options.id, options.run);
    const std::optional<storage::Store> store = found ? open_store(context, storage::Access::read_only) : std::nullopt;
    const Result<storage::RunInfo> run = store ? store->read->run(found->run) : fail(ErrorKind::usage, "no such run");
    if (!run) {
        return exit_usage;
    }
    const CheckResult* cause = analysis::root_cause(found->conversation);
    const std::optional<Suite> suite = suite_of_run(context, *run);
    const Cell& cell = found->conversation.cell;
    const Scenario* scenario = suite ? suite->scenario(cell.scenario) : nullptr;
    if (cause == nullptr || scenario == nullptr || suite->persona(cell.persona) == nullptr ||
        suite->adversary(cell.adversary) == nullptr || find_edge_case(*scenario, cell.edge_case) == nullptr) {
        return report_error(context,
                            Error{ErrorKind::usage,
                                  cause == nullptr ? "no check failed in conversation " + found->conversation.id
                                                   : "the suite no longer has everything of " + to_string(cell),
                                  "sosia list RUN --failed shows what can be shrunk"});
    }
    return shrink(context, options, *suite, found->conversation, cause->name);
}

}  // namespace

void add_shrink(CLI::App& app, Context& context, int& exit_code) {
    auto options = std::make_shared<ShrinkOptions>();
    CLI::App* command = app.add_subcommand(
        "shrink", "The fewest user turns, and the fewest traits, with which a conversation still fails");
    command->footer(
        "Examples:\n  sosia shrink c7f3\n  sosia shrink c7f3 --tries 5     the agent is random: most of five must "
        "fail\n"
        "Exit codes: 1 it still fails (and how little is needed), 0 it does not fail any more.");
    command->add_option("conversation", options->id, "id or the beginning of one")->required();
    command->add_option("--run", options->run, "in this run (default: the newest that has it)");
    command->add_option("--tries", options->tries, "how often each attempt is repeated")
        ->check(CLI::Range(1, 99))
        ->capture_default_str();
    command->callback([options, &context, &exit_code] { exit_code = shrink_command(context, *options); });
}

}  // namespace sosia::cli
