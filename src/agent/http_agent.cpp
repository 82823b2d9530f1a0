// The `url` type: JSON over HTTP with a request template and pointers into the answer (docs/agents.md).
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "agent/detail/args.h"
#include "agent/detail/http_headers.h"
#include "agent/detail/http_turn.h"
#include "agent/detail/reply_reader.h"
#include "agent/detail/reply_shape.h"
#include "agent/detail/request_template.h"
#include "agent/instances.h"
#include "agent/make_agent.h"
#include "base/text.h"

namespace sosia::agent {
namespace {

namespace asio = boost::asio;

struct Wire {
    std::string method;
    detail::TextTemplate url;
    detail::RequestHeaders headers;
    detail::RequestTemplate request;
    detail::ReplyShape reply;
    bool with_body = true;
    std::string plain_url;
    std::string description;
};

class HttpSession final : public Session {
  public:
    HttpSession(const Wire& wire, detail::HttpTurns& turns, std::string conversation)
        : wire_(wire), turns_(turns), conversation_(std::move(conversation)) {}

    asio::awaitable<Exchange> send(Request request) override {
        auto make_request = [&] { return http_request(request); };
        const Random random = turns_.random_for(conversation_).derive(static_cast<std::uint64_t>(request.turn));
        auto answer = co_await turns_.send(make_request, random);
        if (!answer) {
            co_return std::unexpected(std::move(answer.error()));
        }
        auto reply = detail::read_reply(wire_.reply, answer->response.body);
        if (!reply) {
            co_return std::unexpected(turns_.invalid(reply.error(), answer->retries));
        }
        reply->retries = answer->retries;
        co_return std::move(*reply);
    }

  private:
    net::HttpRequest http_request(const Request& request) const {
        return {.method = wire_.method,
                .url = wire_.url.render(request, detail::TextTemplate::Escape::url),
                .headers = wire_.headers.render(request, wire_.with_body),
                .body = wire_.with_body ? wire_.request.render(request) : std::string{}};
    }

    const Wire& wire_;
    detail::HttpTurns& turns_;
    std::string conversation_;
};

class HttpAgent final : public Agent {
  public:
    HttpAgent(Wire wire, Traits traits, const Setup& setup)
        : wire_(std::move(wire)),
          traits_(std::move(traits)),
          turns_(setup, traits_.description, wire_.headers.redactor()) {}

    const Traits& traits() const override { return traits_; }
    void cancel() override { turns_.cancel(); }
    asio::awaitable<std::expected<std::unique_ptr<Session>, Failure>> open(std::string conversation) override {
        std::unique_ptr<Session> session = std::make_unique<HttpSession>(wire_, turns_, std::move(conversation));
        co_return session;
    }

  private:
    Wire wire_;
    Traits traits_;
    detail::HttpTurns turns_;
};

Result<std::string> checked_method(const std::string& method) {
    for (const std::string_view known : {"POST", "PUT", "PATCH", "GET", "DELETE"}) {
        if (lower(method) == lower(known)) {
            return std::string(known);
        }
    }
    return fail(ErrorKind::usage,
                fmt::format("agent.method must be POST, PUT, PATCH, GET or DELETE, not \"{}\"", method));
}

Result<Wire> read_wire(const boost::json::object& json, const Instance& instance) {
    detail::Args args(json);
    Wire wire;
    const std::string url = instance.url_of(args.url("url"));
    wire.url = args.take(detail::TextTemplate::parse(url, "agent.url"));
    wire.method = args.take(checked_method(args.text("method", "POST")));
    wire.headers = args.take(detail::RequestHeaders::make(args.headers(), "application/json"));
    wire.request = args.take(detail::RequestTemplate::parse(args.value("request")));
    wire.reply = detail::reply_shape(args);
    wire.with_body = wire.method != "GET" && wire.method != "DELETE";
    wire.plain_url = url;
    wire.description = fmt::format("{} {}", wire.method, detail::public_url(url));
    if (args.error()) {
        return std::unexpected(*args.error());
    }
    return wire;
}

}  // namespace

Result<std::unique_ptr<Agent>> make_http_agent(const Setup& setup) {
    const boost::json::object args = detail::flattened(setup.spec->args, "url");
    return make_instances(setup, [&](const Setup& own, const Instance& instance) -> Result<std::unique_ptr<Agent>> {
        auto wire = read_wire(args, instance);
        if (!wire) {
            return std::unexpected(std::move(wire.error()));
        }
        Supervision supervision = instance.supervision(own, wire->plain_url);
        Traits traits{.stateless = own.spec->stateless.value_or(wire->with_body && wire->request.carries_history()),
                      .description = wire->description};
        auto agent = std::make_unique<HttpAgent>(std::move(*wire), std::move(traits), own);
        return supervised(own, std::move(agent), std::move(supervision));
    });
}

}  // namespace sosia::agent
