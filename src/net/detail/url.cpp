#include "net/detail/url.h"

#include <algorithm>

#include "base/text.h"

namespace sosia::net::detail {
namespace {

std::string_view host_of(std::string_view authority) {
    if (authority.starts_with('[')) {
        return authority.substr(0, authority.find(']') + 1);
    }
    return authority.substr(0, authority.find(':'));
}

}  // namespace

std::string_view authority_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) {
        return {};
    }
    url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#\\"));
    const std::size_t at = url.rfind('@');
    return at == std::string_view::npos ? url : url.substr(at + 1);
}

bool is_loopback(std::string_view authority) {
    const std::string host = lower(host_of(authority));
    return host == "localhost" || host.ends_with(".localhost") || host == "[::1]" ||
           (host.starts_with("127.") && needs_no_resolver(host));
}

bool needs_no_resolver(std::string_view authority) {
    const std::string_view host = host_of(authority);
    const bool literal =
        host.starts_with('[') || std::ranges::all_of(host, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    return literal || lower(host) == "localhost" || lower(host).ends_with(".localhost");
}

}  // namespace sosia::net::detail
