// The tools of one MCP server as a conversation calls them: arguments judged before, answers as those of any other
// tool.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "world/mcp_client.h"
#include "world/tools.h"

namespace sosia::world {

class RemoteTools {
  public:
    // Starts or reaches the server and asks for its tools. `conversation` is told to a command as SOSIA_CONVERSATION.
    // The server's description outlives the tools.
    static boost::asio::awaitable<Result<std::shared_ptr<RemoteTools>>> connect(boost::asio::any_io_executor executor,
                                                                                const WorldServer& server,
                                                                                std::string conversation);

    const std::vector<WorldTool>& tools() const { return client_.tools(); }
    const WorldTool* tool(std::string_view name) const;
    // What the server does wrong is a broken tool, what it refuses a refusal.
    boost::asio::awaitable<Answer> call(std::string tool, boost::json::value arguments);
    // Calls the tool that puts the server back to its beginning, when the world names one.
    boost::asio::awaitable<Result<void>> reset();
    // Ends a started server with all it started.
    boost::asio::awaitable<void> close();

  private:
    RemoteTools(const WorldServer& server, std::unique_ptr<McpTransport> transport);
    Result<void> prepare();

    const WorldServer& server_;
    McpClient client_;
    std::map<std::string, ArgumentCheck, std::less<>> checks_;
};

}  // namespace sosia::world
