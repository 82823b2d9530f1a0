// The `url` type: JSON over HTTP with a request template and pointers into the answer (docs/agents.md).
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "agent/detail/args.h"
#include "agent/detail/http_headers.h"
#include "agent/detail/http_turn.h"
#include "agent/detail/reply_reader.h"
#include "agent/detail/request_template.h"
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
};

class HttpSession final : public Session {
  public:
    HttpSession(const Wire& wire, detail::HttpTurns& turns, std::string conversation)
        : wire_(wire), turns_(turns), conversation_(std::move(conversation)) {}

    asio::awaitable<Exchange> send(Request request) override {
        net::HttpRequest http{.method = wire_.method,
                              .url = wire_.url.render(request, detail::TextTemplate::Escape::url),
                              .headers = wire_.headers.render(request, wire_.with_body),
                              .body = wire_.with_body ? wire_.request.render(request) : std::string{}};
        const Random random = turns_.random_for(conversation_).derive(static_cast<std::uint64_t>(request.turn));
        auto answer = co_await turns_.send(std::move(http), random);
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
    asio::awaitable<std::expected<std::unique_ptr<Session>, Failure>> open(std::string conversation) override {
        std::unique_ptr<Session> session = std::make_unique<HttpSession>(wire_, turns_, std::move(conversation));
        co_return session;
    }

  private:
    Wire wire_;
    Traits traits_;
    detail::HttpTurns turns_;
};

Result<std::string> method_arg(const boost::json::object& args) {
    auto method = detail::text_arg(args, "method", "POST");
    if (!method) {
        return method;
    }
    for (const std::string_view known : {"POST", "PUT", "PATCH", "GET", "DELETE"}) {
        if (lower(*method) == lower(known)) {
            return std::string(known);
        }
    }
    return fail(ErrorKind::usage,
                fmt::format("agent.method must be POST, PUT, PATCH, GET or DELETE, not \"{}\"", *method));
}

Result<detail::ReplyShape> reply_args(const boost::json::object& args) {
    detail::ReplyShape shape;
    const std::pair<std::string_view, std::string*> keys[] = {{"reply", &shape.text},
                                                              {"reply_tools", &shape.tools},
                                                              {"reply_ended", &shape.ended},
                                                              {"reply_metadata", &shape.metadata}};
    for (const auto& [key, target] : keys) {
        auto pointer = detail::pointer_arg(args, key);
        if (!pointer) {
            return std::unexpected(std::move(pointer.error()));
        }
        *target = std::move(*pointer);
    }
    return shape;
}

Result<Wire> read_wire(const boost::json::object& args) {
    auto method = method_arg(args);
    if (!method) {
        return std::unexpected(std::move(method.error()));
    }
    auto url = detail::url_arg(args, "url");
    auto url_template = url ? detail::TextTemplate::parse(*url, "agent.url") : std::unexpected(std::move(url.error()));
    if (!url_template) {
        return std::unexpected(std::move(url_template.error()));
    }
    auto configured = detail::headers_arg(args);
    auto headers = configured ? detail::RequestHeaders::make(*configured, "application/json")
                              : std::unexpected(std::move(configured.error()));
    if (!headers) {
        return std::unexpected(std::move(headers.error()));
    }
    auto request = detail::RequestTemplate::parse(args.if_contains("request"));
    if (!request) {
        return std::unexpected(std::move(request.error()));
    }
    auto reply = reply_args(args);
    if (!reply) {
        return std::unexpected(std::move(reply.error()));
    }
    const bool with_body = *method != "GET" && *method != "DELETE";
    return Wire{std::move(*method),  std::move(*url_template), std::move(*headers),
                std::move(*request), std::move(*reply),        with_body};
}

}  // namespace

Result<std::unique_ptr<Agent>> make_http_agent(const Setup& setup) {
    auto wire = read_wire(setup.spec->args);
    if (!wire) {
        return std::unexpected(std::move(wire.error()));
    }
    const std::string url(setup.spec->args.at("url").as_string());
    Traits traits{.stateless = setup.spec->stateless.value_or(wire->with_body && wire->request.carries_history()),
                  .description = fmt::format("{} {}", wire->method, detail::public_url(url))};
    std::unique_ptr<Agent> agent = std::make_unique<HttpAgent>(std::move(*wire), std::move(traits), setup);
    return agent;
}

}  // namespace sosia::agent
