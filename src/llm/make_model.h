// A model from its name: which provider, which key, which limits. What every caller needs to know is here; what the
// providers want is in their own files.
#pragma once
#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "llm/chat_model.h"
#include "net/http_client.h"

namespace sosia::llm {

class AnswerCache;
class PriceTable;
class Traffic;

// Reads one environment variable; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(std::string_view)>;

struct ModelChoice {
    // "openai/gpt-4o-mini", "openai-responses/MODEL", "anthropic/MODEL", "gemini/MODEL", "azure/DEPLOYMENT",
    // "openrouter/MODEL", "ollama/MODEL", or any OpenAI-compatible server by its base URL:
    // "http://localhost:11434/v1#qwen3".
    std::string name;
    std::string base_url;  // instead of the provider's own (and of OPENAI_BASE_URL and the like)
    std::string key;       // the key itself, where the caller has it already; never shown
    std::string key_env;   // or the variable that holds it; empty: the provider's usual one
    std::string key_file;  // or a file that holds it, and nothing else
    // Used where a request leaves temperature, top_p or seed open. `max_tokens` is the request's own.
    Sampling defaults;
    double requests_per_minute = 0;  // 0: as many as the provider lets through
    double tokens_per_minute = 0;
    int max_concurrency = 0;                    // 0: no bound of ours; adapts when the provider refuses
    std::chrono::milliseconds timeout{60'000};  // of one attempt, waiting for limits not counted
    int retries = 4;  // after refusals and failures that may pass; one of them after a time-out
    std::uint64_t max_answer_bytes = 8U << 20U;
    boost::json::object parameters;  // more members of the request's body, named as the provider names them
};

// Waits, and says whether the whole time passed. Tests give one that moves their clock instead.
using Wait = std::function<boost::asio::awaitable<bool>(std::chrono::microseconds)>;

// What models share. Everything referred to outlives the models.
struct ModelParts {
    net::HttpClient& http;
    const Clock& clock;
    Environment environment;
    const PriceTable* prices = nullptr;  // null: no cost is computed
    AnswerCache* cache = nullptr;        // null: every call is made
    bool replay_only = false;            // never call: what is not in the cache is `not_cached`
    Traffic* traffic = nullptr;          // limits per provider and model; null: this model has its own
    std::uint64_t seed = 0;              // of the back-off's chance
    Wait wait = {};                      // empty: the machine's clock
};

// A name nobody knows, a missing key or a URL that is none: an Error for the user. Nothing is sent.
Result<std::shared_ptr<ChatModel>> make_model(const ModelChoice& choice, const ModelParts& parts);

// How much text is roughly one token: bytes / 4, and what messages and tools add. For limits and estimates only.
std::int64_t estimated_input_tokens(const ChatRequest& request);

}  // namespace sosia::llm
