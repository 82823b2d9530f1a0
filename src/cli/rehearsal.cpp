#include "cli/rehearsal.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <iterator>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "analysis/outcomes.h"
#include "base/text.h"
#include "cli/estimate.h"
#include "cli/http_options.h"
#include "cli/judge_card.h"
#include "cli/models.h"
#include "cli/progress.h"
#include "cli/remaining_work.h"
#include "cli/score_file.h"
#include "cli/stored_run.h"
#include "domain/record_json.h"
#include "report/files.h"
#include "report/html.h"

namespace sosia::cli {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

report::RunMeta meta_of(const Rehearsal& r, const agent::Agent& agent, std::int64_t started_ms, std::int64_t now_ms,
                        const std::string& stopped) {
    return {.id = r.run_id,
            .suite = r.suite.name,
            .suite_hash = r.suite.hash,
            .agent = agent.traits().description,
            .agent_version = r.suite.agent.version,
            .seed = r.suite.matrix.seed,
            .cells = r.plan.cells,
            .started_ms = started_ms,
            .duration_ms = now_ms - started_ms,
            .stopped = stopped};
}

struct Interruptions {
    int seen = 0;
    bool starting = true;  // the agent: nothing is in flight that could finish
};

// Ctrl-C once drains, twice stops.
void watch_signals(asio::signal_set& signals, execution::StopSwitch& stop, Progress& progress, agent::Agent& agent,
                   Interruptions& interruptions) {
    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (error) {
            return;
        }
        if (++interruptions.seen == 1 && !interruptions.starting) {
            stop.drain("interrupted");
            progress.say("finishing the conversations in flight; Ctrl-C again stops now (sosia resume goes on later)");
        } else {
            stop.cancel("interrupted");
            agent.cancel();
        }
        watch_signals(signals, stop, progress, agent, interruptions);
    });
}

struct Attempt {
    Result<void> outcome;
    std::string stopped;
    analysis::Summary summary;
    report::RunMeta meta;
};

int code_of(const Attempt& attempt) {
    if (attempt.stopped == "interrupted") {
        return exit_interrupted;
    }
    return exit_code_of(attempt.summary);
}

// Of `all`, those of the next batch; none when the run is over.
std::vector<std::uint64_t> next_ordinals(const Rehearsal& r, const std::vector<std::uint64_t>& all) {
    const std::vector<std::string> ids = r.next_batch();
    const std::set<std::string_view> wanted(ids.begin(), ids.end());
    std::vector<std::uint64_t> out;
    std::ranges::copy_if(
        all, std::back_inserter(out), [&](const std::string& id) { return wanted.contains(id); },
        [&](std::uint64_t ordinal) -> const std::string& { return r.plan.conversations[ordinal].id; });
    return out;
}

asio::awaitable<Result<void>> execute_in_batches(const Rehearsal& r, execution::Work work, execution::Tools tools) {
    const std::vector<std::uint64_t> all = std::move(work.ordinals);
    Result<void> done;
    while (done && !tools.stop.draining()) {
        std::vector<std::uint64_t> ordinals = next_ordinals(r, all);
        if (ordinals.empty()) {
            break;
        }
        execution::Work batch{
            .suite = work.suite, .ordinals = std::move(ordinals), .job = work.job, .resumed = work.resumed};
        done = co_await execution::execute(std::move(batch), tools);
    }
    co_return done;
}

// Starts the agent, runs, stops the agent whatever happened.
asio::awaitable<Result<void>> with_agent(const Rehearsal& r, execution::Work work, execution::Tools tools,
                                         Interruptions& interruptions) {
    const Result<void> started = co_await tools.agent.start();
    interruptions.starting = false;
    if (!started) {
        co_await tools.agent.stop();
        co_return started;
    }
    agent::Agent& agent = tools.agent;
    Result<void> done;
    if (r.next_batch) {
        done = co_await execute_in_batches(r, std::move(work), std::move(tools));
    } else {
        done = co_await execution::execute(std::move(work), std::move(tools));
    }
    co_await agent.stop();
    co_return done;
}

