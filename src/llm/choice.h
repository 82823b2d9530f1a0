// A model's settings as they stand in files, as a ModelChoice.
#pragma once
#include <boost/json/object.hpp>
#include <string>

#include "base/error.h"
#include "llm/make_model.h"

namespace sosia::llm {

// Ours are temperature, top_p, seed, base_url, key_env, key_file, requests_per_minute, tokens_per_minute, concurrency,
// timeout (seconds) and retries; everything else goes into the request's body as it is. `max_tokens` is not ours:
// whoever asks sets it. A setting of the wrong type is an Error that names it.
Result<ModelChoice> choice_of(const std::string& name, const boost::json::object& settings);

}  // namespace sosia::llm
