#include "cli/rehearsal.h"

#include <csignal>
#include <filesystem>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "cli/progress.h"
#include "domain/record_json.h"
#include "report/files.h"

namespace sosia::cli {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

// "1y4k2m-3f2a": sorts by time, unique enough for one store (create_run refuses a double).
std::string new_run_id(const Clock& clock, const std::string& suite_hash) {
    const auto now = static_cast<std::uint64_t>(clock.unix_ms());
    return "r" + hex(now << 20, 11) + hex(hash64(suite_hash, static_cast<std::uint64_t>(clock.steady_us())), 4);
}

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

storage::RunInfo run_info(const Rehearsal& r) {
    storage::RunInfo info{.id = r.run_id,
                          .suite = r.suite.name,
                          .suite_hash = r.suite.hash,
                          .started_ms = r.started_ms,
                          .planned = r.plan.conversations.size()};
    info.spec = {{"options", to_json(r.options)},
                 {"suite_file", std::filesystem::absolute(r.suite.file).string()},
                 {"out", r.out_directory}};
    return info;
}

// Conversations that an earlier attempt finished go into the summary; what is left becomes jobs.
Result<execution::Work> remaining_work(const Rehearsal& r, storage::RunReader& reader, bool stateless,
                                       analysis::SummaryBuilder& summary) {
    execution::Work work{.suite = r.suite};
    std::map<std::string, std::uint64_t> ordinals;
    for (std::size_t i = 0; i < r.plan.conversations.size(); ++i) {
        ordinals[r.plan.conversations[i].id] = i;
    }
    std::set<std::string> finished;
    Result<void> read = reader.records(r.run_id, [&](std::string_view record) {
        const Result<Conversation> c =
            conversation_from_json(json::parse(json::string_view(record.data(), record.size())));
        if (c) {
            finished.insert(c->id);
            summary.add(*c, ordinals[c->id]);
        }
        return true;
    });
    if (!read) {
        return std::unexpected(read.error());
    }
    const Result<std::vector<storage::JournalEntry>> journal = reader.journal(r.run_id);
    if (!journal) {
        return std::unexpected(journal.error());
    }
    for (const storage::JournalEntry& entry : *journal) {
        const Result<simulation::Exchange> exchange = execution::exchange_from_text(entry.data);
        std::vector<simulation::Exchange>& list = work.resumed[entry.conversation];
        if (stateless && exchange && entry.step == static_cast<int>(list.size())) {
            list.push_back(*exchange);
        }
    }
    for (const spec::PlannedConversation& planned : r.plan.conversations) {
        if (!finished.contains(planned.id)) {
            work.jobs.push_back({ordinals[planned.id], planned.id, planned.cell, planned.seed});
        }
    }
    return work;
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

int exit_code_of(const Attempt& attempt) {
    if (attempt.stopped == "interrupted") {
        return exit_interrupted;
    }
    switch (attempt.summary.verdict) {
        case analysis::Verdict::passed:
            return exit_passed;
        case analysis::Verdict::failed:
            return exit_failed;
        case analysis::Verdict::undecided:
            return exit_undecided;
        case analysis::Verdict::not_valid:
            return exit_not_valid;
    }
    return exit_not_valid;
}

// Starts the agent, runs, stops the agent whatever happened.
asio::awaitable<Result<void>> with_agent(execution::Work work, execution::Tools tools, Interruptions& interruptions) {
    const Result<void> started = co_await tools.agent.start();
    interruptions.starting = false;
    if (!started) {
        co_await tools.agent.stop();
        co_return started;
    }
    agent::Agent& agent = tools.agent;
    const Result<void> done = co_await execution::execute(std::move(work), std::move(tools));
    co_await agent.stop();
    co_return done;
}

Result<Attempt> attempt(const Context& context, Rehearsal& r, storage::Store& store, user::Engine& engine) {
    asio::io_context io(1);
    net::HttpClient http(io.get_executor());
    const std::string log =
        std::filesystem::path(context.store_path).parent_path().string() + "/agent-" + r.run_id + ".log";
    Result<std::unique_ptr<agent::Agent>> agent = make_agent(context, r.suite, io.get_executor(), http, log);
    if (!agent) {
        return std::unexpected(agent.error());
    }
    analysis::SummaryBuilder summary(r.suite, r.plan.conversations.size());
    Result<execution::Work> work = remaining_work(r, *store.read, (*agent)->traits().stateless, summary);
    if (!work) {
        return std::unexpected(work.error());
    }
    const Clock& clock = *context.process.clock;
    execution::StopSwitch stop(r.suite.limits, clock);
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
    const auto finished = [&](const Conversation&) {
        if (r.progress) {
            progress.update(summary.passed(), summary.failed(), summary.invalid());
        }
    };
    Attempt result;
    asio::co_spawn(io,
                   with_agent(std::move(*work),
                              execution::Tools{**agent, engine, clock, writer, summary, stop, finished}, interruptions),
                   [&](std::exception_ptr error, Result<void> outcome) {
                       signals.cancel();
                       result.outcome = std::move(outcome);
                       if (error != nullptr) {
                           std::rethrow_exception(error);
                       }
                   });
    io.run();
    progress.finish();
    const bool interrupted = !result.outcome && result.outcome.error().kind == ErrorKind::cancelled;
    if (!result.outcome && !interrupted) {
        return std::unexpected(result.outcome.error());
    }
    result.stopped = stop.reason();
    result.summary = summary.finish(result.stopped);
    result.meta = meta_of(r, **agent, r.started_ms, clock.unix_ms(), result.stopped);
    storage::RunInfo info = run_info(r);
    info.finished_ms = clock.unix_ms();
    info.state = result.stopped.empty() ? storage::RunState::finished : storage::RunState::interrupted;
    info.summary = report::run_json(result.meta, result.summary, r.suite);
    Result<void> closed;
    io.restart();
    asio::co_spawn(io, writer.update_run(std::move(info)),
                   [&](std::exception_ptr, Result<void> outcome) { closed = std::move(outcome); });
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
                      << ": run.json conversations.jsonl junit.xml summary.md cells.csv\n";
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
    Result<void> written;
    const Result<void> read = reader.records(run, [&](std::string_view record) {
        const Result<Conversation> c =
            conversation_from_json(json::parse(json::string_view(record.data(), record.size())));
        written = c ? files->add(record, *c) : Result<void>(std::unexpected(c.error()));
        return written.has_value();
    });
    if (!read || !written) {
        return read ? written : read;
    }
    return files->finish(meta, summary);
}

// A run that never got as far as a conversation (the agent did not start) has nothing to show or to resume.
void forget_if_empty(storage::Store store, const std::string& run) {
    const auto finished = store.read->finished_ids(run);
    const auto journal = store.read->journal(run);
    if (finished && finished->empty() && journal && journal->empty()) {
        const Result<void> ignored = store.write->delete_run(run);  // an empty run in the list does no harm
    }
}

int rehearse(const Context& context, Rehearsal r) {
    std::optional<storage::Store> store = open_store(context, storage::Access::read_write);
    Result<std::unique_ptr<user::Engine>> engine = user::Engine::create();
    if (!store || !engine) {
        return engine ? exit_not_valid : report_error(context, engine.error());
    }
    const bool resumes = !r.run_id.empty();
    if (!resumes) {
        r.run_id = new_run_id(*context.process.clock, r.suite.hash);
        r.started_ms = context.process.clock->unix_ms();
    }
    const Result<void> created =
        resumes ? store->write->update_run(run_info(r)) : store->write->create_run(run_info(r));
    if (!created) {
        return report_error(context, created.error());
    }
    const Result<Attempt> result = attempt(context, r, *store, **engine);
    if (!result) {
        const int code = report_error(context, result.error());
        store.reset();
        if (Result<storage::Store> again = storage::open_sqlite(context.store_path, storage::Access::read_write);
            again) {
            forget_if_empty(std::move(*again), r.run_id);
        }
        return code;
    }
    if (!r.out_directory.empty()) {
        if (const Result<void> written =
                write_files(*store->read, r.run_id, r.out_directory, result->meta, r.suite, result->summary);
            !written) {
            report_error(context, written.error());
            print_result(context, r, *result);
            return exit_not_valid;
        }
    }
    print_result(context, r, *result);
    return exit_code_of(*result);
}

}  // namespace sosia::cli
