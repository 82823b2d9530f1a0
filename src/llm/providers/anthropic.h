// Anthropic's Messages API, version 2023-06-01.
#pragma once
#include <memory>

#include "llm/providers/endpoint.h"
#include "llm/wire.h"

namespace sosia::llm {

inline constexpr const char* anthropic_version = "2023-06-01";

std::unique_ptr<Wire> make_anthropic_wire(Endpoint endpoint);

}  // namespace sosia::llm
