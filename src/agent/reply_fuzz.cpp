// libFuzzer target: any bytes as an HTTP body or a line of a command agent. The first byte chooses where the reply is
// looked for. A reply that is taken has text, and everything kept of it can be written as JSON.
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "agent/detail/reply_reader.h"
#include "base/text.h"

namespace sosia::agent::detail {
namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

const std::array<ReplyShape, 4>& shapes() {
    static const std::array<ReplyShape, 4> all = {
        ReplyShape{},
        ReplyShape{.text = "/a/0/text", .tools = "/a/1", .ended = "/e", .metadata = "/m"},
        ReplyShape{.text = "/message", .tools = "/t~1x/~0", .ended = "/message/ended", .metadata = ""},
        ReplyShape{.text = "/choices/0/message/content", .tools = "/choices/0/message/tool_calls"},
    };
    return all;
}

void require_writable(const boost::json::value& value) {
    boost::json::error_code error;
    const auto again = boost::json::parse(boost::json::serialize(value), error);
    require(!error);
}

void read(const ReplyShape& shape, std::string_view body) {
    const auto reply = read_reply(shape, body);
    if (!reply) {
        require(!reply.error().empty());
        return;
    }
    require(!trim(reply->text).empty());
    require(to_valid_utf8(reply->text) == reply->text);
    require_writable(reply->metadata);
    for (const ToolCall& call : reply->tools) {
        require(!call.name.empty());
        if (call.arguments) {
            require_writable(*call.arguments);
        }
        if (call.result) {
            require_writable(*call.result);
        }
    }
}

}  // namespace
}  // namespace sosia::agent::detail

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sosia::agent::detail;
    if (size > 0) {
        const std::vector<char> bytes(data + 1, data + size);  // so that reading past the end is seen
        read(shapes()[data[0] % shapes().size()], {bytes.data(), bytes.size()});
    }
    return 0;
}
