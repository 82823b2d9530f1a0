#include "llm/choice.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

#include "llm/json_read.h"

namespace sosia::llm {
namespace {

namespace json = boost::json;

// One setting: takes the value, or says that it cannot be.
struct Setting {
    std::string_view name;
    bool (*take)(ModelChoice& choice, const json::value& value);
};

bool take_text(std::string& into, const json::value& value) {
    if (const json::string* text = value.if_string()) {
        into = std::string(*text);
        return true;
    }
    return false;
}

bool take_number(double& into, const json::value& value) {
    constexpr double most = 1e9;
    into = value.is_number() ? value.to_number<double>() : -1;
    return into >= 0 && into <= most;
}

bool take_optional(std::optional<double>& into, const json::value& value) {
    double number = 0;
    const bool good = take_number(number, value);
    into = number;
    return good;
}

bool take_count(int& into, const json::value& value) {
    double number = 0;
    const bool good = take_number(number, value) && number == std::floor(number);
    into = good ? static_cast<int>(number) : 0;
    return good;
}

constexpr std::array settings_we_know{
    Setting{"temperature",
            [](ModelChoice& c, const json::value& v) { return take_optional(c.defaults.temperature, v); }},
    Setting{"top_p", [](ModelChoice& c, const json::value& v) { return take_optional(c.defaults.top_p, v); }},
    Setting{"seed",
            [](ModelChoice& c, const json::value& v) {
                double number = 0;
                const bool good = take_number(number, v);
                c.defaults.seed = good ? std::optional(static_cast<std::uint64_t>(number)) : std::nullopt;
                return good;
            }},
    Setting{"base_url", [](ModelChoice& c, const json::value& v) { return take_text(c.base_url, v); }},
    Setting{"key_env", [](ModelChoice& c, const json::value& v) { return take_text(c.key_env, v); }},
    Setting{"key_file", [](ModelChoice& c, const json::value& v) { return take_text(c.key_file, v); }},
    Setting{"requests_per_minute",
            [](ModelChoice& c, const json::value& v) { return take_number(c.requests_per_minute, v); }},
    Setting{"tokens_per_minute",
            [](ModelChoice& c, const json::value& v) { return take_number(c.tokens_per_minute, v); }},
    Setting{"concurrency", [](ModelChoice& c, const json::value& v) { return take_count(c.max_concurrency, v); }},
    Setting{"retries", [](ModelChoice& c, const json::value& v) { return take_count(c.retries, v); }},
    Setting{"timeout",
            [](ModelChoice& c, const json::value& v) {
                double seconds = 0;
                constexpr double most = 86'400;
                const bool good = take_number(seconds, v) && seconds > 0 && seconds <= most;
                c.timeout = std::chrono::milliseconds(good ? std::llround(seconds * 1000) : 1);
                return good;
            }},
};

const Setting* setting(std::string_view name) {
    for (const Setting& one : settings_we_know) {
        if (one.name == name) {
            return &one;
        }
    }
    return nullptr;
}

}  // namespace

Result<ModelChoice> choice_of(const std::string& name, const json::object& settings) {
    ModelChoice out{.name = name};
    for (const auto& [key, value] : settings) {
        const std::string_view key_text(key.data(), key.size());
        const Setting* known = setting(key_text);
        if (known == nullptr) {
            out.parameters[key] = value;
        } else if (!known->take(out, value)) {
            return fail(ErrorKind::usage,
                        fmt::format("the setting {} of the model {} has a value it cannot have", key_text, name),
                        "docs/models.md lists the settings");
        }
    }
    return out;
}

}  // namespace sosia::llm
