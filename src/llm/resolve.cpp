#include "llm/resolve.h"

#include <fmt/format.h>

#include <fstream>
#include <utility>
#include <vector>

#include "base/text.h"

namespace sosia::llm {
namespace {

struct Target {
    const Provider* provider = nullptr;
    std::string model;
    std::string base_url;  // from the name
};

Result<Target> target_of(const std::string& name) {
    if (name.starts_with("http://") || name.starts_with("https://")) {
        const std::size_t hash = name.rfind('#');
        if (hash == std::string::npos || hash + 1 == name.size()) {
            return fail(ErrorKind::usage,
                        fmt::format("the model \"{}\" does not say which model the server is to use", name),
                        "put the model behind the address, as in http://localhost:11434/v1#qwen3");
        }
        return Target{&compatible_server(), name.substr(hash + 1), name.substr(0, hash)};
    }
    const std::size_t slash = name.find('/');
    const std::string wanted = name.substr(0, slash);
    const Provider* provider = slash == std::string::npos ? nullptr : find_provider(wanted);
    if (provider == nullptr) {
        const std::vector<std::string> known = provider_names();
        const std::string_view near = nearest(wanted, known);
        return fail(ErrorKind::usage, fmt::format("the model \"{}\" names no provider that is known", name),
                    near.empty() || slash == std::string::npos
                        ? "write provider/model, as in openai/gpt-4o-mini; docs/models.md lists the providers"
                        : fmt::format("did you mean {}/{}?", near, name.substr(slash + 1)));
    }
    if (slash + 1 == name.size()) {
        return fail(ErrorKind::usage, fmt::format("the model \"{}\" has no name behind the slash", name));
    }
    return Target{provider, name.substr(slash + 1), {}};
}

std::optional<std::string> first_set(const Environment& environment, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        std::optional<std::string> value = environment ? environment(name) : std::nullopt;
        if (value && !trim(*value).empty()) {
            return std::string(trim(*value));
        }
    }
    return std::nullopt;
}

Result<std::string> base_url_of(const ModelChoice& choice, const Target& target, const Environment& environment) {
    std::string url = !choice.base_url.empty() ? choice.base_url : target.base_url;
    if (url.empty()) {
        url = first_set(environment, target.provider->base_env).value_or(target.provider->base_url);
    }
    while (url.ends_with('/')) {
        url.pop_back();
    }
    const bool good = (url.starts_with("http://") || url.starts_with("https://")) &&
                      url.find_first_of(" \r\n#?@") == std::string::npos;
    if (url.empty()) {
        return fail(ErrorKind::usage, fmt::format("{} needs the address of your resource", choice.name),
                    fmt::format("set {}", join(target.provider->base_env, " or ")));
    }
    if (!good) {
        return fail(ErrorKind::usage, fmt::format("the base URL of {} is no plain http or https address", choice.name),
                    "it holds neither a query nor a user name; keys go into environment variables");
    }
    return url;
}

Result<std::string> read_key_file(const std::string& file) {
    constexpr std::size_t longest = 16 << 10;
    std::ifstream in(file);
    std::string text(longest, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    const std::string key(trim(text));
    if (key.empty()) {
        return fail(ErrorKind::usage, fmt::format("there is no key in {}", file),
                    "the file is to hold the key and nothing else");
    }
    return key;
}

bool is_header_value(std::string_view key) {
    return key.find_first_of("\r\n") == std::string_view::npos;
}

Result<std::string> key_of(const ModelChoice& choice, const Target& target, const ModelParts& parts) {
    if (!choice.key.empty()) {
        return is_header_value(choice.key)
                   ? Result<std::string>(choice.key)
                   : fail(ErrorKind::usage, fmt::format("the key of {} holds a line break", choice.name));
    }
    if (!choice.key_file.empty()) {
        return read_key_file(choice.key_file);
    }
    const std::vector<std::string> names =
        choice.key_env.empty() ? target.provider->key_env : std::vector<std::string>{choice.key_env};
    std::optional<std::string> key = first_set(parts.environment, names);
    if (!key && (target.provider->needs_key || !choice.key_env.empty()) && !parts.replay_only) {
        return fail(ErrorKind::usage,
                    fmt::format("{} needs a key, and {} is not set", choice.name, join(names, " or ")),
                    "set it in the environment; keys are never written into suites");
    }
    if (key && !is_header_value(*key)) {
        return fail(ErrorKind::usage, fmt::format("the key of {} holds a line break", choice.name));
    }
    return key.value_or("");
}

}  // namespace

Result<Resolved> resolve(const ModelChoice& choice, const ModelParts& parts) {
    const Result<Target> target = target_of(choice.name);
    if (!target) {
        return std::unexpected(target.error());
    }
    const Result<std::string> base = base_url_of(choice, *target, parts.environment);
    if (!base) {
        return std::unexpected(base.error());
    }
    Result<std::string> key = key_of(choice, *target, parts);
    if (!key) {
        return std::unexpected(key.error());
    }
    const std::string version = first_set(parts.environment, target->provider->version_env).value_or("");
    Resolved out{.provider = target->provider, .key = *key};
    out.endpoint = target->provider->endpoint({*base, target->model, *key, version});
    out.endpoint.model = target->model;
    out.endpoint.parameters = choice.parameters;
    return out;
}

HttpCaller caller_for(const ModelChoice& choice, const Resolved& resolved, const ModelParts& parts) {
    const LaneLimits limits{choice.requests_per_minute, choice.tokens_per_minute, choice.max_concurrency};
    const std::string lane_name = resolved.endpoint.url + " " + resolved.endpoint.model;
    auto lane = parts.traffic != nullptr ? parts.traffic->lane(lane_name, limits)
                                         : std::make_shared<Lane>(parts.clock, limits, parts.wait);
    HttpCaller::Setup setup{.name = choice.name,
                            .secret = resolved.key,
                            .timeout = choice.timeout,
                            .retries = choice.retries,
                            .max_answer_bytes = choice.max_answer_bytes};
    return HttpCaller(std::move(setup), std::move(lane), parts);
}

}  // namespace sosia::llm
