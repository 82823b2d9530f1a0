#include "base/csv.h"

namespace sosia {
namespace {

// One field, moving `at` behind it.
std::string csv_field_at(std::string_view text, std::size_t& at) {
    std::string out;
    const bool quoted = at < text.size() && text[at] == '"';
    at += quoted ? 1 : 0;
    while (at < text.size()) {
        const char c = text[at];
        if (quoted && c == '"') {
            if (at + 1 < text.size() && text[at + 1] == '"') {
                ++at;
            } else {
                ++at;
                break;
            }
        } else if (!quoted && (c == ',' || c == '\n' || c == '\r')) {
            break;
        }
        out += text[at++];
    }
    return out;
}

}  // namespace

std::vector<std::vector<std::string>> csv_rows(std::string_view text) {
    std::vector<std::vector<std::string>> rows;
    std::size_t at = 0;
    while (at < text.size()) {
        std::vector<std::string>& row = rows.emplace_back();
        row.push_back(csv_field_at(text, at));
        while (at < text.size() && text[at] == ',') {
            row.push_back(csv_field_at(text, ++at));
        }
        while (at < text.size() && text[at] != '\n') {
            ++at;
        }
        ++at;
    }
    return rows;
}

}  // namespace sosia
