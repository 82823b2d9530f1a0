#include "net/retry.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace sosia::net {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t week_seconds = std::int64_t{7} * 86'400;

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size() && value >= 0;
    return whole ? std::optional(value) : std::nullopt;
}

std::optional<unsigned> month_of(std::string_view name) {
    constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto at = std::ranges::find(months, name);
    return at == months.end() ? std::nullopt : std::optional(static_cast<unsigned>(at - months.begin()) + 1);
}

// "Wed, 21 Oct 2026 07:28:00 GMT" as seconds since 1970.
std::optional<std::int64_t> http_date(std::string_view text) {
    if (text.size() != 29 || text.substr(25) != " GMT" || text.substr(3, 2) != ", ") {
        return std::nullopt;
    }
    const auto day = number(text.substr(5, 2));
    const auto month = month_of(text.substr(8, 3));
    const auto year = number(text.substr(12, 4));
    const auto hour = number(text.substr(17, 2));
    const auto minute = number(text.substr(20, 2));
    const auto second = number(text.substr(23, 2));
    if (!day || !month || !year || !hour || !minute || !second) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(*month),
                                           std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok()) {
        return std::nullopt;
    }
    const auto days = std::chrono::sys_days(date).time_since_epoch().count();
    return ((std::int64_t{days} * 24 + *hour) * 60 + *minute) * 60 + *second;
}

}  // namespace

milliseconds backoff(const RetryPolicy& policy, int retry, Random& random, std::optional<milliseconds> retry_after) {
    const auto share = random.uniform();
    if (retry_after) {
        const auto asked = std::min(*retry_after, policy.longest_retry_after);
        return asked + milliseconds(static_cast<std::int64_t>(share * static_cast<double>(policy.base.count())));
    }
    const auto doubled = policy.base * (std::int64_t{1} << std::clamp(retry, 0, 20));
    const auto ceiling = std::min(doubled, policy.cap);
    return milliseconds(static_cast<std::int64_t>(share * static_cast<double>(ceiling.count())));
}

std::optional<milliseconds> parse_retry_after(std::string_view value, std::int64_t now_unix_ms) {
    value = trim(value);
    const bool digits = !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    if (digits) {
        const auto seconds = number(value);
        return std::chrono::seconds(seconds ? std::min<std::int64_t>(*seconds, week_seconds) : week_seconds);
    }
    const auto date = http_date(value);
    if (!date) {
        return std::nullopt;
    }
    const std::int64_t wait = std::clamp<std::int64_t>(*date * 1000 - now_unix_ms, 0, week_seconds * 1000);
    return milliseconds(wait);
}

}  // namespace sosia::net
