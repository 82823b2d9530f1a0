// Many texts to vectors: each text once, from the store of answers where it was paid for before, the rest in batches.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "llm/answer_cache.h"
#include "llm/embeddings.h"
#include "llm/prices.h"

namespace sosia::llm {

struct EmbeddedTexts {
    std::vector<std::vector<float>> vectors;  // one per text, all of one length; none for a text without words
    std::size_t asked = 0;                    // different texts that were sent
    std::size_t kept = 0;                     // different texts whose vectors were known
    Usage usage;                              // of those that were sent
    std::optional<double> cost_usd;           // nothing where no price or no count of tokens is known
};

class TextEmbedder {
  public:
    // `prices` and what `use` points to outlive it.
    TextEmbedder(std::shared_ptr<EmbeddingModel> model, CacheUse use, const PriceTable& prices)
        : model_(std::move(model)), use_(std::move(use)), prices_(prices) {}

    const std::string& name() const { return model_->name(); }
    // Of a text the first 4,000 bytes count. What came before a failure is kept, so that another try costs the rest.
    boost::asio::awaitable<std::expected<EmbeddedTexts, Failure>> embed(std::span<const std::string> texts);

  private:
    struct Job;
    Question question_for(const std::string& text) const;
    std::optional<std::vector<float>> known(const std::string& text) const;
    boost::asio::awaitable<std::optional<Failure>> send(std::span<const std::string> batch, Job& job);

    std::shared_ptr<EmbeddingModel> model_;
    CacheUse use_;
    const PriceTable& prices_;
};

// With the cache, replay rule and prices of `parts` (no prices: the built-in ones).
Result<std::unique_ptr<TextEmbedder>> make_text_embedder(const ModelChoice& choice, const ModelParts& parts);

}  // namespace sosia::llm
