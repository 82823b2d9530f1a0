#include <fmt/format.h>

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <utility>

#include "net/test_server.h"

namespace sosia::net::test {
namespace asio = boost::asio;

// A script is a plain lambda that returns a coroutine made by a function: a capturing lambda coroutine would read its
// captures after they are gone.
namespace {

asio::awaitable<void> write_bytes(Peer& peer, std::string bytes) {
    co_await peer.write(std::move(bytes));
}

asio::awaitable<void> write_and_close(Peer& peer, std::string bytes) {
    co_await peer.write(std::move(bytes));
    peer.close();
}

asio::awaitable<void> write_and_reset(Peer& peer, std::string bytes) {
    co_await peer.write(std::move(bytes));
    co_await peer.pause(std::chrono::milliseconds(1));
    peer.reset();
}

asio::awaitable<void> stay_silent(Peer& peer) {
    co_await peer.wait_for_close();
}

asio::awaitable<void> write_slowly(Peer& peer, std::string bytes, std::chrono::milliseconds pause) {
    for (const char byte : bytes) {
        co_await peer.write(std::string(1, byte));
        if (!peer.open()) {
            co_return;
        }
        co_await peer.pause(pause);
    }
}

asio::awaitable<void> write_forever(Peer& peer, std::string head, std::string piece) {
    co_await peer.write(std::move(head));
    while (peer.open()) {
        co_await peer.write(piece);
    }
}

asio::awaitable<void> write_many(Peer& peer, std::string head, std::uint64_t bytes) {
    co_await peer.write(std::move(head));
    const std::string piece(64 << 10, 'x');
    for (std::uint64_t sent = 0; sent < bytes && peer.open(); sent += piece.size()) {
        co_await peer.write(piece.substr(0, std::min<std::uint64_t>(piece.size(), bytes - sent)));
    }
}

asio::awaitable<void> close_peer(Peer& peer) {
    peer.close();
    co_return;
}

asio::awaitable<void> reset_peer(Peer& peer) {
    peer.reset();
    co_return;
}

constexpr std::string_view chunked_head =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
constexpr std::string_view half_body =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"mes";

}  // namespace

std::string http_answer(int status, std::string_view body, std::string_view content_type,
                        std::string_view more_headers) {
    return fmt::format("HTTP/1.1 {} Text\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n{}", status, content_type,
                       body.size(), more_headers, body);
}

Script raw(std::string bytes) {
    return [bytes = std::move(bytes)](Peer& peer, const ReceivedRequest&) { return write_and_close(peer, bytes); };
}

Script answer(int status, std::string_view body, std::string_view content_type, std::string_view more_headers) {
    return [bytes = http_answer(status, body, content_type, more_headers)](Peer& peer, const ReceivedRequest&) {
        return write_bytes(peer, bytes);
    };
}

Script answer_json(std::string_view body) {
    return answer(200, body);
}

Script one_after_another(std::vector<Script> scripts) {
    return [scripts = std::make_shared<std::vector<Script>>(std::move(scripts)),
            next = std::make_shared<std::size_t>(0)](Peer& peer, const ReceivedRequest& request) {
        const std::size_t at = std::min(*next, scripts->size() - 1);
        ++*next;
        return (*scripts)[at](peer, request);
    };
}

Script no_answer() {
    return [](Peer& peer, const ReceivedRequest&) { return stay_silent(peer); };
}

Script close_at_once() {
    return [](Peer& peer, const ReceivedRequest&) { return close_peer(peer); };
}

Script reset_at_once() {
    return [](Peer& peer, const ReceivedRequest&) { return reset_peer(peer); };
}

Script reset_mid_body() {
    return [](Peer& peer, const ReceivedRequest&) { return write_and_reset(peer, std::string(half_body)); };
}

Script close_mid_body() {
    return raw(std::string(half_body));
}

Script drip(std::string bytes, std::chrono::milliseconds pause) {
    return [bytes = std::move(bytes), pause](Peer& peer, const ReceivedRequest&) {
        return write_slowly(peer, bytes, pause);
    };
}

Script endless_body() {
    return [](Peer& peer, const ReceivedRequest&) {
        return write_forever(peer, std::string(chunked_head), "1000\r\n" + std::string(0x1000, 'x') + "\r\n");
    };
}

Script endless_headers() {
    return [](Peer& peer, const ReceivedRequest&) {
        return write_forever(peer, "HTTP/1.1 200 OK\r\n", "X-More: " + std::string(1000, 'x') + "\r\n");
    };
}

Script huge_body(std::uint64_t bytes) {
    return [bytes](Peer& peer, const ReceivedRequest&) {
        return write_many(peer, fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", bytes), bytes);
    };
}

Script bad_status_line() {
    return raw("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n\r\n");
}

Script bad_chunking() {
    return raw(std::string(chunked_head) + "zzz\r\nhello\r\n0\r\n\r\n");
}

Script duplicate_headers(std::string_view body) {
    const std::string length = fmt::format("Content-Length: {}\r\n", body.size());
    std::string bytes =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Type: application/json; charset=utf-8\r\n" +
        length + length + "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n";
    bytes += body;
    return [bytes = std::move(bytes)](Peer& peer, const ReceivedRequest&) { return write_bytes(peer, bytes); };
}

}  // namespace sosia::net::test
