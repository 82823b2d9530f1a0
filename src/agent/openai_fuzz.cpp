// libFuzzer target: any bytes as an answer of an OpenAI-compatible server, in one piece and as a stream. The first byte
// says in which pieces the stream comes: the answer must not depend on it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "agent/detail/openai_wire.h"

namespace sosia::agent::detail {
namespace {

constexpr std::size_t max_bytes = 64 << 10;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

std::expected<Reply, std::string> streamed(std::string_view body, std::size_t step) {
    OpenAiStream stream(max_bytes);
    for (std::size_t at = 0; at < body.size(); at += step) {
        stream.feed(body.substr(at, step));
    }
    return stream.finish();
}

bool same(const std::expected<Reply, std::string>& a, const std::expected<Reply, std::string>& b) {
    if (!a || !b) {
        return a.has_value() == b.has_value();
    }
    const auto same_call = [](const ToolCall& x, const ToolCall& y) {
        return x.name == y.name && x.arguments == y.arguments;
    };
    return a->text == b->text && a->metadata == b->metadata && std::ranges::equal(a->tools, b->tools, same_call);
}

void read(std::string_view body, std::size_t step) {
    const auto whole = read_openai_reply(body);
    require(whole || !whole.error().empty());
    const auto in_one = streamed(body, std::max<std::size_t>(body.size(), 1));
    require(in_one || !in_one.error().empty());
    require(same(in_one, streamed(body, step)));
}

}  // namespace
}  // namespace sosia::agent::detail

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 0) {
        const std::vector<char> bytes(data + 1, data + size);  // so that reading past the end is seen
        sosia::agent::detail::read({bytes.data(), bytes.size()}, 1U + data[0] % 16U);
    }
    return 0;
}
