// Texts to vectors, from those providers that offer it: OpenAI and what is compatible, Azure, Gemini.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "llm/make_model.h"

namespace sosia::llm {

struct Embeddings {
    std::vector<std::vector<float>> vectors;  // one per text, all of one length
    Usage usage;                              // input only; 0 where the provider says nothing
};

using EmbeddingResult = std::expected<Embeddings, Failure>;

class EmbeddingModel {
  public:
    virtual ~EmbeddingModel() = default;
    virtual const std::string& name() const = 0;
    // At most 2,048 texts at once. Limits, attempts and failures are those of chat models.
    virtual boost::asio::awaitable<EmbeddingResult> embed(std::vector<std::string> texts) = 0;
};

// Named and configured as chat models are. A provider without embeddings is an Error. The cache is not used:
// text_embedder.h does that.
Result<std::shared_ptr<EmbeddingModel>> make_embedding_model(const ModelChoice& choice, const ModelParts& parts);

}  // namespace sosia::llm
