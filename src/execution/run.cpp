#include "execution/run.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>

#include "base/hash.h"
#include "domain/json_text.h"
#include "domain/record_json.h"
#include "execution/together.h"
#include "execution/worlds.h"
#include "prompt/model_use.h"

namespace sosia::execution {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

// Steps go to the store's writer; each is written before the conversation goes on.
class StoreJournal final : public simulation::Journal {
  public:
    explicit StoreJournal(storage::AsyncWriter& writer) : writer_(writer) {}
    Result<void> append(const std::string& conversation, int step, const Turn* user, const Turn& agent) override {
        return writer_.journal({.conversation = conversation, .step = step, .data = exchange_to_text(user, agent)});
    }

  private:
    storage::AsyncWriter& writer_;
};

// What all workers of one run share. Lives in execute()'s frame until the last worker is done.
struct Run {
    Run(Work w, Tools t, std::unique_ptr<Worlds> places, std::size_t scoring_threads,
        const asio::any_io_executor& executor)
        : one_ended(executor, asio::steady_timer::time_point::max()),
          work(std::move(w)),
          tools(std::move(t)),
          journal(tools.writer),
          worlds(std::move(places)),
          scoring(scoring_threads) {}

    asio::steady_timer one_ended;  // cancelled whenever a conversation is over
    Work work;
    Tools tools;
    StoreJournal journal;
    std::unique_ptr<Worlds> worlds;
    std::size_t next = 0;
    Result<void> outcome;  // the first error of the store
    std::map<std::pair<const Scenario*, const EdgeCase*>, json::object> contexts;
    // Scores and writes down what has finished, so that the io thread is free for those who wait for an answer.
    asio::thread_pool scoring;

    Player player_of(const Cell& cell) const {
        const auto found = tools.players.find(cell.user);
        return found == tools.players.end() ? Player{.voice = tools.voice} : found->second;
    }

    simulation::Surroundings around(const Cell& cell, simulation::Journal& to) const {
        const Player player = player_of(cell);
        return {tools.agent, tools.engine, tools.clock, to, tools.stop, player.voice, player.reader};
    }

