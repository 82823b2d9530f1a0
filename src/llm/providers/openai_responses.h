// OpenAI's Responses API. Nothing is kept at the provider: every request carries the whole conversation.
#pragma once
#include <memory>

#include "llm/providers/endpoint.h"
#include "llm/wire.h"

namespace sosia::llm {

std::unique_ptr<Wire> make_openai_responses_wire(Endpoint endpoint);

}  // namespace sosia::llm
