// A small HTTP/1.1 server for tests that can misbehave in every way an agent can. Runs on the test's own loop.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"
#include "net/task_group.h"

namespace sosia::net::test {

struct ReceivedRequest {
    std::string method;
    std::string target;
    Headers headers;
    std::string body;
};

// The server's end of one connection, as a script sees it. Writing to a peer that is gone is no error: `open` tells.
class Peer {
  public:
    explicit Peer(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

    bool open() const { return socket_.is_open(); }
    boost::asio::awaitable<void> write(std::string bytes);
    boost::asio::awaitable<void> pause(std::chrono::milliseconds time);
    // Until the client goes away.
    boost::asio::awaitable<void> wait_for_close();
    void close();
    void reset();  // RST instead of FIN
    // The next request on this connection; nothing when the client is done.
    boost::asio::awaitable<bool> read_request(ReceivedRequest& request);

  private:
    boost::asio::ip::tcp::socket socket_;
    std::string buffer_;
};

// Answers one request. The arguments outlive the coroutine.
using Script = std::function<boost::asio::awaitable<void>(Peer&, const ReceivedRequest&)>;

class TestServer {
  public:
    // Listens on a free loopback port from now on.
    TestServer(const boost::asio::any_io_executor& executor, Script script);
    ~TestServer();
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    std::uint16_t port() const;
    std::string url(std::string_view path = "/") const;
    void set_script(Script script);
    std::size_t connections() const;
    const std::vector<ReceivedRequest>& requests() const;
    void keep_requests(bool keep);  // default: yes

  private:
    struct State;
    std::shared_ptr<State> state_;
};

// A port of this machine on which nobody listens.
std::uint16_t unused_port(const boost::asio::any_io_executor& executor);

// The whole text of an answer with a correct Content-Length.
std::string http_answer(int status, std::string_view body, std::string_view content_type = "application/json",
                        std::string_view more_headers = {});

// Ready scripts, named after what the client meets.
Script answer(int status, std::string_view body, std::string_view content_type = "application/json",
              std::string_view more_headers = {});
Script answer_json(std::string_view body);
// Answers with the n-th script at the n-th request, the last one for all later ones.
Script one_after_another(std::vector<Script> scripts);
Script raw(std::string bytes);  // writes and closes
Script no_answer();             // keeps the connection open in silence
Script close_at_once();
Script reset_at_once();
Script reset_mid_body();
Script close_mid_body();
Script drip(std::string answer, std::chrono::milliseconds pause);  // one byte at a time
Script endless_body();                                             // chunked, until the client leaves
Script endless_headers();
Script huge_body(std::uint64_t bytes);  // with a truthful Content-Length
Script bad_status_line();
Script bad_chunking();
Script duplicate_headers(std::string_view body);  // two equal Content-Length, two Content-Type, two Set-Cookie

}  // namespace sosia::net::test