    const json::object& context_of(const CellParts& parts) {
        const auto key = std::make_pair(parts.scenario, parts.edge_case);
        const auto found = contexts.find(key);
        return found != contexts.end()
                   ? found->second
                   : contexts.emplace(key, merged_context(*parts.scenario, *parts.edge_case)).first->second;
    }
};

CellParts parts_of(const Suite& suite, const Cell& cell) {
    const Scenario* scenario = suite.scenario(cell.scenario);
    return {suite.persona(cell.persona), scenario, find_edge_case(*scenario, cell.edge_case),
            suite.adversary(cell.adversary)};
}

// A judge's fault says nothing about the conversation, and the judge has been asked again already.
bool may_be_run_again(const Conversation& c) {
    return c.outcome == Outcome::invalid && c.ended != Ending::cancelled && c.ended != Ending::internal_error &&
           c.ended != Ending::budget_spent && c.fault != Fault::judge;
}

// The judge is asked once for each of what it rates, and not at all about conversations that do not count.
asio::awaitable<void> judge_it(Run& run, Conversation& conversation, const CellParts& parts) {
    const judge::Judge& judge = *run.tools.judge;
    const Suite& suite = run.work.suite;
    if (conversation.outcome == Outcome::invalid) {
        co_return;
    }
    if (suite.judge.realism) {
        judge::Judged about_user = co_await judge.rate_user(conversation, parts);
        if (about_user.trouble == judge::Trouble::cancelled) {
            conversation.ended = Ending::cancelled;
            co_return;
        }
        judge::apply_realism(*suite.judge.realism, std::move(about_user), conversation);
        if (conversation.outcome == Outcome::invalid) {
            co_return;
        }
    }
    judge::Judged about_agent = co_await judge.rate(conversation, parts);
    if (about_agent.trouble == judge::Trouble::cancelled) {
        conversation.ended = Ending::cancelled;  // resume asks again
        co_return;
    }
    judge::apply(suite, run.tools.standing, std::move(about_agent), conversation);
}

double model_cost(const Conversation& c) {
    return c.user_model.cost_usd.value_or(0) + c.reader_model.cost_usd.value_or(0) + c.judge_model.cost_usd.value_or(0);
}

using Finished = storage::RunStore::Batch::Finished;

// Does `work` on the scoring threads.
template <class Work>
asio::awaitable<void> apart(Run& run, Work work) {
    const asio::any_io_executor back = co_await asio::this_coro::executor;
    co_await asio::post(asio::bind_executor(run.scoring.get_executor(), asio::use_awaitable));
    work();
    co_await asio::post(asio::bind_executor(back, asio::use_awaitable));
}

// Conversations of several users are not gone on with midway: they begin again.
class NoJournal final : public simulation::Journal {
  public:
    Result<void> append(const std::string&, int, const Turn*, const Turn&) override { return {}; }
};

asio::awaitable<Conversation> simulate_all(Run& run, simulation::Setup setup, Worlds::Visit& visit) {
    NoJournal journal;
    const simulation::Surroundings around = run.around(setup.cell, journal);
    setup.resumed.clear();
    Others others = others_of(run.work.suite, setup, visit);
    Conversation out = co_await simulation::simulate_together(std::move(setup), std::move(others.setups), around);
    co_return out;
}

// A world of whose state a part is not Sosia's: what was called before cannot be called again unseen.
bool keeps_to_itself(const Suite& suite, const Scenario& scenario) {
    const WorldSpec* world = suite.world(scenario.world);
    return world != nullptr && !world->servers.empty();
}

// Gives what the conversation cost, all attempts and roles together.
asio::awaitable<double> run_job(Run& run, Job job) {
    const CellParts parts = parts_of(run.work.suite, job.cell);
    Conversation conversation;
    Finished entry;
    ModelUse wording;
    ModelUse reading;
    ModelUse judging;
    double agent_cost = 0;  // as the agent reports it, attempts that do not count included
    const Player player = run.player_of(job.cell);
    const bool asks_models = run.tools.judge != nullptr || player.voice != nullptr || player.reader != nullptr;
    for (int attempt = 0; attempt <= run.work.suite.limits.reruns; ++attempt) {
        std::vector<user::Reading> readings;
        simulation::Setup setup{.id = job.id,
                                .cell = job.cell,
                                .seed = job.seed,
                                .parts = parts,
                                .context = &run.context_of(parts),
                                .limits = &run.work.suite.limits,
                                .readings = &readings};
        // Every attempt has a world of its own. Documents were checked by the loader, so a visit cannot fail.
        const std::unique_ptr<Worlds::Visit> visit =
            run.worlds->visit(parts, job.seed, job.id, run.context_of(parts)).value();
        if (visit != nullptr) {
            setup.seat = &visit->seat();
            setup.context = &visit->context();
        }
        if (const auto resumed = run.work.resumed.find(job.id); attempt == 0 && resumed != run.work.resumed.end()) {
            setup.resumed = std::move(resumed->second);
        }
        if (keeps_to_itself(run.work.suite, *parts.scenario)) {
            setup.resumed.clear();
        }
        const simulation::Surroundings around = run.around(job.cell, run.journal);
        if (visit != nullptr) {
            co_await visit->connect(*run.worlds, *run.work.suite.world(parts.scenario->world), job.id);
        }
        if (visit != nullptr && !parts.scenario->together.empty()) {
            conversation = co_await simulate_all(run, std::move(setup), *visit);
        } else {
            conversation = co_await simulation::simulate(std::move(setup), around);
        }
        if (visit != nullptr) {
            co_await visit->leave();
        }
        agent_cost += conversation.metrics.cost_usd.value_or(0);
        run.tools.stop.spent(conversation.metrics.cost_usd.value_or(0));
        co_await apart(run, [&] {
            run.tools.scorer.score(conversation, parts, std::move(readings));
            if (!asks_models) {  // nothing comes after the score
                entry = finished_entry(conversation, job.ordinal);
            }
        });
        if (run.tools.judge != nullptr) {
            co_await judge_it(run, conversation, parts);
        }
        if (asks_models) {
            run.tools.stop.spent(model_cost(conversation));
            // What attempts that do not count have cost was spent all the same.
            prompt::add_use(wording, conversation.user_model);
            prompt::add_use(reading, conversation.reader_model);
            prompt::add_use(judging, conversation.judge_model);
            wording = conversation.user_model;
            reading = conversation.reader_model;
            judging = conversation.judge_model;
        }
        if (!may_be_run_again(conversation) || run.tools.stop.draining()) {
            break;
        }
    }
    if (conversation.ended == Ending::cancelled || conversation.ended == Ending::internal_error) {
        co_return agent_cost + model_cost(conversation);  // unfinished: resume goes on from the journal
    }
    if (asks_models) {
        co_await apart(run, [&] { entry = finished_entry(conversation, job.ordinal); });
    }
    run.tools.writer.finish(std::move(entry));
    run.tools.summary.add(conversation, job.ordinal);
    run.tools.finished(conversation);
    co_return agent_cost + model_cost(conversation);
}

// Waits until the budget pays for one more conversation; false when it will not any more.
asio::awaitable<bool> payable(Run& run) {
    while (!run.tools.stop.draining() && run.tools.stop.room() == StopSwitch::Room::wait) {
        boost::system::error_code ignored;
        co_await run.one_ended.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    co_return !run.tools.stop.draining();
}

asio::awaitable<void> worker(Run& run) {
    while (run.next < run.work.ordinals.size()) {
        const bool can_pay = co_await payable(run);
        if (!can_pay || run.next >= run.work.ordinals.size()) {
            co_return;
        }
        Job job = run.work.job(run.work.ordinals[run.next++]);
        run.tools.stop.began();
        const Result<void> room = co_await run.tools.writer.room();
        if (!room) {
            run.outcome = room;
            run.tools.stop.cancel("the store failed");
            run.one_ended.cancel();
            co_return;
        }
        const double cost = co_await run_job(run, std::move(job));
        run.tools.stop.ended(cost);
        run.one_ended.cancel();
    }
}

// Starts the workers and waits for the last; the first exception wins and is thrown again here.
asio::awaitable<void> work_together(Run& run, std::size_t workers) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    asio::steady_timer all_done(executor, asio::steady_timer::time_point::max());
    std::size_t left = workers;
    std::exception_ptr first;
    for (std::size_t i = 0; i < workers; ++i) {
        asio::co_spawn(executor, worker(run), [&](const std::exception_ptr& error) {
            if (error != nullptr && first == nullptr) {
                first = error;
                run.tools.stop.cancel("internal error");
                run.one_ended.cancel();  // nobody may wait for what will not end
            }
            if (--left == 0) {
                all_done.cancel();
            }
        });
    }
    if (left > 0) {
        boost::system::error_code ignored;
        co_await all_done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (first != nullptr) {
        std::rethrow_exception(first);
    }
}

}  // namespace

std::string exchange_to_text(const Turn* user, const Turn& agent) {
    std::string out;
    {
        JsonObject entry(out);
        append_json(entry.member("user"), user == nullptr ? Turn{} : *user);
        append_json(entry.member("agent"), agent);
    }
    return out;
}

Result<simulation::Exchange> exchange_from_text(std::string_view text) {
    boost::system::error_code error;
    const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !value.is_object() || !value.as_object().contains("user") || !value.as_object().contains("agent")) {
        return fail(ErrorKind::malformed, "not a journal step: " + error.message());
    }
    const Result<Turn> user = turn_from_json(value.at("user"));
    const Result<Turn> agent = turn_from_json(value.at("agent"));
    if (!user || !agent) {
        return std::unexpected(user ? agent.error() : user.error());
    }
    return simulation::Exchange{.user = *user, .agent = *agent};
}

