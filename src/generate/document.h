// Text that drafts are made from, in pieces a model is shown, and quotes found in it again.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sosia::generate {

struct Document {
    std::string name;  // the file's, without folders
    std::string text;
};

inline constexpr std::size_t most_document_bytes = std::size_t{256} << 10;
inline constexpr std::size_t most_bytes_together = std::size_t{1} << 20;

// Plain text or Markdown in UTF-8, not empty and at most `most_document_bytes` long.
Result<Document> document_of(const std::string& name, std::string text);

// Part of a document: whole paragraphs where they are short enough.
struct Passage {
    int number = 0;  // 1-based, over all documents
    std::size_t document = 0;
    int line = 0;  // its first
    std::string text;
};

std::vector<Passage> passages_of(std::span<const Document> documents, std::size_t most_bytes = 1500);

// Consecutive passages of about `most_bytes` together: what one question shows.
std::vector<std::vector<Passage>> groups_of(std::vector<Passage> passages, std::size_t most_bytes = 12'000);

struct FoundQuote {
    int line = 0;       // of the document
    std::string quote;  // with runs of white space as one blank
};

// The words of `quote` where they stand in the passage, letter for letter but for white space. Nothing when they do
// not, or when they are too few to prove anything (below eight bytes, unless they are the whole passage).
std::optional<FoundQuote> find_quote(const Passage& passage, std::string_view quote);

// Numbers in `value` that `quote` does not have: what a claim adds to its source.
std::vector<std::string> numbers_missing(std::string_view value, std::string_view quote);

}  // namespace sosia::generate
