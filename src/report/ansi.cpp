#include "report/ansi.h"

#include <algorithm>

#include "base/text.h"

namespace sosia::report {
namespace {

std::string_view code(Ink ink) {
    switch (ink) {
        case Ink::plain:
            return "";
        case Ink::bold:
            return "\x1b[1m";
        case Ink::dim:
            return "\x1b[2m";
        case Ink::red:
            return "\x1b[31m";
        case Ink::green:
            return "\x1b[32m";
        case Ink::yellow:
            return "\x1b[33m";
        case Ink::cyan:
            return "\x1b[36m";
    }
    return "";
}

int columns(std::string_view text) {
    return static_cast<int>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string safe(std::string_view text) {
    const std::string valid = to_valid_utf8(text);
    std::string out;
    for (std::size_t i = 0; i < valid.size(); ++i) {
        const auto c = static_cast<unsigned char>(valid[i]);
        const bool c1 = c == 0xC2 && i + 1 < valid.size() && static_cast<unsigned char>(valid[i + 1]) < 0xA0;
        if (c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7F && !c1)) {
            out += valid[i];
        } else if (c1) {
            out += "\xEF\xBF\xBD";
            ++i;
        } else {
            constexpr std::string_view hex_digits = "0123456789abcdef";
            out += "\\x";
            out += hex_digits[c >> 4];
            out += hex_digits[c & 0xF];
        }
    }
    return out;
}

std::string paint(std::string_view text, Ink ink, bool on) {
    std::string clean = safe(text);
    return on && ink != Ink::plain ? std::string(code(ink)) + clean + "\x1b[0m" : clean;
}

std::vector<std::string> wrap(std::string_view text, int width) {
    std::vector<std::string> lines;
    for (const std::string_view paragraph : split(text, '\n')) {
        std::string line;
        for (const std::string_view word : split(paragraph, ' ')) {
            if (!line.empty() && columns(line) + 1 + columns(word) > width) {
                lines.push_back(std::move(line));
                line.clear();
            }
            if (!line.empty()) {
                line += ' ';
            }
            line += word;
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace sosia::report
