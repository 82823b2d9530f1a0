// Failures on request: named by a header, by a prompt, by a rule, or at a rate.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "llm/chat_model.h"

namespace sosia::llm::mock {

enum class FaultKind : std::uint8_t {
    none,
    auth,            // 401
    quota,           // the provider's words for "no money left"
    rate_limit,      // 429 with Retry-After
    overloaded,      // 529, 503 where the provider uses that
    server_error,    // 500
    context_length,  // the provider's words for "too long"
    content_filter,  // refused by a filter
    bad_request,     // 400
    malformed,       // 200, the JSON breaks off
    truncated,       // the stream ends in the middle (a whole answer: like malformed)
    stall,           // nothing comes
    empty,           // 200 without a body
    garbage,         // 200 with bytes that are no text
    wrong_shape,     // good JSON that is no answer of this provider
    stream_error,    // an error event after the first pieces
    cut_short,       // finished by the length limit in the middle of the text
    silent,          // a good answer without any text
    bad_arguments,   // a tool call whose arguments are no JSON
    slow,            // waits before it answers
    reset,           // the connection is reset in the middle of the body
};

// "rate_limit", "rate_limit=2" (seconds: Retry-After, or how long `slow` waits), "truncated=40" (bytes of the body that
// still come; half of it when nothing is said), "overloaded*3" (only the first three times this request comes),
// "server_error:0.1" (a tenth of the requests); also numbers: 401, 402, 429, 500, 529.
struct Fault {
    FaultKind kind = FaultKind::none;
    double seconds = 1;
    std::optional<std::size_t> bytes = {};
    int times = 0;  // 0: always
    double rate = 1;
};

Result<Fault> parse_fault(std::string_view text);
// The names, for help texts and messages.
std::vector<std::string> fault_names();

// Which of the configured faults a request meets: by seed, by its content and by how often it came before, so that the
// order of arrival changes nothing.
class FaultPlan {
  public:
    FaultPlan(std::vector<Fault> faults, std::uint64_t seed) : faults_(std::move(faults)), seed_(seed) {}
    // `asked`: what the request itself wants; it wins.
    Fault next(std::uint64_t request_hash, const std::optional<Fault>& asked);

  private:
    std::vector<Fault> faults_;
    std::uint64_t seed_;
    std::unordered_map<std::uint64_t, int> seen_;  // bounded
};

// The refusal that a fault is, where it is one.
std::optional<FailureKind> refusal_of(FaultKind kind);

}  // namespace sosia::llm::mock
