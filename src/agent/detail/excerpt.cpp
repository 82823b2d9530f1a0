#include "agent/detail/excerpt.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/json_text.h"

namespace sosia::agent::detail {
namespace {

constexpr std::size_t shown_bytes = 200;
constexpr std::size_t shortest_secret = 6;
constexpr std::size_t shortest_part = 4;           // of a secret that is cut off
constexpr std::string_view cut_mark = "\" ... (";  // behind an excerpt that leaves something out

std::string escaped(char c) {
    switch (c) {
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        default:
            return fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
}

// A cut in the middle of a character is not the agent's mistake: drop the started character.
std::string_view cut(std::string_view bytes) {
    std::string_view head = bytes.substr(0, shown_bytes);
    for (std::size_t dropped = 0; head.size() < bytes.size() && dropped < 4 && !head.empty(); ++dropped) {
        if ((static_cast<unsigned char>(bytes[head.size()]) & 0xC0) != 0x80) {
            break;
        }
        head.remove_suffix(1);
    }
    return head;
}

}  // namespace

std::string excerpt(std::string_view bytes) {
    if (bytes.empty()) {
        return "nothing";
    }
    const std::string_view head = cut(bytes);
    const bool text = is_valid_utf8(head);
    std::string out = "\"";
    for (const char c : head) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = byte >= 0x20 && byte != 0x7F && (byte < 0x80 || text);
        out += plain ? std::string(1, c) : escaped(c);
    }
    out += '"';
    if (head.size() < bytes.size()) {
        out += fmt::format("{}{} bytes)", cut_mark.substr(1), bytes.size());
    }
    return out;
}

std::string public_url(std::string_view url) {
    std::string_view rest = url.substr(0, url.find_first_of("?#"));
    const std::size_t scheme = rest.find("://");
    if (scheme == std::string_view::npos) {
        return std::string(rest);
    }
    const std::string_view after = rest.substr(scheme + 3);
    const std::size_t path = std::min(after.find('/'), after.size());
    const std::size_t at = after.substr(0, path).rfind('@');
    return fmt::format("{}://{}", rest.substr(0, scheme), at == std::string_view::npos ? after : after.substr(at + 1));
}

void Redactor::add(std::string_view value) {
    value = trim(value);
    if (value.size() >= shortest_secret) {
        secrets_.emplace_back(value);
        std::string in_json;
        append_json_string(in_json, value);
        if (in_json.size() != value.size() + 2) {
            secrets_.push_back(in_json.substr(1, in_json.size() - 2));
        }
    }
    const std::size_t space = value.find(' ');
    if (space != std::string_view::npos) {
        add(value.substr(space + 1));
    }
}

std::string Redactor::clean(std::string text) const {
    for (const std::string& secret : secrets_) {
        text = replace_all(std::move(text), secret, "***");
        // An excerpt may end in the middle of a secret.
        for (std::size_t size = secret.size() - 1; size >= shortest_part; --size) {
            text = replace_all(std::move(text), secret.substr(0, size) + std::string(cut_mark),
                               "***" + std::string(cut_mark));
        }
    }
    return text;
}

}  // namespace sosia::agent::detail
