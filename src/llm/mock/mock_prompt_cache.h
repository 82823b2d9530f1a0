// Remembers prompts as providers do, so that usage with cached tokens can be tried.
#pragma once
#include <cstdint>
#include <string_view>
#include <unordered_set>

#include "base/hash.h"

namespace sosia::llm::mock {

class PromptCache {
  public:
    // Tokens of `prompt` that come from the cache: none the first time, and none of short ones.
    std::int64_t cached_tokens(std::string_view prompt, std::int64_t tokens) {
        constexpr std::int64_t shortest = 1024;
        constexpr std::int64_t step = 128;
        constexpr std::size_t most = 10'000;
        if (tokens < shortest) {
            return 0;
        }
        if (seen_.size() >= most) {
            seen_.clear();
        }
        const bool known = !seen_.insert(hash64(prompt)).second;
        return known ? tokens / step * step : 0;
    }

  private:
    std::unordered_set<std::uint64_t> seen_;
};

}  // namespace sosia::llm::mock