storage::RunStore::Batch::Finished finished_entry(const Conversation& c, std::uint64_t ordinal) {
    storage::ConversationBrief brief{.id = c.id,
                                     .ordinal = ordinal,
                                     .cell = c.cell,
                                     .outcome = c.outcome,
                                     .fault = c.fault,
                                     .ended = c.ended,
                                     .user_turns = c.metrics.user_turns,
                                     .duration_ms = c.metrics.duration_ms,
                                     .score = c.metrics.score};
    for (const CheckResult& check : c.checks) {
        if (!check.passed && check.gates) {
            brief.failed_checks.push_back(check.name);
        }
    }
    return {.brief = std::move(brief), .record = json_text(c)};
}

asio::awaitable<Result<void>> execute(Work work, Tools tools) {
    const auto at_once = static_cast<std::size_t>(std::max(1, work.suite.limits.concurrency));
    Result<std::unique_ptr<Worlds>> worlds = Worlds::open(work.suite, co_await asio::this_coro::executor);
    if (!worlds) {
        co_return std::unexpected(worlds.error());
    }
    constexpr std::size_t command_threads = 4;  // they wait for the commands of a scorecard
    const std::size_t threads = scoring::has_commands(work.suite.scorecard) ? command_threads : 1;
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    Run run(std::move(work), std::move(tools), std::move(*worlds), threads, executor);
    co_await work_together(run, std::min(at_once, std::max<std::size_t>(1, run.work.ordinals.size())));
    co_await run.worlds->close();
    const Result<void> written = co_await run.tools.writer.flush();
    co_return run.outcome ? written : run.outcome;
}

}  // namespace sosia::execution
