// What a model's name, the environment and the user's choices come to: provider, address, key, lane.
#pragma once
#include <memory>
#include <string>

#include "llm/http_caller.h"
#include "llm/make_model.h"
#include "llm/providers/provider.h"

namespace sosia::llm {

struct Resolved {
    const Provider* provider = nullptr;
    Endpoint endpoint;
    std::string key;
};

Result<Resolved> resolve(const ModelChoice& choice, const ModelParts& parts);

// Goes through the lane that all models at this address share.
HttpCaller caller_for(const ModelChoice& choice, const Resolved& resolved, const ModelParts& parts);

}  // namespace sosia::llm
