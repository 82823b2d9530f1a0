#include "net/http.h"

#include <algorithm>

namespace sosia::net {
namespace {

char lower_ascii(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower_ascii(x) == lower_ascii(y); });
}

}  // namespace

std::optional<std::string_view> Headers::find(std::string_view name) const {
    const auto at = std::ranges::find_if(all_, [&](const Header& header) { return same_name(header.name, name); });
    return at == all_.end() ? std::nullopt : std::optional<std::string_view>(at->value);
}

std::vector<std::string_view> Headers::find_all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const Header& header : all_) {
        if (same_name(header.name, name)) {
            values.push_back(header.value);
        }
    }
    return values;
}

std::string_view to_string(HttpErrorKind kind) {
    switch (kind) {
        case HttpErrorKind::bad_request:
            return "bad-request";
        case HttpErrorKind::resolve:
            return "resolve";
        case HttpErrorKind::refused:
            return "refused";
        case HttpErrorKind::reset:
            return "reset";
        case HttpErrorKind::tls:
            return "tls";
        case HttpErrorKind::timeout:
            return "timeout";
        case HttpErrorKind::too_large:
            return "too-large";
        case HttpErrorKind::malformed:
            return "malformed";
        case HttpErrorKind::cancelled:
            return "cancelled";
        case HttpErrorKind::other:
            return "other";
    }
    return "other";
}

}  // namespace sosia::net
