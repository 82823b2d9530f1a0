// libFuzzer target: what somebody else's MCP server answers. Each line of the input is one answer; then a tool is
// called.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "world/mcp_client.h"

namespace sosia::world {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

// Answers with the lines it was given, whatever is asked.
class Lines final : public McpTransport {
  public:
    explicit Lines(std::string_view all) : left_(all) {}

    asio::awaitable<Result<json::object>> request(json::object) override {
        const std::size_t end = left_.find('\n');
        const std::string_view line = left_.substr(0, end);
        left_ = end == std::string_view::npos ? std::string_view{} : left_.substr(end + 1);
        boost::system::error_code error;
        json::value value = json::parse(json::string_view(line.data(), line.size()), error);
        if (error || !value.is_object()) {
            co_return fail(ErrorKind::unavailable, "no message");
        }
        co_return std::move(value.get_object());
    }
    asio::awaitable<void> notify(json::object) override { co_return; }
    void agreed(const std::string&) override {}
    asio::awaitable<void> close() override { co_return; }

  private:
    std::string_view left_;
};

asio::awaitable<void> talk(std::string_view input) {
    const WorldServer server{.name = "s", .reset = "again"};
    McpClient client(server, std::make_unique<Lines>(input));
    const Result<void> connected = co_await client.connect();
    if (connected && client.tools().size() > 1000) {
        std::abort();
    }
    const McpClient::Outcome outcome = co_await client.call("x", {});
    if (!outcome.result && outcome.result.error().message.empty() && !outcome.refused) {
        std::abort();  // whatever went wrong is said
    }
}

}  // namespace
}  // namespace sosia::world

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input(data, data + size);
    boost::asio::io_context io(1);
    boost::asio::co_spawn(io, sosia::world::talk(input), [](const std::exception_ptr& error) {
        if (error != nullptr) {
            std::rethrow_exception(error);
        }
    });
    io.run();
    return 0;
}
