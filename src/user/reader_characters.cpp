#include "user/reader_characters.h"

#include <algorithm>
#include <array>

namespace sosia::user {
namespace {

// Plain spellings of U+00C0 to U+00FF; "" marks the two that are no letters.
constexpr std::array<std::string_view, 64> latin1 = {
    "a", "a", "a", "a", "ae", "a", "ae", "c", "e", "e", "e", "e", "i",  "i", "i",  "i",
    "d", "n", "o", "o", "o",  "o", "oe", "",  "o", "u", "u", "u", "ue", "y", "th", "ss",
    "a", "a", "a", "a", "ae", "a", "ae", "c", "e", "e", "e", "e", "i",  "i", "i",  "i",
    "d", "n", "o", "o", "o",  "o", "oe", "",  "o", "u", "u", "u", "ue", "y", "th", "y"};

struct Block {
    std::uint32_t first;
    std::uint32_t last;
    Mark mark;
};
// Sorted, disjoint. Faces: smiling and celebrating ones are happy, weeping, worried and praying ones sad.
constexpr std::array<Block, 40> blocks = {{
    {0x00A0, 0x00A0, Mark::space},      {0x00A1, 0x00A1, Mark::symbol},     {0x00A9, 0x00A9, Mark::symbol},
    {0x00AB, 0x00AB, Mark::quote},      {0x00AE, 0x00AE, Mark::symbol},     {0x00BB, 0x00BB, Mark::quote},
    {0x00BF, 0x00BF, Mark::symbol},     {0x02BC, 0x02BC, Mark::apostrophe}, {0x2000, 0x200A, Mark::space},
    {0x200B, 0x200F, Mark::symbol},     {0x2010, 0x2012, Mark::dash},       {0x2013, 0x2015, Mark::dash},
    {0x2018, 0x2019, Mark::apostrophe}, {0x201C, 0x201F, Mark::quote},      {0x2022, 0x2022, Mark::symbol},
    {0x2026, 0x2026, Mark::ellipsis},   {0x202F, 0x202F, Mark::space},      {0x2032, 0x2032, Mark::apostrophe},
    {0x2122, 0x2122, Mark::symbol},     {0x2190, 0x21FF, Mark::symbol},     {0x25A0, 0x25FF, Mark::symbol},
    {0x2600, 0x2638, Mark::symbol},     {0x2639, 0x2639, Mark::sad},        {0x263A, 0x263A, Mark::happy},
    {0x2700, 0x2727, Mark::symbol},     {0x2728, 0x2728, Mark::happy},      {0x2764, 0x2764, Mark::symbol},
    {0xFE00, 0xFE0F, Mark::symbol},     {0x1F300, 0x1F388, Mark::symbol},   {0x1F389, 0x1F38A, Mark::happy},
    {0x1F44D, 0x1F44F, Mark::happy},    {0x1F494, 0x1F494, Mark::sad},      {0x1F495, 0x1F49F, Mark::happy},
    {0x1F600, 0x1F60E, Mark::happy},    {0x1F60F, 0x1F611, Mark::symbol},   {0x1F612, 0x1F63E, Mark::sad},
    {0x1F642, 0x1F643, Mark::happy},    {0x1F64C, 0x1F64C, Mark::happy},    {0x1F64F, 0x1F64F, Mark::sad},
    {0x1F973, 0x1F973, Mark::happy},
}};

// Smiling faces inside the block of mostly unhappy ones.
constexpr bool is_cheerful_face(std::uint32_t code) {
    return code == 0x1F617 || code == 0x1F618 || code == 0x1F619 || code == 0x1F61A || code == 0x1F61B ||
           code == 0x1F61C || code == 0x1F61D || code == 0x1F638 || code == 0x1F639 || code == 0x1F63A ||
           code == 0x1F63B;
}

constexpr bool is_party(std::uint32_t code) {
    return code == 0x1F917 || code == 0x1F929 || code == 0x1F970 || code == 0x1F680 || code == 0x1F4AA ||
           code == 0x1F525 || code == 0x1F31F || code == 0x1F38A || code == 0x1F942 || code == 0x1F44B ||
           code == 0x1F60D;
}

}  // namespace

CodePoint code_point(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) -> std::uint32_t {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto more = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const std::uint32_t b = byte(at);
    if (b >= 0xC2 && b < 0xE0 && more(at + 1)) {
        return {((b & 0x1FU) << 6U) | (byte(at + 1) & 0x3FU), 2};
    }
    if (b >= 0xE0 && b < 0xF0 && more(at + 1) && more(at + 2)) {
        return {((b & 0x0FU) << 12U) | ((byte(at + 1) & 0x3FU) << 6U) | (byte(at + 2) & 0x3FU), 3};
    }
    if (b >= 0xF0 && b < 0xF5 && more(at + 1) && more(at + 2) && more(at + 3)) {
        return {((b & 0x07U) << 18U) | ((byte(at + 1) & 0x3FU) << 12U) | ((byte(at + 2) & 0x3FU) << 6U) |
                    (byte(at + 3) & 0x3FU),
                4};
    }
    return {b, 1};
}

std::string_view folded_letter(std::uint32_t code) {
    if (code >= 0xC0 && code <= 0xFF) {
        return latin1[code - 0xC0];
    }
    return code == 0x152 || code == 0x153 ? "oe" : code == 0x160 || code == 0x161 ? "s" : std::string_view{};
}

std::string fold(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        if (!is_high(text[i])) {
            out.push_back(lower_char(text[i++]));
            continue;
        }
        const CodePoint code = code_point(text, i);
        if (const std::string_view plain = folded_letter(code.value); !plain.empty()) {
            out += plain;
        } else if (mark_of(code.value) == Mark::apostrophe) {
            out.push_back('\'');
        } else {
            out += text.substr(i, code.length);
        }
        i += code.length;
    }
    return out;
}

Mark mark_of(std::uint32_t code) {
    if (code < 0xA0) {
        return Mark::none;
    }
    if (is_cheerful_face(code) || is_party(code)) {
        return Mark::happy;
    }
    const auto at = std::ranges::lower_bound(blocks, code, {}, &Block::last);
    if (at != blocks.end() && at->first <= code) {
        return at->mark;
    }
    return code >= 0x1F000 ? Mark::symbol : Mark::none;
}

}  // namespace sosia::user
