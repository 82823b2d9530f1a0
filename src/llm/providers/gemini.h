// Google's Gemini API, v1beta: generateContent and streamGenerateContent.
#pragma once
#include <memory>

#include "llm/providers/endpoint.h"
#include "llm/wire.h"

namespace sosia::llm {

// `endpoint.url` ends with "/models/MODEL"; the method follows behind a colon.
std::unique_ptr<Wire> make_gemini_wire(Endpoint endpoint);

}  // namespace sosia::llm
