#include "server/application.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "server/search.h"
#include "server/waiting.h"

namespace sosia::server {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

constexpr std::size_t kept_indexes = 4;
constexpr std::string_view nothing_here = "there is nothing here";

void harden(net::ServerResponse& answer) {
    answer.headers.add("X-Content-Type-Options", "nosniff");
    answer.headers.add("Referrer-Policy", "no-referrer");
    answer.headers.add("Cross-Origin-Resource-Policy", "same-origin");
    answer.headers.add("Cross-Origin-Opener-Policy", "same-origin");
    answer.headers.add("Cache-Control", "no-store");
    if (!answer.headers.contains("Content-Security-Policy")) {
        answer.headers.add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    }
}

net::ServerResponse answer_to(const Error& error) {
    const int status = error.kind == ErrorKind::usage ? 404 : error.kind == ErrorKind::conflict ? 409 : 503;
    return error_answer(status, error.hint.empty() ? error.message : error.message + "; " + error.hint);
}

net::ServerResponse json_answer(const std::string& text) {
    return {.body = text, .headers = {}};
}

// "ID/rest" -> {ID, rest}
std::pair<std::string, std::string> first_and_rest(std::string_view path) {
    const std::size_t slash = path.find('/');
    return {std::string(path.substr(0, slash)),
            slash == std::string_view::npos ? "" : std::string(path.substr(slash + 1))};
}

template <class T>
Result<T> unanswered() {
    return fail(ErrorKind::cancelled, "the server is ending");
}

}  // namespace

Application::Application(Access access, std::string page, std::string page_policy, Sources sources, Controls* controls)
    : access_(std::move(access)),
      page_(std::move(page)),
      page_policy_(std::move(page_policy)),
      sources_(std::move(sources)),
      controls_(controls) {}

asio::awaitable<net::ServerResponse> Application::answer(net::ServerRequest request) {
    net::ServerResponse out;
    if (std::optional<net::ServerResponse> refusal = refuse(request, access_)) {
        out = std::move(*refusal);
    } else {
        out = co_await route(std::move(request));
    }
    harden(out);
    co_return out;
}

asio::awaitable<void> Application::prepare() {
    std::string newest;
    co_await workbench_.run([&] {
        const auto reader = sources_.open();
        const Result<std::vector<storage::RunInfo>> all = reader ? (*reader)->runs() : std::unexpected(reader.error());
        newest = all && !all->empty() ? all->front().id : "";
    });
    if (!newest.empty()) {
        const net::ServerResponse kept = co_await index(std::move(newest), false);
    }
}

Application::Answer Application::route(net::ServerRequest request) {
    constexpr std::string_view runs_below = "/api/runs/";
    constexpr std::string_view suites_below = "/api/suites/";
    const bool writes = request.method == "POST";
    const std::string& path = request.path;
    net::ServerResponse out = error_answer(404, nothing_here);
    if (writes && path.starts_with(runs_below)) {
        auto [run, action] = first_and_rest(path.substr(runs_below.size()));
        out = co_await act(std::move(run), std::move(action));
    } else if (writes && path.starts_with(suites_below)) {
        out = start(path.substr(suites_below.size()));
    } else if (writes) {
        out = error_answer(405, "only reading is possible here");
    } else if (path == "/") {
        out = {.body = page_, .content_type = "text/html; charset=utf-8", .headers = {}};
        out.headers.add("Content-Security-Policy", page_policy_);
    } else if (path == "/api/runs") {
        const Text text = co_await runs();
        out = json_answer(*text);
    } else if (path == "/api/events") {
        out = co_await events();
    } else if (path == "/api/compare") {
        out = co_await comparison(query_value(request.query, "before"), query_value(request.query, "after"));
    } else if (path.starts_with(runs_below)) {
        auto [run, rest] = first_and_rest(path.substr(runs_below.size()));
        out = co_await of_run(std::move(run), std::move(rest), request.query);
    }
    co_return out;
}

Application::Answer Application::of_run(std::string run, std::string rest, std::string query) {
    constexpr std::string_view conversations = "conversations/";
    net::ServerResponse out = error_answer(404, nothing_here);
    if (rest.empty() || rest == "whole") {
        out = co_await index(std::move(run), !rest.empty());
    } else if (rest.starts_with(conversations)) {
        out = co_await conversation(std::move(run), rest.substr(conversations.size()));
    } else if (rest == "search") {
        out = co_await search(std::move(run), query_value(query, "q"));
    }
    co_return out;
}

