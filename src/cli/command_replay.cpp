#include <CLI/CLI.hpp>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include "cli/http_options.h"
#include "cli/rehearsal.h"
#include "cli/stored.h"
#include "domain/record_json.h"
#include "execution/together.h"
#include "scoring/scorer.h"

namespace sosia::cli {
namespace asio = boost::asio;
namespace {

struct ReplayOptions {
    std::string id;
    std::string run;
    bool resimulate = false;
    bool json = false;
};

// A replay is looked at, not kept.
class NoJournal final : public simulation::Journal {
  public:
    Result<void> append(const std::string&, int, const Turn*, const Turn&) override { return {}; }
};

struct Replay {
    Suite suite;
    Conversation recorded;
    bool resimulate = false;
};

asio::awaitable<Result<Conversation>> talk_again(const Replay& replay, agent::Agent& agent, user::Engine& engine,
                                                 const Clock& clock) {
    const Result<void> started = co_await agent.start();
    if (!started) {
        co_await agent.stop();
        co_return std::unexpected(started.error());
    }
    const Scenario* scenario = replay.suite.scenario(replay.recorded.cell.scenario);
    const CellParts parts{replay.suite.persona(replay.recorded.cell.persona), scenario,
                          find_edge_case(*scenario, replay.recorded.cell.edge_case),
                          replay.suite.adversary(replay.recorded.cell.adversary)};
    const boost::json::object context = merged_context(*parts.scenario, *parts.edge_case);
    NoJournal journal;
    const execution::StopSwitch stop(replay.suite.limits, clock);
    simulation::Setup setup{.id = replay.recorded.id,
                            .cell = replay.recorded.cell,
                            .seed = replay.recorded.seed,
                            .parts = parts,
                            .context = &context,
                            .limits = &replay.suite.limits};
    Result<std::unique_ptr<execution::Worlds>> worlds =
        execution::Worlds::open(replay.suite, co_await asio::this_coro::executor);
    if (!worlds) {
        co_await agent.stop();
        co_return std::unexpected(worlds.error());
    }
    const simulation::Surroundings around{agent, engine, clock, journal, stop};
    Conversation now = co_await execution::hold_again(**worlds, replay.suite, std::move(setup), around,
                                                      replay.resimulate ? nullptr : &replay.recorded);
    co_await (*worlds)->close();
    co_await agent.stop();
    const Result<std::unique_ptr<scoring::Scorer>> scorer = scoring::Scorer::create(replay.suite, engine.reader());
    if (!scorer) {
        co_return std::unexpected(scorer.error());
    }
    (*scorer)->score(now, parts);
    co_return now;
}

bool still_has_its_parts(const Context& context, const Suite& suite, const Cell& cell) {
    const Scenario* scenario = suite.scenario(cell.scenario);
    if (suite.persona(cell.persona) != nullptr && scenario != nullptr &&
        find_edge_case(*scenario, cell.edge_case) != nullptr && suite.adversary(cell.adversary) != nullptr) {
        return true;
    }
    report_error(context, Error{ErrorKind::usage, "the suite no longer has everything of " + to_string(cell),
                                "restore the persona, scenario, edge case or adversary"});
    return false;
}

int run_replay(const Context& context, const Replay& replay, bool as_json) {
    Result<std::unique_ptr<user::Engine>> engine = user::Engine::create();
    if (!engine) {
        return report_error(context, engine.error());
    }
    asio::io_context io(1);
    net::HttpClient http(io.get_executor(), http_options(context));
    Result<std::unique_ptr<agent::Agent>> agent = make_agent(context, replay.suite, io.get_executor(), http, "");
    if (!agent) {
        return report_error(context, agent.error());
    }
    Result<Conversation> now = fail(ErrorKind::cancelled, "not run");
    asio::co_spawn(io, talk_again(replay, **agent, **engine, *context.process.clock),
                   [&](const std::exception_ptr& error, Result<Conversation> result) {
                       if (error != nullptr) {
                           std::rethrow_exception(error);
                       }
                       now = std::move(result);
                   });
    io.run();
    if (!now) {
        return report_error(context, now.error());
    }
    if (as_json) {
        context.out() << json_text(*now) << "\n";
    } else if (replay.resimulate) {
        context.out() << report::transcript_text(*now, replay.suite.persona(now->cell.persona), {}, context.look());
    } else {
        context.out() << report::side_by_side_text(replay.recorded, *now, context.look());
    }
    return now->outcome == Outcome::passed   ? exit_passed
           : now->outcome == Outcome::failed ? exit_failed
                                             : exit_not_valid;
}

int replay_command(const Context& context, const ReplayOptions& options) {
    std::optional<StoredConversation> found = find_conversation(context, options.id, options.run);
    const std::optional<storage::Store> store = found ? open_store(context, storage::Access::read_only) : std::nullopt;
    if (!store) {
        return exit_usage;
    }
    const Result<storage::RunInfo> run = store->read->run(found->run);
    if (!run) {
        return report_error(context, run.error());
    }
    std::optional<Suite> suite = load(context, std::string(run->spec.at("suite_file").as_string()));
    if (!suite || !still_has_its_parts(context, *suite, found->conversation.cell)) {
        return exit_usage;
    }
    return run_replay(context, Replay{std::move(*suite), std::move(found->conversation), options.resimulate},
                      options.json);
}

}  // namespace

void add_replay(CLI::App& app, Context& context, int& exit_code) {
    auto options = std::make_shared<ReplayOptions>();
    CLI::App* command = app.add_subcommand("replay", "Play a conversation's user turns against the agent as it is now");
    command->footer(
        "Examples:\n  sosia replay c7f3                the same words, agent then and now side by side\n"
        "  sosia replay c7f3 --resimulate   the same user and seed, reacting to the new answers");
    command->add_option("conversation", options->id, "id or the beginning of one")->type_name("ID")->required();
    command->add_option("--run", options->run, "in this run (default: the newest that has it)")->type_name("RUN");
    command->add_flag("--resimulate", options->resimulate, "let the user react again, with the same seed");
    command->add_flag("--json", options->json, "the new conversation's record");
    command->callback([options, &context, &exit_code] { exit_code = replay_command(context, *options); });
}

}  // namespace sosia::cli
