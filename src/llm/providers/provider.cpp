#include "llm/providers/provider.h"

#include <algorithm>
#include <utility>

#include "llm/providers/anthropic.h"
#include "llm/providers/gemini.h"
#include "llm/providers/openai_chat.h"
#include "llm/providers/openai_responses.h"

namespace sosia::llm {
namespace {

void add_bearer(Endpoint& endpoint, const EndpointParts& parts) {
    if (!parts.key.empty()) {
        endpoint.headers.add("Authorization", "Bearer " + parts.key);
    }
}

Endpoint chat_endpoint(const EndpointParts& parts) {
    Endpoint out;
    const bool whole = parts.base_url.ends_with("/chat/completions");
    out.url = parts.base_url + (whole ? "" : "/chat/completions");
    add_bearer(out, parts);
    return out;
}

Endpoint responses_endpoint(const EndpointParts& parts) {
    Endpoint out;
    out.url = parts.base_url + "/responses";
    add_bearer(out, parts);
    return out;
}

// The official clients write the base without a version; people write it with one.
std::string without_version(std::string base, std::string_view version) {
    if (base.ends_with(version)) {
        base.resize(base.size() - version.size());
    }
    return base;
}

Endpoint anthropic_endpoint(const EndpointParts& parts) {
    Endpoint out;
    out.url = without_version(parts.base_url, "/v1") + "/v1/messages";
    out.headers.add("anthropic-version", anthropic_version);
    if (!parts.key.empty()) {
        out.headers.add("x-api-key", parts.key);
    }
    return out;
}

Endpoint gemini_endpoint(const EndpointParts& parts) {
    Endpoint out;
    out.url = without_version(parts.base_url, "/v1beta") + "/v1beta/models/" + parts.model;
    if (!parts.key.empty()) {
        out.headers.add("x-goog-api-key", parts.key);
    }
    return out;
}

std::unique_ptr<Wire> own_chat(Endpoint endpoint) {
    return make_openai_chat_wire(std::move(endpoint), {.own = true});
}

std::unique_ptr<Wire> other_chat(Endpoint endpoint) {
    return make_openai_chat_wire(std::move(endpoint), {.own = false});
}

const std::vector<Provider>& providers() {
    static const std::vector<Provider> all = {
        {.name = "openai",
         .base_url = "https://api.openai.com/v1",
         .base_env = {"OPENAI_BASE_URL"},
         .key_env = {"OPENAI_API_KEY"},
         .seed = true,
         .priced_as = "openai/",
         .endpoint = chat_endpoint,
         .wire = own_chat},
        {.name = "openai-responses",
         .base_url = "https://api.openai.com/v1",
         .base_env = {"OPENAI_BASE_URL"},
         .key_env = {"OPENAI_API_KEY"},
         .priced_as = "openai/",
         .endpoint = responses_endpoint,
         .wire = make_openai_responses_wire},
        {.name = "anthropic",
         .base_url = "https://api.anthropic.com",
         .base_env = {"ANTHROPIC_BASE_URL"},
         .key_env = {"ANTHROPIC_API_KEY"},
         .priced_as = "anthropic/",
         .endpoint = anthropic_endpoint,
         .wire = make_anthropic_wire},
        {.name = "gemini",
         .base_url = "https://generativelanguage.googleapis.com",
         .base_env = {"GEMINI_BASE_URL", "GOOGLE_GEMINI_BASE_URL"},
         .key_env = {"GEMINI_API_KEY", "GOOGLE_API_KEY"},
         .seed = true,
         .priced_as = "gemini/",
         .endpoint = gemini_endpoint,
         .wire = make_gemini_wire},
        {.name = "azure",
         .base_env = {"AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_BASE_URL"},
         .key_env = {"AZURE_OPENAI_API_KEY"},
         .version_env = {"AZURE_OPENAI_API_VERSION", "OPENAI_API_VERSION"},
         .seed = true,
         .priced_as = "openai/",
         .endpoint = azure_endpoint,
         .wire = own_chat},
        {.name = "openrouter",
         .base_url = "https://openrouter.ai/api/v1",
         .base_env = {"OPENROUTER_BASE_URL"},
         .key_env = {"OPENROUTER_API_KEY"},
         .seed = true,
         .endpoint = chat_endpoint,
         .wire = other_chat},
        {.name = "ollama",
         .base_url = "http://localhost:11434/v1",
         .base_env = {"OLLAMA_BASE_URL"},
         .needs_key = false,
         .seed = true,
         .endpoint = chat_endpoint,
         .wire = other_chat},
    };
    return all;
}

}  // namespace

const Provider* find_provider(std::string_view name) {
    const auto at = std::ranges::find(providers(), name, &Provider::name);
    return at == providers().end() ? nullptr : &*at;
}

const Provider& compatible_server() {
    static const Provider server{
        .name = "server", .needs_key = false, .seed = true, .endpoint = chat_endpoint, .wire = other_chat};
    return server;
}

std::vector<std::string> provider_names() {
    std::vector<std::string> names;
    for (const Provider& provider : providers()) {
        names.push_back(provider.name);
    }
    return names;
}

boost::json::object sampling_defaults(const Sampling& sampling) {
    boost::json::object out;
    if (sampling.temperature) {
        out["temperature"] = *sampling.temperature;
    }
    if (sampling.top_p) {
        out["top_p"] = *sampling.top_p;
    }
    if (sampling.seed) {
        out["seed"] = *sampling.seed;
    }
    return out;
}

}  // namespace sosia::llm
