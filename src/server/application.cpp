#include "server/application.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>

#include "base/clock.h"
#include "base/hash.h"
#include "server/search.h"

namespace sosia::server {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

constexpr std::size_t kept_indexes = 4;

std::uint64_t count_of(const storage::RunInfo& run, const char* key) {
    const json::value* counts = run.summary.if_contains("counts");
    return counts == nullptr ? 0 : counts->at(key).to_number<std::uint64_t>();
}

std::string verdict_of(const storage::RunInfo& run) {
    const json::value* gate = run.summary.if_contains("gate");
    return gate == nullptr ? "" : std::string(gate->at("verdict").as_string());
}

json::object run_json(const storage::RunInfo& run, std::uint64_t done) {
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
            {"invalid", count_of(run, "invalid")}};
}

void harden(net::ServerResponse& answer) {
    answer.headers.add("X-Content-Type-Options", "nosniff");
    answer.headers.add("Referrer-Policy", "no-referrer");
    answer.headers.add("Cross-Origin-Resource-Policy", "same-origin");
    answer.headers.add("Cache-Control", "no-store");
}

net::ServerResponse answer_to(const Error& error) {
    return error_answer(error.kind == ErrorKind::usage ? 404 : 503, error.message);
}

// "/api/runs/ID/rest" -> {ID, rest}
std::pair<std::string, std::string> run_and_rest(std::string_view path) {
    constexpr std::string_view prefix = "/api/runs/";
    const std::string_view tail = path.substr(prefix.size());
    const std::size_t slash = tail.find('/');
    return {std::string(tail.substr(0, slash)),
            slash == std::string_view::npos ? "" : std::string(tail.substr(slash + 1))};
}

}  // namespace

Application::Application(Access access, std::string page, std::string page_policy, storage::RunReader& reader,
                         MakeIndex make_index)
    : access_(std::move(access)),
      page_(std::move(page)),
      page_policy_(std::move(page_policy)),
      reader_(reader),
      make_index_(std::move(make_index)) {}

asio::awaitable<net::ServerResponse> Application::answer(net::ServerRequest request) {
    net::ServerResponse out;
    if (std::optional<net::ServerResponse> refusal = refuse(request, access_)) {
        out = std::move(*refusal);
    } else if (request.path == "/api/events") {
        out = co_await events(std::string(request.headers.find("Last-Event-ID").value_or("")));
    } else {
        out = route(request);
    }
    harden(out);
    co_return out;
}

net::ServerResponse Application::route(const net::ServerRequest& request) {
    constexpr std::string_view conversations = "conversations/";
    if (request.path == "/") {
        net::ServerResponse page{.body = page_, .content_type = "text/html; charset=utf-8", .headers = {}};
        page.headers.add("Content-Security-Policy", page_policy_);
        return page;
    }
    if (request.path == "/api/runs") {
        return {.body = runs(), .headers = {}};
    }
    if (!request.path.starts_with("/api/runs/")) {
        return error_answer(404, "there is nothing here");
    }
    const auto [run, rest] = run_and_rest(request.path);
    if (rest.empty()) {
        return index(run);
    }
    if (rest.starts_with(conversations)) {
        return conversation(run, rest.substr(conversations.size()));
    }
    return rest == "search" ? search(run, query_value(request.query, "q")) : error_answer(404, "there is nothing here");
}

std::string Application::runs() {
    json::array out;
    const Result<std::vector<storage::RunInfo>> all = reader_.runs();
    for (const storage::RunInfo& run : all ? *all : std::vector<storage::RunInfo>{}) {
        std::uint64_t done = count_of(run, "done");
        if (run.state == storage::RunState::running) {
            const Result<std::vector<std::string>> finished = reader_.finished_ids(run.id);
            done = finished ? finished->size() : 0;
        }
        out.emplace_back(run_json(run, done));
    }
    return json::serialize(out);
}

net::ServerResponse Application::index(const std::string& run) {
    const Result<storage::RunInfo> info = reader_.run(run);
    if (!info) {
        return answer_to(info.error());
    }
    const Result<std::vector<std::string>> finished = reader_.finished_ids(info->id);
    const std::string version =
        std::string(storage::to_string(info->state)) + " " + std::to_string(finished ? finished->size() : 0);
    Kept& kept = indexes_[info->id];
    if (kept.version != version) {
        Result<std::string> made = make_index_(info->id);
        if (!made) {
            return answer_to(made.error());
        }
        kept = {.version = version, .text = std::move(*made)};
    }
    net::ServerResponse out{.body = kept.text, .headers = {}};
    if (indexes_.size() > kept_indexes) {
        indexes_.erase(indexes_.begin()->first == info->id ? std::next(indexes_.begin()) : indexes_.begin());
    }
    return out;
}

net::ServerResponse Application::conversation(const std::string& run, const std::string& id) {
    Result<storage::RunReader::Found> found = reader_.find(id, run);
    if (!found) {
        return answer_to(found.error());
    }
    return {.body = std::move(found->record), .headers = {}};
}

net::ServerResponse Application::search(const std::string& run, const std::string& text) {
    if (text.empty()) {
        return error_answer(400, "there is nothing to search for");
    }
    const Result<json::array> hits = search_records(reader_, run, text);
    if (!hits) {
        return answer_to(hits.error());
    }
    return {.body = json::serialize(*hits), .headers = {}};
}

// One event an answer: the browser asks again with the last event's id and waits until something is new.
asio::awaitable<net::ServerResponse> Application::events(std::string known) {
    constexpr std::chrono::milliseconds pause(500);
    constexpr int patience = 30;  // pauses, then the same list again, so that a dead connection is noticed
    asio::steady_timer timer(co_await asio::this_coro::executor);
    std::string list = runs();
    for (int i = 0; i < patience && content_hash(list) == known; ++i) {
        timer.expires_after(pause);
        co_await timer.async_wait(asio::use_awaitable);
        list = runs();
    }
    net::ServerResponse out{.body = "retry: 500\nid: " + content_hash(list) + "\nevent: runs\ndata: " + list + "\n\n",
                            .content_type = "text/event-stream",
                            .headers = {}};
    co_return out;
}

}  // namespace sosia::server
