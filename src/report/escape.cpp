#include <algorithm>

#include "base/text.h"
#include "report/files.h"

namespace sosia::report {

std::string xml_text(std::string_view text) {
    const std::string valid = to_valid_utf8(text);
    std::string out;
    out.reserve(valid.size() + valid.size() / 8);
    for (const char c : valid) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&apos;";
                break;
            case '\n':
                out += "&#10;";
                break;
            case '\t':
                out += "&#9;";
                break;
            default:
                out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
        }
    }
    // U+FFFE and U+FFFF are valid UTF-8 and not allowed in XML.
    out = replace_all(std::move(out), "\xEF\xBF\xBE", "?");
    return replace_all(std::move(out), "\xEF\xBF\xBF", "?");
}

std::string markdown_text(std::string_view text) {
    std::string out;
    for (const char c : to_valid_utf8(text)) {
        if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (c == '&') {
            out += "&amp;";
        } else if (std::string_view("\\`*_{}[]()#|~!@").contains(c)) {
            out += '\\';
            out += c;
        } else {
            out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    return out;
}

std::string csv_field(std::string_view text) {
    std::string field = to_valid_utf8(text);
    if (!field.empty() && std::string_view("=+-@\t\r").contains(field.front())) {
        field.insert(field.begin(), '\'');
    }
    if (field.find_first_of(",\"\r\n") == std::string::npos) {
        return field;
    }
    return "\"" + replace_all(std::move(field), "\"", "\"\"") + "\"";
}

}  // namespace sosia::report
