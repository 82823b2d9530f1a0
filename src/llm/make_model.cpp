#include "llm/make_model.h"

#include <fmt/format.h>

#include <utility>

#include "domain/json_text.h"
#include "llm/answer_cache.h"
#include "llm/http_model.h"
#include "llm/resolve.h"

namespace sosia::llm {

Result<std::shared_ptr<ChatModel>> make_model(const ModelChoice& choice, const ModelParts& parts) {
    Result<Resolved> resolved = resolve(choice, parts);
    if (!resolved) {
        return std::unexpected(resolved.error());
    }
    const Provider& provider = *resolved->provider;
    const std::string model_name = resolved->endpoint.model;
    const std::string shaped_by = fmt::format("{} {} {}", resolved->endpoint.url, json_text(choice.parameters),
                                              json_text(sampling_defaults(choice.defaults)));
    HttpModelSetup setup{.traits = {.name = choice.name, .seed = provider.seed},
                         .defaults = choice.defaults,
                         .priced_as = provider.priced_as};
    HttpCaller caller = caller_for(choice, *resolved, parts);
    auto model = make_http_model(std::move(setup), provider.wire(std::move(resolved->endpoint)), std::move(caller),
                                 parts.prices);
    if (parts.cache == nullptr && !parts.replay_only) {
        return model;
    }
    return cached(std::move(model), {parts.cache, parts.replay_only, provider.name, model_name, shaped_by});
}

std::int64_t estimated_input_tokens(const ChatRequest& request) {
    constexpr std::size_t bytes_per_token = 4;
    constexpr std::size_t per_message = 4;
    std::size_t bytes = 0;
    for (const Message& message : request.messages) {
        bytes += message.text.size() + per_message * bytes_per_token;
        for (const ToolCall& call : message.calls) {
            bytes += call.name.size() + json_text(call.arguments).size();
        }
    }
    for (const Tool& tool : request.tools) {
        bytes += tool.name.size() + tool.description.size() + json_text(tool.parameters).size();
    }
    if (request.shape) {
        bytes += json_text(request.shape->schema).size();
    }
    return static_cast<std::int64_t>(bytes / bytes_per_token + 1);
}

}  // namespace sosia::llm
