#include "net/http_client.h"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "net/detail/client_core.h"

namespace sosia::net {
namespace asio = boost::asio;

HttpClient::HttpClient(asio::any_io_executor executor, Options options)
    : core_(std::make_shared<detail::ClientCore>(std::move(executor), std::move(options))) {}

HttpClient::~HttpClient() {
    core_->shutdown();
}

asio::awaitable<HttpResult> HttpClient::send(HttpRequest request) {
    return send(std::move(request), ChunkSink{});
}

asio::awaitable<HttpResult> HttpClient::send(HttpRequest request, ChunkSink sink) {
    const std::shared_ptr<detail::ClientCore> core = core_;
    auto initiate = [&](auto handler) {
        const auto slot = asio::get_associated_cancellation_slot(handler);
        core->start(std::move(request), std::move(sink), std::move(handler), slot);
    };
    HttpResult result =
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void(HttpResult)>(initiate, asio::use_awaitable);
    co_return result;
}

void HttpClient::cancel_all() {
    core_->cancel_all();
}

std::size_t HttpClient::in_flight() const {
    return core_->in_flight();
}

}  // namespace sosia::net
