#include "llm/mock/mock_faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/random.h"
#include "base/text.h"

namespace sosia::llm::mock {
namespace {

struct Named {
    std::string_view name;
    FaultKind kind;
};

constexpr std::array named{
    Named{"auth", FaultKind::auth},
    Named{"quota", FaultKind::quota},
    Named{"rate_limit", FaultKind::rate_limit},
    Named{"overloaded", FaultKind::overloaded},
    Named{"server_error", FaultKind::server_error},
    Named{"context_length", FaultKind::context_length},
    Named{"content_filter", FaultKind::content_filter},
    Named{"bad_request", FaultKind::bad_request},
    Named{"malformed", FaultKind::malformed},
    Named{"truncated", FaultKind::truncated},
    Named{"stall", FaultKind::stall},
    Named{"empty", FaultKind::empty},
    Named{"garbage", FaultKind::garbage},
    Named{"wrong_shape", FaultKind::wrong_shape},
    Named{"stream_error", FaultKind::stream_error},
    Named{"cut_short", FaultKind::cut_short},
    Named{"silent", FaultKind::silent},
    Named{"bad_arguments", FaultKind::bad_arguments},
    Named{"slow", FaultKind::slow},
    Named{"reset", FaultKind::reset},
    Named{"none", FaultKind::none},
    Named{"401", FaultKind::auth},
    Named{"402", FaultKind::quota},
    Named{"insufficient_quota", FaultKind::quota},
    Named{"429", FaultKind::rate_limit},
    Named{"500", FaultKind::server_error},
    Named{"529", FaultKind::overloaded},
};

// Takes "<mark>NUMBER" off the end of `text`.
bool take_number(std::string_view& text, char mark, double& into) {
    const std::size_t at = text.rfind(mark);
    if (at == std::string_view::npos) {
        return true;
    }
    const std::string_view digits = text.substr(at + 1);
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), into);
    text = text.substr(0, at);
    return problem == std::errc{} && end == digits.data() + digits.size() && into >= 0;
}

}  // namespace

Result<Fault> parse_fault(std::string_view text) {
    const std::string whole(text);
    Fault fault;
    double times = 0;
    constexpr double most = 86'400;
    std::string_view rest = trim(text);
    const bool with_number = rest.contains('=');
    const bool numbers =
        take_number(rest, ':', fault.rate) && take_number(rest, '*', times) && take_number(rest, '=', fault.seconds);
    const auto at = std::ranges::find(named, rest, &Named::name);
    if (!numbers || fault.rate > 1 || times > most || fault.seconds > most || at == named.end()) {
        return fail(
            ErrorKind::usage, fmt::format("\"{}\" is no fault", shorten(whole, 60)),
            fmt::format("write NAME, NAME=SECONDS, NAME*TIMES or NAME:RATE; names: {}", join(fault_names(), ", ")));
    }
    fault.kind = at->kind;
    if (with_number) {
        fault.bytes = static_cast<std::size_t>(fault.seconds);
    }
    fault.times = static_cast<int>(times);
    return fault;
}

std::vector<std::string> fault_names() {
    std::vector<std::string> names;
    for (const Named& one : named) {
        names.emplace_back(one.name);
    }
    return names;
}

Fault FaultPlan::next(std::uint64_t request_hash, const std::optional<Fault>& asked) {
    constexpr std::size_t most_remembered = 100'000;
    if (seen_.size() >= most_remembered) {
        seen_.clear();
    }
    const int before = seen_[request_hash]++;
    const auto meets = [&](const Fault& fault, std::uint64_t index) {
        Random random = Random(seed_, "mock.fault").derive(request_hash).derive(index);
        random = random.derive(static_cast<std::uint64_t>(before));
        return (fault.times == 0 || before < fault.times) && random.chance(fault.rate);
    };
    if (asked) {
        return meets(*asked, 0) ? *asked : Fault{};
    }
    for (std::size_t i = 0; i < faults_.size(); ++i) {
        if (meets(faults_[i], i + 1)) {
            return faults_[i];
        }
    }
    return {};
}

std::optional<FailureKind> refusal_of(FaultKind kind) {
    switch (kind) {
        case FaultKind::auth:
            return FailureKind::authentication;
        case FaultKind::quota:
            return FailureKind::quota;
        case FaultKind::rate_limit:
            return FailureKind::rate_limited;
        case FaultKind::overloaded:
            return FailureKind::overloaded;
        case FaultKind::server_error:
            return FailureKind::unreachable;
        case FaultKind::context_length:
            return FailureKind::context_length;
        case FaultKind::content_filter:
            return FailureKind::content_filter;
        case FaultKind::bad_request:
            return FailureKind::bad_request;
        default:
            return std::nullopt;
    }
}

}  // namespace sosia::llm::mock
