// Small pieces of text handling that several rooms need and the standard library lacks. ASCII rules unless said.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace sosia {

std::string lower(std::string_view text);
// `text` begins with `opening`, whatever the case of ASCII letters in `text`; `opening` is lower-case.
bool opens_with(std::string_view text, std::string_view opening);  // ASCII lower case; other bytes unchanged
std::string_view trim(std::string_view text);                      // without leading and trailing white space
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);
// Holds a word that only English has: enough to tell an English goal from a German or Spanish one, and no more.
bool reads_as_english(std::string_view text);

bool contains_word(std::string_view text, std::string_view word);  // whole-word, ASCII case-insensitive
bool is_valid_utf8(std::string_view bytes);
std::string to_valid_utf8(std::string_view bytes);  // bad sequences become U+FFFD
// At most `max_bytes` of text, cut at a character boundary, with "…" when something was cut.
std::string shorten(std::string_view text, std::size_t max_bytes);
// Optimal string alignment distance (insert, delete, substitute, transpose), for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);
// The candidate nearest to `word`, or empty when none is near enough to be a likely typo.
std::string_view nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace sosia
