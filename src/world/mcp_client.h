// Somebody else's MCP server, spoken to over its standard input and output or over streamable HTTP: its tools and their
// answers. Whatever it does wrong (no answer, an answer that is none, an end) is an error with a sentence, in bounded
// time and space.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "domain/world.h"

namespace sosia::world {

// One message there and its answer back.
class McpTransport {
  public:
    virtual ~McpTransport() = default;
    // The answer to a request (a message with an id), as it came: with "result" or "error".
    virtual boost::asio::awaitable<Result<boost::json::object>> request(boost::json::object message) = 0;
    virtual boost::asio::awaitable<void> notify(boost::json::object message) = 0;
    // The revision agreed on, for later messages.
    virtual void agreed(const std::string& version) = 0;
    virtual boost::asio::awaitable<void> close() = 0;
};

// Starts the server's command in a process group of its own, which ends with the transport. `environment`:
// "NAME=value".
Result<std::unique_ptr<McpTransport>> over_stdio(const boost::asio::any_io_executor& executor,
                                                 const WorldServer& server, std::vector<std::string> environment);
std::unique_ptr<McpTransport> over_http(const boost::asio::any_io_executor& executor, const WorldServer& server);

class McpClient {
  public:
    McpClient(const WorldServer& server, std::unique_ptr<McpTransport> transport);

    // Shakes hands and asks for the tools.
    boost::asio::awaitable<Result<void>> connect();
    // After connect(): those of the server that the world takes.
    const std::vector<WorldTool>& tools() const { return tools_; }
    // The "result" of tools/call. An error says what the server did wrong; `refused` is set when it refused in so many
    // words.
    struct Outcome {
        Result<boost::json::object> result;
        bool refused = false;
    };
    boost::asio::awaitable<Outcome> call(std::string_view tool, const boost::json::object& arguments);
    boost::asio::awaitable<void> close();

  private:
    boost::asio::awaitable<Result<boost::json::object>> ask(std::string_view method, boost::json::object params);
    boost::asio::awaitable<Result<void>> shake_hands();
    boost::asio::awaitable<Result<void>> list_tools();
    Result<void> take_tools(const boost::json::object& page);
    std::unexpected<Error> trouble(std::string what) const;

    const WorldServer& server_;
    std::unique_ptr<McpTransport> transport_;
    std::vector<WorldTool> tools_;
    int next_id_ = 1;
};

}  // namespace sosia::world
