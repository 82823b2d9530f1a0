// Embeddings: unit vectors in which texts that share words lie close to each other.
#pragma once
#include <string>
#include <string_view>

namespace sosia::llm::mock {

// The answer to the body of a request to /embeddings; without a readable one, an answer without vectors.
std::string embeddings_answer(std::string_view body);
// The same for Google's batchEmbedContents.
std::string google_embeddings_answer(std::string_view body);

}  // namespace sosia::llm::mock
