// Azure OpenAI: OpenAI's chat completions at an address of one's own, the deployment in the place of the model. Without
// a version of the API the v1 address is used, which takes the deployment in the body; with one, the older address.
#include <fmt/format.h>

#include "llm/providers/provider.h"

namespace sosia::llm {

Endpoint azure_endpoint(const EndpointParts& parts) {
    std::string base = parts.base_url;
    if (base.ends_with("/openai/v1")) {
        base.resize(base.size() - std::string_view("/openai/v1").size());
    }
    Endpoint out;
    out.url = parts.version.empty() ? fmt::format("{}/openai/v1/chat/completions", base)
                                    : fmt::format("{}/openai/deployments/{}/chat/completions?api-version={}", base,
                                                  parts.model, parts.version);
    if (!parts.key.empty()) {
        out.headers.add("api-key", parts.key);
    }
    return out;
}

}  // namespace sosia::llm
