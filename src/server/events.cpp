// The list of runs, and its changes as server-sent events.
#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>

#include "base/clock.h"
#include "server/application.h"
#include "server/waiting.h"

namespace sosia::server {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

constexpr std::chrono::milliseconds look_again(400);
constexpr int most_listeners = 64;

// Numbers of a finished run as its run.json says; 0 while it goes on.
std::uint64_t count_of(const storage::RunInfo& run, const char* key) {
    const json::value* counts = run.summary.if_contains("counts");
    const json::value* value =
        counts != nullptr && counts->is_object() ? counts->get_object().if_contains(key) : nullptr;
    return value != nullptr && value->is_number() ? value->to_number<std::uint64_t>() : 0;
}

std::string verdict_of(const storage::RunInfo& run) {
    const json::value* gate = run.summary.if_contains("gate");
    const json::value* verdict =
        gate != nullptr && gate->is_object() ? gate->get_object().if_contains("verdict") : nullptr;
    return verdict != nullptr && verdict->is_string() ? std::string(verdict->get_string()) : "";
}

json::object run_json(const storage::RunInfo& run, std::uint64_t done, Controls* controls) {
    json::array actions;
    for (const std::string& action : controls == nullptr ? std::vector<std::string>{} : controls->actions(run)) {
        actions.emplace_back(action);
    }
    return {{"id", run.id},
            {"suite", run.suite},
            {"state", storage::to_string(run.state)},
            {"started_at", iso8601(run.started_ms)},
            {"finished_at", run.finished_ms == 0 ? "" : iso8601(run.finished_ms)},
            {"planned", run.planned},
            {"done", done},
            {"verdict", verdict_of(run)},
            {"passed", count_of(run, "passed")},
            {"failed", count_of(run, "failed")},
            {"invalid", count_of(run, "invalid")},
            {"actions", std::move(actions)}};
}

std::string event_of(const std::string& text) {
    return "event: runs\ndata: " + text + "\n\n";
}

// What one browser has been told.
struct Listener {
    explicit Listener(int& all) : count(all) { ++count; }
    ~Listener() { --count; }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    int& count;
    std::shared_ptr<const std::string> told;
};

}  // namespace

asio::awaitable<void> pause(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    timer.expires_after(time);
    co_await timer.async_wait(asio::use_awaitable);
}

std::string Application::runs_text(const std::vector<storage::RunInfo>& runs, const std::vector<std::uint64_t>& done,
                                   json::array baselines, const std::string& trouble) {
    json::array out;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        out.emplace_back(run_json(runs[i], done[i], controls_));
    }
    return json::serialize(json::object{{"runs", std::move(out)},
                                        {"suites", controls_ == nullptr ? json::array() : controls_->suites()},
                                        {"baselines", std::move(baselines)},
                                        {"trouble", trouble}});
}

std::string Application::trouble_of(const Error& error) const {
    const bool is_missing = error.kind == ErrorKind::usage;
    if (is_missing && was_there_) {
        return "the store is not there any more: it was deleted or moved";
    }
    return is_missing ? "" : error.message;
}

// One reading serves everybody who asks at about the same time; a store that takes long to read is read less often.
asio::awaitable<Application::Text> Application::runs() {
    constexpr std::int64_t fresh_us = 300'000;
    constexpr std::int64_t rest = 5;
    const SystemClock clock;
    while (snapshot_.is_being_made) {
        co_await pause(std::chrono::milliseconds(10));
    }
    if (snapshot_.text && clock.steady_us() - snapshot_.made_us < std::max(fresh_us, rest * snapshot_.took_us)) {
        co_return snapshot_.text;
    }
    snapshot_.is_being_made = true;
    const std::int64_t began_us = clock.steady_us();
    std::vector<storage::RunInfo> all;
    std::vector<std::uint64_t> done;
    json::array baselines;
    std::string trouble;
    co_await workbench_.run([&] {
        const auto reader = sources_.open();
        Result<std::vector<storage::RunInfo>> read = reader ? (*reader)->runs() : std::unexpected(reader.error());
        if (read) {
            all = std::move(*read);
            was_there_ = true;
        } else {
            trouble = trouble_of(read.error());
        }
        for (const storage::RunInfo& run : all) {
            const bool is_known = run.state == storage::RunState::finished && count_of(run, "done") > 0;
            done.push_back(is_known ? count_of(run, "done") : (*reader)->finished_count(run.id).value_or(0));
        }
        baselines = sources_.baselines();
    });
    const std::string text = runs_text(all, done, std::move(baselines), trouble);
    if (!snapshot_.text || *snapshot_.text != text) {
        snapshot_.text = std::make_shared<const std::string>(text);
    }
    snapshot_.made_us = clock.steady_us();
    snapshot_.took_us = snapshot_.made_us - began_us;
    snapshot_.is_being_made = false;
    co_return snapshot_.text;
}

Application::Answer Application::events() {
    if (listeners_ >= most_listeners) {
        co_return error_answer(503, "too many windows are open on this server");
    }
    auto listener = std::make_shared<Listener>(listeners_);
    listener->told = co_await runs();
    net::ServerResponse out{
        .body = "retry: 1000\n\n" + event_of(*listener->told), .content_type = "text/event-stream", .headers = {}};
    out.more = [this, listener]() -> asio::awaitable<std::optional<std::string>> {
        constexpr int patience = 30;  // looks, then a comment, so that a dead connection is noticed
        std::string piece = ":\n\n";
        for (int i = 0; i < patience; ++i) {
            co_await pause(look_again);
            const Text now = co_await runs();
            if (*now != *listener->told) {
                listener->told = now;
                piece = event_of(*now);
                break;
            }
        }
        co_return piece;
    };
    co_return out;
}

}  // namespace sosia::server
