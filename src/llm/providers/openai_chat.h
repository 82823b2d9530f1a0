// OpenAI's Chat Completions, and every server that speaks it: Azure, Ollama, vLLM, llama.cpp, LM Studio, OpenRouter.
#pragma once
#include <memory>

#include "llm/providers/endpoint.h"
#include "llm/wire.h"

namespace sosia::llm {

struct ChatDialect {
    bool own = false;  // OpenAI's own API or Azure's: newer member names, strict schemas
};

std::unique_ptr<Wire> make_openai_chat_wire(Endpoint endpoint, ChatDialect dialect);

// {"type": "function", "function": {...}} of each tool; also used where only the wrapping differs.
boost::json::object openai_function(const Tool& tool);
// Whether a schema keeps the rules of strict mode: every object closed, every property required.
bool fits_strict_mode(const boost::json::value& schema);

}  // namespace sosia::llm
