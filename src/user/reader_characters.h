// Characters as the reader sees them: UTF-8 folded to plain lower-case ASCII where a language's rules need no more.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sosia::user {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
constexpr bool is_alpha(char c) {
    return is_upper(c) || (c >= 'a' && c <= 'z');
}
constexpr bool is_alnum(char c) {
    return is_alpha(c) || is_digit(c);
}
constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
constexpr bool is_high(char c) {
    return (static_cast<unsigned char>(c) & 0x80U) != 0;
}
constexpr char lower_char(char c) {
    return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

// One character of UTF-8: its code point and length in bytes. A byte that starts no sequence counts as one character.
struct CodePoint {
    std::uint32_t value = 0;
    std::size_t length = 1;
};
CodePoint code_point(std::string_view text, std::size_t at);

// The plain lower-case spelling of a Latin letter ("á" -> "a", "ß" -> "ss"); empty when it is not a Latin letter.
std::string_view folded_letter(std::uint32_t code);

// Lower case, without accents, typographic apostrophes made plain. Other characters are unchanged.
std::string fold(std::string_view text);

enum class Mark { none, space, apostrophe, dash, quote, ellipsis, happy, sad, symbol };
// What a non-ASCII character is when it is no letter: "’" an apostrophe, "—" a dash, a smiling face happy ...
Mark mark_of(std::uint32_t code);

}  // namespace sosia::user
