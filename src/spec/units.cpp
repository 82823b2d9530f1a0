#include "spec/units.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

#include "base/text.h"

namespace sosia::spec {
namespace {

struct Unit {
    std::string_view name;
    double factor;
};

constexpr std::array<Unit, 20> durations{{
    {"ms", 1},           {"millisecond", 1},   {"milliseconds", 1}, {"", 1000},          {"s", 1000},
    {"sec", 1000},       {"secs", 1000},       {"second", 1000},    {"seconds", 1000},   {"m", 60'000},
    {"min", 60'000},     {"mins", 60'000},     {"minute", 60'000},  {"minutes", 60'000}, {"h", 3'600'000},
    {"hour", 3'600'000}, {"hours", 3'600'000}, {"d", 86'400'000},   {"day", 86'400'000}, {"days", 86'400'000},
}};

constexpr std::array<Unit, 12> sizes{{
    {"", 1},
    {"b", 1},
    {"byte", 1},
    {"bytes", 1},
    {"k", 1024},
    {"kb", 1024},
    {"kib", 1024},
    {"m", 1024.0 * 1024},
    {"mb", 1024.0 * 1024},
    {"mib", 1024.0 * 1024},
    {"g", 1024.0 * 1024 * 1024},
    {"gb", 1024.0 * 1024 * 1024},
}};

constexpr std::array<Unit, 7> rates{{
    {"", 1},
    {"/s", 1},
    {"/sec", 1},
    {"/second", 1},
    {"/m", 1.0 / 60},
    {"/min", 1.0 / 60},
    {"/minute", 1.0 / 60},
}};

// Takes a number from the front of `text`.
std::optional<double> take_number(std::string_view& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(value) || value < 0) {
        return std::nullopt;
    }
    text = trim(text.substr(static_cast<std::size_t>(end - text.data())));
    return value;
}

std::string_view take_unit(std::string_view& text) {
    std::size_t n = 0;
    while (n < text.size() && !(text[n] >= '0' && text[n] <= '9') && text[n] != ' ') {
        ++n;
    }
    const std::string_view unit = text.substr(0, n);
    text = trim(text.substr(n));
    return unit;
}

template <std::size_t N>
std::optional<double> factor_of(const std::array<Unit, N>& units, std::string_view name) {
    const std::string wanted = lower(name);
    for (const Unit& unit : units) {
        if (unit.name == wanted) {
            return unit.factor;
        }
    }
    return std::nullopt;
}

template <std::size_t N>
std::optional<double> one_quantity(const std::array<Unit, N>& units, std::string_view text) {
    text = trim(text);
    const auto number = take_number(text);
    const auto factor = factor_of(units, text);
    return number && factor ? std::optional(*number * *factor) : std::nullopt;
}

}  // namespace

std::optional<double> parse_duration_ms(std::string_view text) {
    text = trim(text);
    if (text.empty()) {
        return std::nullopt;
    }
    double sum = 0;
    const bool only_part = text.find_first_of("hmsd") == std::string_view::npos;
    while (!text.empty()) {
        const auto number = take_number(text);
        const std::string_view unit = take_unit(text);
        const auto factor = factor_of(durations, unit);
        if (!number || !factor || (unit.empty() && !only_part)) {
            return std::nullopt;
        }
        sum += *number * *factor;
        if (unit.empty() && !text.empty()) {
            return std::nullopt;
        }
    }
    return sum <= 1e15 ? std::optional(sum) : std::nullopt;
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
    const auto bytes = one_quantity(sizes, text);
    return bytes && *bytes <= 1e15 ? std::optional(static_cast<std::uint64_t>(*bytes)) : std::nullopt;
}

std::optional<double> parse_share(std::string_view text) {
    text = trim(text);
    const bool percent = text.ends_with('%');
    if (percent) {
        text.remove_suffix(1);
    }
    text = trim(text);
    const auto number = take_number(text);
    if (!number || !text.empty()) {
        return std::nullopt;
    }
    return percent ? *number / 100 : *number;
}

std::optional<double> parse_rate(std::string_view text) {
    return one_quantity(rates, text);
}

}  // namespace sosia::spec
