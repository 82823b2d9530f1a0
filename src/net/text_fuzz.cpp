// libFuzzer target: the small parsers of bytes from servers: server-sent events, Retry-After, addresses.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "net/retry.h"
#include "net/sse.h"
#include "net/tcp_probe.h"

namespace sosia::net {
namespace {

constexpr std::size_t longest_event = 4096;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

std::vector<std::string> events_of(std::string_view bytes, std::size_t step) {
    std::vector<std::string> events;
    const auto keep = [&events](const SseEvent& event) {
        require(event.data.size() <= longest_event);
        events.push_back(event.type + "|" + event.data + "|" + event.id);
        return true;
    };
    SseParser parser(keep, longest_event);
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        static_cast<void>(parser.feed(bytes.substr(at, step)));
    }
    return events;
}

void read(std::string_view bytes, std::size_t step) {
    require(events_of(bytes, step) == events_of(bytes, bytes.size() + 1));
    const auto wait = parse_retry_after(bytes, 1'790'000'000'000);
    require(!wait || wait->count() >= 0);
    const auto where = host_port(bytes);
    require(!where || (!where->host.empty() && where->port != 0));
}

}  // namespace
}  // namespace sosia::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 0) {
        const std::vector<char> bytes(data + 1, data + size);  // so that reading past the end is seen
        sosia::net::read({bytes.data(), bytes.size()}, 1U + data[0] % 16U);
    }
    return 0;
}
