// What providers say about their limits in the headers of every answer.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "llm/traffic.h"
#include "net/retry.h"

namespace sosia::llm {
namespace {

using std::chrono::microseconds;

// "6m0s", "1.5s", "20ms", "1h2m3s", "12" (seconds). Nothing when it is none of these.
std::optional<double> go_duration_seconds(std::string_view text) {
    double total = 0;
    bool any = false;
    while (!text.empty()) {
        double number = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (problem != std::errc{} || !(number >= 0)) {
            return std::nullopt;
        }
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const double unit = text.empty()             ? 1
                            : text.starts_with("ms") ? 1e-3
                            : text.starts_with("s")  ? 1
                            : text.starts_with("m")  ? 60
                            : text.starts_with("h")  ? 3600
                            : text.starts_with("d")  ? 86400
                                                     : 0;
        if (unit == 0 || (text.empty() && any)) {
            return std::nullopt;
        }
        text.remove_prefix(std::min<std::size_t>(text.size(), text.starts_with("ms") ? 2 : 1));
        total += number * unit;
        any = true;
    }
    return any ? std::optional(total) : std::nullopt;
}

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    int value = 0;
    if (text.size() < at + count) {
        return std::nullopt;
    }
    const auto [end, problem] = std::from_chars(text.data() + at, text.data() + at + count, value);
    return problem == std::errc{} && end == text.data() + at + count ? std::optional(value) : std::nullopt;
}

// "2026-03-14T09:26:53Z" (perhaps with a fraction) as seconds from now.
std::optional<double> seconds_until(std::string_view text, std::int64_t now_unix_ms) {
    namespace ch = std::chrono;
    const auto year = digits(text, 0, 4);
    const auto month = digits(text, 5, 2);
    const auto day = digits(text, 8, 2);
    const auto hour = digits(text, 11, 2);
    const auto minute = digits(text, 14, 2);
    const auto second = digits(text, 17, 2);
    if (!year || !month || !day || !hour || !minute || !second || !text.ends_with('Z')) {
        return std::nullopt;
    }
    const ch::year_month_day date(ch::year(*year), ch::month(static_cast<unsigned>(*month)),
                                  ch::day(static_cast<unsigned>(*day)));
    if (!date.ok()) {
        return std::nullopt;
    }
    const auto at = ch::sys_days(date) + ch::hours(*hour) + ch::minutes(*minute) + ch::seconds(*second);
    const auto ms = ch::duration_cast<ch::milliseconds>(at.time_since_epoch()).count();
    return static_cast<double>(ms - now_unix_ms) / 1000;
}

std::optional<double> number(const net::Headers& headers, std::string_view name) {
    const auto text = headers.find(name);
    double value = 0;
    if (!text) {
        return std::nullopt;
    }
    const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), value);
    return problem == std::errc{} && value >= 0 ? std::optional(value) : std::nullopt;
}

struct Bucket {
    std::optional<double> limit;
    std::optional<double> remaining;
    std::optional<double> reset_seconds;  // until it is full again
};

// A bucket fills evenly, so what is missing comes back after its share of the time until it is full.
double wait_seconds(const Bucket& bucket, double needed) {
    if (!bucket.remaining || !bucket.reset_seconds || *bucket.remaining >= needed || *bucket.reset_seconds <= 0) {
        return 0;
    }
    const double used = bucket.limit.value_or(0) - *bucket.remaining;
    const double share = used > 0 ? std::min(1.0, (needed - *bucket.remaining) / used) : 1.0;
    return *bucket.reset_seconds * share;
}

Bucket openai_bucket(const net::Headers& headers, const std::string& what) {
    const auto reset = headers.find("x-ratelimit-reset-" + what);
    return {number(headers, "x-ratelimit-limit-" + what), number(headers, "x-ratelimit-remaining-" + what),
            reset ? go_duration_seconds(*reset) : std::nullopt};
}

Bucket anthropic_bucket(const net::Headers& headers, const std::string& what, std::int64_t now_unix_ms) {
    const std::string name = "anthropic-ratelimit-" + what;
    const auto reset = headers.find(name + "-reset");
    return {number(headers, name + "-limit"), number(headers, name + "-remaining"),
            reset ? seconds_until(*reset, now_unix_ms) : std::nullopt};
}

}  // namespace

microseconds wait_asked_for(const net::Headers& headers, double tokens, std::int64_t now_unix_ms) {
    constexpr double longest_seconds = 60;
    double wait = std::max(wait_seconds(openai_bucket(headers, "requests"), 1),
                           wait_seconds(openai_bucket(headers, "tokens"), tokens));
    wait = std::max(wait, wait_seconds(anthropic_bucket(headers, "requests", now_unix_ms), 1));
    for (const char* what : {"tokens", "input-tokens", "output-tokens"}) {
        wait = std::max(wait, wait_seconds(anthropic_bucket(headers, what, now_unix_ms), tokens));
    }
    return microseconds(std::llround(std::min(wait, longest_seconds) * 1e6));
}

}  // namespace sosia::llm
