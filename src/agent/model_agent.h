// Agents that are a model behind a provider's own interface: `prompt` (Sosia is the agent: system prompt, model, and
// the world's tools), and `anthropic`, `gemini` and `openai_responses` (somebody's server that speaks that wire).
#pragma once
#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/agent.h"
#include "agent/make_agent.h"
#include "llm/chat_model.h"

namespace sosia::agent {

// The model an agent asks for. How it is made is app/'s business.
struct WantedModel {
    // "anthropic/claude-haiku-4-5", "gemini/...", "openai-responses/...", or as the user wrote it under `prompt`.
    std::string name;
    std::string base_url;            // "": the provider's own, or the one that `name` holds
    std::string key;                 // secret; "": where the provider's usually is
    boost::json::object parameters;  // further members of the request's body
    int retries = 0;                 // of one request
    std::chrono::milliseconds timeout{};
    std::uint64_t most_answer_bytes = 0;
};

using MakeModel = std::function<Result<std::shared_ptr<llm::ChatModel>>(const WantedModel&, const Setup&)>;

// For the types `prompt`, `anthropic`, `gemini` and `openai_responses`.
Result<std::unique_ptr<Agent>> make_model_agent(const Setup& setup, const MakeModel& make_model);

}  // namespace sosia::agent
