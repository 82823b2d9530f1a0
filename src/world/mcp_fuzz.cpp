// libFuzzer target: what agents send to a world's doors. The first byte chooses the door and some headers, the rest is
// the body.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <string>
#include <utility>

#include "world/doors.h"
#include "world/mcp.h"
#include "world/test_world.h"

namespace sosia::world {
namespace {

const std::shared_ptr<const Toolbox>& shop_toolbox() {
    static const WorldSpec spec = test::shop();
    static const std::shared_ptr<const Toolbox> toolbox = Toolbox::make(spec).value();
    return toolbox;
}

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

net::ServerResponse wait_for(boost::asio::awaitable<net::ServerResponse> answer) {
    boost::asio::io_context io(1);
    net::ServerResponse out;
    boost::asio::co_spawn(io, std::move(answer), [&out](const std::exception_ptr& error, net::ServerResponse got) {
        require(error == nullptr);
        out = std::move(got);
    });
    io.run();
    return out;
}

void send(std::uint8_t choice, std::string body) {
    const auto seat = Seat::make(shop_toolbox(), {}, 1, "c").value();
    net::ServerRequest request{.method = "POST", .path = "", .query = "", .headers = {}, .body = std::move(body)};
    request.headers.add("Content-Type", "application/json");
    if ((choice & 2U) != 0) {
        request.headers.add("MCP-Protocol-Version", "2026-07-28");
        request.headers.add("Mcp-Method", "tools/call");
        request.headers.add("Mcp-Name", "refund");
    }
    const bool mcp = (choice & 1U) != 0;
    const net::ServerResponse answer =
        wait_for(mcp ? serve_mcp(*seat, std::move(request))
                     : serve_tool(*seat, (choice & 4U) != 0 ? "refund" : "ship", std::move(request)));
    require(answer.status >= 200 && answer.status < 600);
    if (!answer.body.empty()) {
        test::parsed(answer.body);  // whatever is answered is JSON
    }
    // What was served is what changed.
    bool wrote = false;
    for (const ToolCall& call : seat->take_calls()) {
        wrote |= call.wrote;
    }
    require(wrote || seat->record().changes.empty());
}

}  // namespace
}  // namespace sosia::world

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 0) {
        sosia::world::send(data[0], std::string(data + 1, data + size));
    }
    return 0;
}
