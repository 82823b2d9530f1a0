// libFuzzer target: any bytes as what Agent2Agent and LangGraph servers send: cards, answers, streams. The first byte
// chooses which, and in which pieces a stream comes: the answer must not depend on it.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "agent/detail/a2a_wire.h"
#include "agent/detail/langgraph_wire.h"
#include "base/text.h"

namespace sosia::agent::detail {
namespace {

constexpr std::size_t max_bytes = 64 << 10;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void check(const std::expected<Reply, std::string>& reply) {
    if (!reply) {
        require(!reply.error().empty());
        return;
    }
    require(!trim(reply->text).empty());
    require(to_valid_utf8(reply->text) == reply->text);
    for (const ToolCall& call : reply->tools) {
        require(!call.name.empty());
    }
}

void read_card(std::string_view body) {
    const auto card = read_agent_card(body);
    require(card ? card->url.starts_with("http") : !card.error().empty());
}

void read_a2a(std::string_view body) {
    A2aTurn turn;
    while (!body.empty()) {
        const std::size_t end = std::min(body.find('\n'), body.size());
        turn.take(body.substr(0, end));
        body.remove_prefix(std::min(end + 1, body.size()));
    }
    A2aThread thread;
    check(turn.reply(thread));
}

void read_state(std::string_view body) {
    LangGraphShape shape;
    const auto answer = read_langgraph_state(shape, body);
    check(answer ? std::expected<Reply, std::string>(answer->reply) : std::unexpected(answer.error()));
    const auto id = read_thread_id(body);
    require(!id || id->find('/') == std::string::npos);
}

std::expected<std::string, std::string> streamed(std::string_view body, std::size_t step) {
    LangGraphStream stream(max_bytes);
    for (std::size_t at = 0; at < body.size(); at += step) {
        stream.feed(body.substr(at, step));
    }
    return stream.state();
}

void read(std::string_view body, unsigned choice) {
    switch (choice % 4) {
        case 0:
            return read_card(body);
        case 1:
            return read_a2a(body);
        case 2:
            return read_state(body);
        default:
            require(streamed(body, std::max<std::size_t>(body.size(), 1)) == streamed(body, 1 + choice / 4 % 16));
    }
}

}  // namespace
}  // namespace sosia::agent::detail

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 0) {
        const std::vector<char> bytes(data + 1, data + size);  // so that reading past the end is seen
        sosia::agent::detail::read({bytes.data(), bytes.size()}, data[0]);
    }
    return 0;
}
