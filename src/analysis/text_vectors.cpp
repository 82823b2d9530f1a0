#include "analysis/text_vectors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

namespace sosia::analysis {
namespace {

constexpr std::array<std::string_view, 60> empty_words{
    "the", "and",  "for",  "you",  "your", "that",  "this",  "with",  "have", "has",   "had",   "was",
    "are", "is",   "it",   "to",   "of",   "in",    "on",    "at",    "an",   "be",    "by",    "as",
    "or",  "if",   "but",  "not",  "we",   "our",   "us",    "me",    "my",   "can",   "will",  "would",
    "do",  "does", "did",  "from", "so",   "there", "what",  "which", "they", "them",  "their", "been",
    "any", "all",  "here", "just", "than", "then",  "these", "those", "its",  "about", "let",   "please"};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool says_nothing(const std::string& word) {
    return word.size() < 2 && word != "#" ? true : std::ranges::find(empty_words, word) != empty_words.end();
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> out;
    std::string word;
    bool number = false;
    const auto end_word = [&] {
        if (number) {
            word = "#";
        }
        if (!word.empty() && !says_nothing(word)) {
            out.push_back(word);
        }
        word.clear();
        number = false;
    };
    for (const char c : text) {
        if (is_letter(c) || is_digit(c)) {
            number = number || is_digit(c);
            word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        } else if (c != '\'') {
            end_word();
        }
    }
    end_word();
    return out;
}

void normalise(SparseVector& v) {
    double squares = 0;
    for (const auto& [term, weight] : v) {
        squares += static_cast<double>(weight) * static_cast<double>(weight);
    }
    const auto length = static_cast<float>(std::sqrt(squares));
    for (auto& [term, weight] : v) {
        weight /= length;
    }
}

}  // namespace

std::vector<std::string> terms_of(std::string_view text) {
    std::vector<std::string> words = words_of(text);
    const std::size_t n = words.size();
    for (std::size_t i = 0; i + 1 < n; ++i) {
        words.push_back(words[i] + " " + words[i + 1]);
    }
    return words;
}

std::vector<SparseVector> tf_idf(std::span<const std::vector<std::string>> documents) {
    std::unordered_map<std::string, std::uint32_t> ids;
    std::vector<std::uint32_t> in_documents;
    std::vector<std::map<std::uint32_t, float>> counts;
    for (const std::vector<std::string>& document : documents) {
        std::map<std::uint32_t, float>& count = counts.emplace_back();
        for (const std::string& term : document) {
            const auto id = ids.try_emplace(term, static_cast<std::uint32_t>(ids.size())).first->second;
            in_documents.resize(ids.size(), 0);
            in_documents[id] += count[id] == 0 ? 1U : 0U;
            count[id] += 1;
        }
    }
    std::vector<SparseVector> out;
    const auto n = static_cast<float>(documents.size());
    for (const auto& count : counts) {
        SparseVector& v = out.emplace_back();
        for (const auto& [id, times] : count) {
            const float rarity = std::log((1 + n) / (1 + static_cast<float>(in_documents[id]))) + 1;
            v.emplace_back(id, (1 + std::log(times)) * rarity);
        }
        normalise(v);
    }
    return out;
}

std::vector<SparseVector> dense_vectors(const std::vector<std::vector<float>>& vectors) {
    std::vector<SparseVector> out;
    for (const std::vector<float>& values : vectors) {
        SparseVector& v = out.emplace_back();
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (std::isfinite(values[i]) && values[i] != 0) {
                v.emplace_back(static_cast<std::uint32_t>(i), values[i]);
            }
        }
        normalise(v);
    }
    return out;
}

float cosine(const SparseVector& a, const SparseVector& b) {
    float sum = 0;
    auto x = a.begin();
    auto y = b.begin();
    while (x != a.end() && y != b.end()) {
        if (x->first == y->first) {
            sum += x->second * y->second;
            ++x;
            ++y;
        } else {
            x->first < y->first ? ++x : ++y;
        }
    }
    return sum;
}

stats::DistanceMatrix cosine_distances(std::span<const SparseVector> vectors) {
    std::unordered_map<std::uint32_t, std::vector<std::pair<std::size_t, float>>> index;
    stats::DistanceMatrix out(vectors.size());
    std::vector<float> row(vectors.size(), 0.0F);
    for (std::size_t j = 0; j < vectors.size(); ++j) {
        std::fill(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(j), 0.0F);
        for (const auto& [term, weight] : vectors[j]) {
            auto& posting = index[term];
            for (const auto& [i, other] : posting) {
                row[i] += weight * other;
            }
            posting.emplace_back(j, weight);
        }
        for (std::size_t i = 0; i < j; ++i) {
            out.at(i, j) = std::max(0.0F, 1 - row[i]);
        }
    }
    return out;
}

}  // namespace sosia::analysis
