// An agent that answers every POST after a fixed delay with a body of a given size. One thread; prints its port.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

struct Behaviour {
    std::chrono::milliseconds delay{0};
    std::size_t body_bytes = 4096;
};

// Short text, as agents write; the rest of the body is what tools returned. The text differs from turn to turn.
std::string answer(std::size_t turn, std::size_t bytes) {
    std::string body = "{\"message\":\"Thank you, I have noted that. Could you tell me a little more about point " +
                       std::to_string(turn) +
                       "?\",\"tools\":[{\"name\":\"lookup\",\"arguments\":{},\"result\":{\"text\":\"";
    const std::string end = "\"}}]}";
    body.append(bytes > body.size() + end.size() ? bytes - body.size() - end.size() : 0, 'x');
    return body + end;
}

std::size_t turns_in(const std::string& body) {
    std::size_t turns = 0;
    for (std::size_t at = body.find("\"role\":\"user\""); at != std::string::npos;
         at = body.find("\"role\":\"user\"", at + 1)) {
        ++turns;
    }
    return turns;
}

asio::awaitable<void> serve(tcp::socket socket, Behaviour behaviour) {
    socket.set_option(tcp::no_delay(true));
    boost::beast::flat_buffer buffer;
    asio::steady_timer timer(socket.get_executor());
    boost::system::error_code error;
    while (true) {
        http::request<http::string_body> request;
        co_await http::async_read(socket, buffer, request, asio::redirect_error(asio::use_awaitable, error));
        if (error) {
            co_return;
        }
        if (behaviour.delay.count() > 0) {
            timer.expires_after(behaviour.delay);
            co_await timer.async_wait(asio::use_awaitable);
        }
        http::response<http::string_body> response{http::status::ok, 11};
        response.set(http::field::content_type, "application/json");
        response.body() = answer(turns_in(request.body()), behaviour.body_bytes);
        response.prepare_payload();
        co_await http::async_write(socket, response, asio::redirect_error(asio::use_awaitable, error));
        if (error) {
            co_return;
        }
    }
}

asio::awaitable<void> accept_all(tcp::acceptor& acceptor, Behaviour behaviour) {
    while (true) {
        tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
        asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), behaviour), asio::detached);
    }
}

}  // namespace

int main(int argc, char** argv) {
    Behaviour behaviour;
    if (argc > 1) {
        behaviour.delay = std::chrono::milliseconds(std::atoi(argv[1]));
    }
    if (argc > 2) {
        behaviour.body_bytes = static_cast<std::size_t>(std::atoi(argv[2]));
    }
    asio::io_context io(1);
    tcp::acceptor acceptor(io);
    acceptor.open(tcp::v4());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind({asio::ip::address_v4::loopback(), 0});
    acceptor.listen(8192);
    std::printf("%u\n", static_cast<unsigned>(acceptor.local_endpoint().port()));
    std::fflush(stdout);
    asio::co_spawn(io, accept_all(acceptor, behaviour), asio::detached);
    io.run();
}