Result<Attempt> attempt(const Context& context, Rehearsal& r, storage::Store& store, user::Engine& engine) {
    const Result<std::unique_ptr<scoring::Scorer>> scorer = scoring::Scorer::create(r.suite, engine.reader());
    if (!scorer) {
        return std::unexpected(scorer.error());
    }
    asio::io_context io(1);
    net::HttpClient http(io.get_executor(), http_options(context));
    const std::string log =
        std::filesystem::path(context.store_path).parent_path().string() + "/agent-" + r.run_id + ".log";
    Result<std::unique_ptr<agent::Agent>> agent = make_agent(context, r.suite, io.get_executor(), http, log);
    if (!agent) {
        return std::unexpected(agent.error());
    }
    const Result<Models> models = make_models(context, r.suite, engine, {io.get_executor(), http, r.replay});
    if (!models) {
        return std::unexpected(models.error());
    }
    report_standing(context, *models);
    analysis::SummaryBuilder summary(r.suite, r.plan.conversations.size());
    Result<execution::Work> work = remaining_work(r, *store.read, (*agent)->traits().stateless, summary);
    if (!work) {
        return std::unexpected(work.error());
    }
    const Clock& clock = *context.process.clock;
    const Result<std::unique_ptr<scoring::ScoreCache>> scores = open_score_cache(r.score_cache);
    if (!scores) {
        return std::unexpected(scores.error());
    }
    (*scorer)->use(scores->get());
    execution::StopSwitch stop(r.suite.limits, clock);
    if (r.suite.limits.budget_usd) {
        const Result<Estimate> costs = estimate_costs(context, r.suite, r.plan);
        if (!costs) {
            return std::unexpected(costs.error());
        }
        stop.expect(costs->usd_per_conversation());
    }
    Progress progress(context.err(), context.process.err_is_terminal, clock, r.plan.conversations.size(),
                      summary.done());
    asio::signal_set signals(io);
    Interruptions interruptions;
    if (context.process.handles_signals) {
        signals.add(SIGINT);
        signals.add(SIGTERM);
        watch_signals(signals, stop, progress, **agent, interruptions);
    }
    storage::AsyncWriter writer(io.get_executor(), std::move(store.write), r.run_id);
    const auto finished = [&](const Conversation& conversation) {
        if (r.told) {
            r.told(conversation);
        }
        if (r.progress) {
            progress.update(summary.passed(), summary.failed(), summary.invalid());
        }
    };
    Attempt result;
    asio::co_spawn(
        io,
        with_agent(r, std::move(*work),
                   execution::Tools{**agent, engine, **scorer, clock, writer, summary, stop, finished, nullptr,
                                    models->judge.get(), models->standing.standing, models->players},
                   interruptions),
        [&](const std::exception_ptr& error, Result<void> outcome) {
            signals.cancel();
            result.outcome = std::move(outcome);
            if (error != nullptr) {
                std::rethrow_exception(error);
            }
        });
    io.run();
    progress.finish();
    if (const Result<void> saved = save_score_cache(r.score_cache, scores->get()); !saved) {
        context.err() << "sosia: " << saved.error().message << "\n";
    }
    const bool interrupted = !result.outcome && result.outcome.error().kind == ErrorKind::cancelled;
    if (!result.outcome && !interrupted) {
        return std::unexpected(result.outcome.error());
    }
    result.stopped = stop.reason();
    result.summary = summary.finish(result.stopped);
    result.meta = meta_of(r, **agent, r.started_ms, clock.unix_ms(), result.stopped);
    storage::RunInfo info = run_info(r);
    info.planned = r.next_batch ? result.summary.done : info.planned;
    info.finished_ms = clock.unix_ms();
    info.state = result.stopped.empty() ? storage::RunState::finished : storage::RunState::interrupted;
    info.summary = report::run_json(result.meta, result.summary, r.suite);
    Result<void> closed;
    io.restart();
    asio::co_spawn(io, writer.update_run(std::move(info)),
                   [&](const std::exception_ptr&, Result<void> outcome) { closed = std::move(outcome); });
    io.run();
    if (!closed) {
        return std::unexpected(closed.error());
    }
    return result;
}

void print_result(const Context& context, const Rehearsal& r, const Attempt& a) {
    if (r.json) {
        context.out() << json::serialize(report::run_json(a.meta, a.summary, r.suite)) << "\n";
        return;
    }
    report::Look look = context.look();
    look.all_slices = r.all_slices;
    context.out() << report::summary_text(a.meta, a.summary, look);
    context.out() << "run " << r.run_id << "; sosia list " << r.run_id << " lists its conversations\n";
    if (!a.stopped.empty()) {
        context.out() << "sosia resume " << r.run_id << " goes on where it stopped\n";
    }
    if (!r.out_directory.empty()) {
        context.out() << "files in " << r.out_directory
                      << ": run.json conversations.jsonl junit.xml summary.md cells.csv"
                      << (report::HtmlReport::available() ? " report.html\n" : "\n");
    }
}

}  // namespace

Result<std::unique_ptr<agent::Agent>> make_agent(const Context& context, const Suite& suite,
                                                 const asio::any_io_executor& executor, net::HttpClient& http,
                                                 const std::string& log_file) {
    std::vector<std::string> built;
    for (const AgentKind& kind : context.services.agents) {
        if (kind.make) {
            built.push_back(kind.type);
        }
        if (kind.type == suite.agent.type && kind.make) {
            return kind.make(agent::Setup{.spec = &suite.agent,
                                          .limits = &suite.limits,
                                          .directory = suite.directory,
                                          .log_file = log_file,
                                          .seed = suite.matrix.seed,
                                          .executor = executor,
                                          .http = &http,
                                          .clock = context.process.clock});
        }
    }
    return fail(ErrorKind::usage, fmt::format("agents of type \"{}\" are not built into this version; there are: {}",
                                              suite.agent.type, join(built, ", ")));
}

