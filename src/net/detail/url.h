// Just enough of a URL for decisions of the client; libcurl does the real parsing.
#pragma once
#include <string_view>

namespace sosia::net::detail {

// "host:port" part of an absolute URL, without user information; empty when there is none.
std::string_view authority_of(std::string_view url);
// localhost, *.localhost, 127.0.0.0/8 or [::1].
bool is_loopback(std::string_view authority);
// An IP literal or a loopback name: connecting needs no name server.
bool needs_no_resolver(std::string_view authority);

}  // namespace sosia::net::detail
