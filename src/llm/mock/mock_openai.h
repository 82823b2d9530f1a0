// What OpenAI's two protocols have in common.
#pragma once
#include "llm/mock/mock_exchange.h"

namespace sosia::llm::mock {

int openai_status(FailureKind kind);
std::string openai_refusal(const MockRefusal& refusal);
void openai_limits(net::Headers& headers, std::int64_t limit, std::int64_t remaining);

}  // namespace sosia::llm::mock
