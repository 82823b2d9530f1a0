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

namespace {

// Through an index of terms: texts that share nothing cost nothing.
stats::DistanceMatrix sparse_distances(std::span<const SparseVector> vectors) {
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

// Rows of one length, without gaps, where most entries are there anyway: an index would only cost.
struct Rows {
    std::size_t length = 0;  // a multiple of `lanes`
    std::vector<float> values;
    const float* row(std::size_t i) const { return values.data() + i * length; }
};

constexpr std::size_t lanes = 16;  // partial sums that are added side by side

Rows rows_of(std::span<const SparseVector> vectors, std::size_t terms) {
    Rows out{.length = (terms + lanes - 1) / lanes * lanes, .values = {}};
    out.values.assign(vectors.size() * out.length, 0.0F);
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        for (const auto& [term, weight] : vectors[i]) {
            out.values[i * out.length + term] = weight;
        }
    }
    return out;
}

float product(const float* a, const float* b, std::size_t length) {
    std::array<float, lanes> sums{};
    for (std::size_t at = 0; at < length; at += lanes) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            sums[lane] += a[at + lane] * b[at + lane];
        }
    }
    float sum = 0;
    for (const float part : sums) {
        sum += part;
    }
    return sum;
}

// Block by block, so that the rows of a block are still in the processor's cache when they are needed again.
stats::DistanceMatrix dense_distances(const Rows& rows, std::size_t items) {
    constexpr std::size_t block = 32;
    stats::DistanceMatrix out(items);
    for (std::size_t high = 0; high < items; high += block) {
        for (std::size_t low = 0; low <= high; low += block) {
            for (std::size_t j = high; j < std::min(items, high + block); ++j) {
                for (std::size_t i = low; i < std::min(j, low + block); ++i) {
                    out.at(i, j) = std::max(0.0F, 1 - product(rows.row(i), rows.row(j), rows.length));
                }
            }
        }
    }
    return out;
}

std::size_t term_count(std::span<const SparseVector> vectors) {
    std::size_t out = 0;
    for (const SparseVector& v : vectors) {
        out = v.empty() ? out : std::max<std::size_t>(out, v.back().first + 1);
    }
    return out;
}

bool mostly_filled(std::span<const SparseVector> vectors, std::size_t terms) {
    std::size_t filled = 0;
    for (const SparseVector& v : vectors) {
        filled += v.size();
    }
    return 4 * filled > terms * vectors.size();
}

}  // namespace

stats::DistanceMatrix cosine_distances(std::span<const SparseVector> vectors) {
    const std::size_t terms = term_count(vectors);
    return mostly_filled(vectors, terms) ? dense_distances(rows_of(vectors, terms), vectors.size())
                                         : sparse_distances(vectors);
}

}  // namespace sosia::analysis
