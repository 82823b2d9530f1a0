// libFuzzer target: any bytes as an answer of each provider, in one piece and as a stream. The first byte says in which
// pieces the stream comes: the answer must not depend on it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "llm/answer_cache.h"
#include "llm/answer_stream.h"
#include "llm/json_read.h"
#include "llm/provider_error.h"
#include "llm/providers/anthropic.h"
#include "llm/providers/gemini.h"
#include "llm/providers/openai_chat.h"
#include "llm/providers/openai_responses.h"

namespace sosia::llm {
namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

ChatResult streamed(const Wire& wire, std::string_view body, std::size_t step) {
    constexpr std::size_t max_bytes = 64 << 10;
    AnswerStream stream(wire, max_bytes);
    for (std::size_t at = 0; at < body.size(); at += step) {
        stream.feed(body.substr(at, step));
    }
    return stream.finish(true);
}

bool same(const ChatResult& a, const ChatResult& b) {
    if (!a || !b) {
        return a.has_value() == b.has_value() && (a || a.error().kind == b.error().kind);
    }
    return a->text == b->text && a->calls == b->calls && a->usage == b->usage && a->finish == b->finish;
}

void check(const ChatResult& result) {
    require(result || !result.error().message.empty());
    if (result) {
        const auto back = read_answer(answer_text(*result));
        require(back && back->text == result->text && back->calls.size() == result->calls.size());
    }
}

void read(const Wire& wire, std::string_view body, std::size_t step) {
    const ChatResult in_one = streamed(wire, body, std::max<std::size_t>(body.size(), 1));
    check(in_one);
    require(same(in_one, streamed(wire, body, step)));
    if (const auto parsed = parse_json(body)) {
        check(wire.read(*parsed));
    }
}

void read_all(std::string_view body, std::size_t step) {
    read(*make_openai_chat_wire({}, {}), body, step);
    read(*make_openai_responses_wire({}), body, step);
    read(*make_anthropic_wire({}), body, step);
    read(*make_gemini_wire({}), body, step);
    const Failure failure = failure_of(net::HttpResponse{.status = 400, .headers = {}, .body = std::string(body)}, 0);
    require(failure.message.size() < 1000 && failure.message.find('\n') == std::string::npos);
}

}  // namespace
}  // namespace sosia::llm

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 0) {
        const std::vector<char> bytes(data + 1, data + size);  // so that reading past the end is seen
        sosia::llm::read_all({bytes.data(), bytes.size()}, 1U + data[0] % 16U);
    }
    return 0;
}