asio::awaitable<Result<storage::RunInfo>> Application::info(std::string run) {
    Result<storage::RunInfo> found = unanswered<storage::RunInfo>();
    co_await workbench_.run([&] {
        const auto reader = sources_.open();
        found = reader ? (*reader)->run(run) : std::unexpected(reader.error());
    });
    co_return found;
}

Application::Answer Application::index(std::string run, bool whole) {
    Result<storage::RunInfo> found = unanswered<storage::RunInfo>();
    Result<std::uint64_t> done = unanswered<std::uint64_t>();
    co_await workbench_.run([&] {
        const auto reader = sources_.open();
        found = reader ? (*reader)->run(run) : std::unexpected(reader.error());
        done = found ? (*reader)->finished_count(found->id) : std::unexpected(found.error());
    });
    if (!found || !done) {
        co_return answer_to(found ? done.error() : found.error());
    }
    const std::string key = found->id + (whole ? " whole" : "");
    const std::string version = std::string(storage::to_string(found->state)) + " " + std::to_string(*done);
    if (const Text text = known(found->id + " whole", version)) {  // better than what was asked for
        co_return json_answer(*text);
    }
    while (counting_.contains(key)) {  // somebody else asked for the same a moment ago
        co_await pause(std::chrono::milliseconds(25));
    }
    if (const Text text = known(key, version)) {
        co_return json_answer(*text);
    }
    counting_[key] = 1;
    Result<std::string> made = unanswered<std::string>();
    co_await workbench_.run([&] {
        const auto reader = sources_.open();
        made =
            reader ? sources_.index(*found, **reader, whole, workbench_.stopping()) : std::unexpected(reader.error());
    });
    counting_.erase(key);
    if (!made) {
        co_return answer_to(made.error());
    }
    keep(key, version, std::make_shared<const std::string>(*made));
    co_return json_answer(*made);
}

Application::Text Application::known(const std::string& key, const std::string& version) {
    const auto at = kept_.find(key);
    if (at == kept_.end() || at->second.version != version) {
        return nullptr;
    }
    at->second.used = ++uses_;
    return at->second.text;
}

void Application::keep(const std::string& key, std::string version, Text text) {
    kept_[key] = {.version = std::move(version), .text = std::move(text), .used = ++uses_};
    while (kept_.size() > kept_indexes) {
        kept_.erase(std::ranges::min_element(kept_, {}, [](const auto& entry) { return entry.second.used; }));
    }
}

Application::Answer Application::conversation(std::string run, std::string id) {
    Result<storage::RunReader::Found> found = unanswered<storage::RunReader::Found>();
    co_await workbench_.run([&] {
        const auto reader = sources_.open();
        found = reader ? (*reader)->find(id, run) : std::unexpected(reader.error());
    });
    co_return found ? json_answer(found->record) : answer_to(found.error());
}

Application::Answer Application::search(std::string run, std::string text) {
    if (text.empty()) {
        co_return error_answer(400, "there is nothing to search for");
    }
    Result<json::array> hits = unanswered<json::array>();
    co_await workbench_.run([&] {
        const auto reader = sources_.open();
        hits = reader ? search_records(**reader, run, text, workbench_.stopping()) : std::unexpected(reader.error());
    });
    co_return hits ? json_answer(json::serialize(*hits)) : answer_to(hits.error());
}

Application::Answer Application::comparison(std::string before, std::string after) {
    Result<std::string> made = unanswered<std::string>();
    co_await workbench_.run([&] { made = sources_.comparison(before, after); });
    co_return made ? json_answer(*made) : answer_to(made.error());
}

Application::Answer Application::act(std::string run, std::string action) {
    if (controls_ == nullptr) {
        co_return error_answer(
            405, "this server only shows runs; sosia serve SUITE may also start and stop those of a suite");
    }
    const Result<storage::RunInfo> found = co_await info(std::move(run));
    if (!found) {
        co_return answer_to(found.error());
    }
    const std::vector<std::string> possible = controls_->actions(*found);
    if (std::ranges::find(possible, action) == possible.end()) {
        co_return error_answer(409, "that cannot be done with this run now");
    }
    const Result<void> done = controls_->act(*found, action);
    co_return done ? json_answer("{}") : answer_to(done.error());
}

net::ServerResponse Application::start(const std::string& suite) {
    std::size_t number = 0;
    const char* const end = suite.data() + suite.size();
    const auto [at, error] = std::from_chars(suite.data(), end, number);
    if (controls_ == nullptr || error != std::errc{} || at != end || number >= controls_->suites().size()) {
        return error_answer(404, nothing_here);
    }
    const Result<void> started = controls_->start(number);
    return started ? json_answer("{}") : answer_to(started.error());
}

}  // namespace sosia::server
