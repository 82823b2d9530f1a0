// Lexical measures of a speaker's turns. None of them needs a model.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sosia::stats {

using Tokens = std::vector<std::string>;

// Words in lower case. ASCII text follows the pattern [a-z0-9]+(?:'[a-z]+)?; bytes above 127 count as letters, and the
// upper-case letters of Latin-1, Greek and Cyrillic are lowered, so that other languages in UTF-8 yield whole words
// too.
Tokens tokens(std::string_view text);

// Unique n-grams / n-grams, over the turns of one corpus; n-grams do not cross turns. 0 when there is none. (Li et al.
// 2016)
double distinct_n(std::span<const Tokens> turns, std::size_t n);

// Measure of textual lexical diversity (McCarthy and Jarvis 2010): tokens per stretch until the type-token ratio falls
// to `threshold`, with a partial last stretch, averaged over both directions. The token count when no stretch ends.
double mtld(const Tokens& text, double threshold = 0.72);
double mtld_forward(const Tokens& text, double threshold = 0.72);

// Mean type-token ratio over all windows of that many tokens (Covington and McFall 2010); the plain ratio for less
// text.
double mattr(const Tokens& text, std::size_t window);

double type_token_ratio(const Tokens& text);  // 0 for no text

// Yule 1944: 10^4 (sum of squared word frequencies - N)/N^2. High when few words are used again and again.
double yule_k(const Tokens& text);

// BLEU-4 with uniform weights (Papineni et al. 2002): brevity penalty against the reference of closest length (the
// shorter on ties); zero n-gram matches count as 0.1 (Chen and Cherry 2014, method 1).
double bleu4(const Tokens& hypothesis, std::span<const Tokens> references);

// Mean BLEU-4 of each turn against all others (Zhu et al. 2018): high when the turns repeat each other. 0 below two
// turns.
double self_bleu4(std::span<const Tokens> turns);

// Counts of each word, e.g. for jensen_shannon_bits in two_sample.h.
std::map<std::string, double> word_counts(std::span<const Tokens> turns);

// Share of turns ...
double share_ending_in_terminal_punctuation(std::span<const std::string> turns);  // . ! ? … or their full-width forms
double share_starting_in_lower_case(std::span<const std::string> turns);          // ASCII letters only
double share_with_word_starting(std::span<const std::string> turns,
                                std::string_view prefix);  // lower-case prefix, "thank"

}  // namespace sosia::stats