Result<void> write_files(storage::RunReader& reader, const std::string& run, const std::string& directory,
                         const report::RunMeta& meta, const Suite& suite, const analysis::Summary& summary) {
    Result<report::OutputFiles> files = report::OutputFiles::create(directory, meta, suite);
    if (!files) {
        return std::unexpected(files.error());
    }
    report::HtmlReport html(suite);
    html.explain_judge(judge_card(suite));
    Result<void> written;
    const Result<void> read = reader.records(run, [&](std::string_view record) {
        const Result<Conversation> c =
            conversation_from_json(json::parse(json::string_view(record.data(), record.size())));
        written = c ? files->add(record, *c) : Result<void>(std::unexpected(c.error()));
        if (written) {
            html.add(record, *c);
        }
        return written.has_value();
    });
    if (!read || !written) {
        return read ? written : read;
    }
    if (Result<void> finished = files->finish(meta, summary); !finished || !report::HtmlReport::available()) {
        return finished;
    }
    const Result<report::HtmlContents> page = finish_html(html, reader, run, directory + "/report.html", meta, summary);
    return page ? Result<void>{} : Result<void>(std::unexpected(page.error()));
}

namespace {

// A run that never got as far as a conversation (the agent did not start) has nothing to show or to resume.
void forget_if_empty(storage::Store store, const std::string& run) {
    const auto finished = store.read->finished_ids(run);
    const auto journal = store.read->journal(run);
    if (finished && finished->empty() && journal && journal->empty()) {
        const Result<void> ignored = store.write->delete_run(run);  // an empty run in the list does no harm
    }
}

// Found out before the agent is asked anything.
Result<void> check_out_directory(const std::string& directory) {
    std::error_code error;
    if (!directory.empty()) {
        std::filesystem::create_directories(directory, error);
    }
    if (error || (!directory.empty() && ::access(directory.c_str(), W_OK) != 0)) {
        return fail(ErrorKind::unavailable,
                    fmt::format("nothing can be written to {}: {}", directory,
                                error ? error.message() : std::generic_category().message(errno)),
                    "choose another folder for --out");
    }
    return {};
}

struct Held {
    Attempt attempt;
    Result<void> written;
};

Result<Held> hold_run(const Context& context, Rehearsal& r, storage::Store store) {
    if (const Result<void> usable = check_out_directory(r.out_directory); !usable) {
        return std::unexpected(usable.error());
    }
    Result<std::unique_ptr<user::Engine>> engine = user::Engine::create();
    if (!engine) {
        return std::unexpected(engine.error());
    }
    const bool resumes = !r.run_id.empty();
    if (!resumes) {
        name_run(*context.process.clock, r);
    }
    const Result<void> created = resumes ? store.write->update_run(run_info(r)) : store.write->create_run(run_info(r));
    if (!created) {
        return std::unexpected(created.error());
    }
    Result<Attempt> result = attempt(context, r, store, **engine);
    if (!result) {
        store = {};  // let go of the file before it is opened again
        if (Result<storage::Store> again = storage::open_sqlite(context.store_path, storage::Access::read_write);
            again) {
            forget_if_empty(std::move(*again), r.run_id);
        }
        return std::unexpected(result.error());
    }
    Held held{.attempt = std::move(*result)};
    if (!r.out_directory.empty()) {
        held.written =
            write_files(*store.read, r.run_id, r.out_directory, held.attempt.meta, r.suite, held.attempt.summary);
    }
    return held;
}

}  // namespace

Result<Rehearsed> hold(const Context& context, Rehearsal& r) {
    Result<storage::Store> store = storage::open_sqlite(context.store_path, storage::Access::read_write);
    if (!store) {
        return std::unexpected(store.error());
    }
    const Result<Held> held = hold_run(context, r, std::move(*store));
    if (!held) {
        return std::unexpected(held.error());
    }
    if (!held->written) {
        return std::unexpected(held->written.error());
    }
    return Rehearsed{.run_id = r.run_id, .stopped = held->attempt.stopped, .exit_code = code_of(held->attempt)};
}

int rehearse(const Context& context, Rehearsal r) {
    std::optional<storage::Store> store = open_store(context, storage::Access::read_write);
    if (!store) {
        return exit_not_valid;
    }
    const Result<Held> held = hold_run(context, r, std::move(*store));
    if (!held) {
        return report_error(context, held.error());
    }
    if (!held->written) {
        report_error(context, held->written.error());
        r.out_directory.clear();  // nothing to point to
    }
    print_result(context, r, held->attempt);
    return held->written ? code_of(held->attempt) : exit_not_valid;
}

}  // namespace sosia::cli
