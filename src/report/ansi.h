// Colours of the terminal reports, and lines that fit. For reports and for commands that print what others wrote.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace sosia::report {

enum class Ink { plain, bold, dim, red, green, yellow, cyan };

// `text` in a colour, or as it is when `on` is false. Control characters in the text are made visible: what an agent
// wrote must not steer the terminal.
std::string paint(std::string_view text, Ink ink, bool on);

// The same without colour.
std::string safe(std::string_view text);

// Words of `text` in lines of at most `width` columns (bytes of UTF-8 continuation do not count); line breaks are kept.
std::vector<std::string> wrap(std::string_view text, int width);

}  // namespace sosia::report
