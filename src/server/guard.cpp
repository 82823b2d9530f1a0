#include "server/guard.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

namespace sosia::server {
namespace {

bool same_host(const net::ServerRequest& request, const Access& access) {
    const std::optional<std::string_view> host = request.headers.find("Host");
    return host && std::ranges::find(access.hosts, *host) != access.hosts.end();
}

// Somebody followed a link from elsewhere: the browser shows our page, and whoever linked sees nothing of it.
bool is_followed_link(const net::ServerRequest& request) {
    return request.method == "GET" && request.path == "/" && request.headers.find("Sec-Fetch-Mode") == "navigate" &&
           request.headers.find("Sec-Fetch-Dest") == "document";
}

bool same_origin(const net::ServerRequest& request) {
    const std::string_view site = request.headers.find("Sec-Fetch-Site").value_or("same-origin");
    if (site != "same-origin" && site != "none" && !is_followed_link(request)) {
        return false;
    }
    const std::optional<std::string_view> origin = request.headers.find("Origin");
    const std::string host(*request.headers.find("Host"));  // https: behind a proxy
    return !origin || *origin == "http://" + host || *origin == "https://" + host;
}

// Takes the same time wherever the first difference is.
bool equal(std::string_view a, std::string_view b) {
    unsigned difference = a.size() == b.size() ? 0U : 1U;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
    }
    return difference == 0;
}

std::string_view cookie(std::string_view all, std::string_view name) {
    while (!all.empty()) {
        std::string_view pair = all.substr(0, all.find(';'));
        all.remove_prefix(std::min(all.size(), pair.size() + 1));
        pair.remove_prefix(std::min(pair.size(), pair.find_first_not_of(' ')));
        if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
            return pair.substr(name.size() + 1);
        }
    }
    return {};
}

bool has_token(const net::ServerRequest& request, const Access& access) {
    const std::string_view bearer = request.headers.find("Authorization").value_or("");
    const std::string_view cookies = request.headers.find("Cookie").value_or("");
    return equal(bearer, "Bearer " + access.token) || equal(cookie(cookies, access.cookie), access.token);
}

bool writes_from_our_page(const net::ServerRequest& request) {
    return request.headers.contains("Origin") && request.headers.find("Content-Type") == "application/json";
}

// The link that `sosia serve` prints: the browser keeps the token as a cookie and the address loses it.
net::ServerResponse signed_in(const Access& access) {
    net::ServerResponse answer{.status = 303, .body = {}, .content_type = {}, .headers = {}};
    answer.headers.add("Set-Cookie", access.cookie + "=" + access.token + "; HttpOnly; SameSite=Lax; Path=/");
    answer.headers.add("Location", "/");
    return answer;
}

}  // namespace

std::string query_value(std::string_view query, std::string_view name) {
    std::string out;
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (!pair.starts_with(name) || pair.substr(name.size()).substr(0, 1) != "=") {
            continue;
        }
        const std::string_view value = pair.substr(name.size() + 1);
        for (std::size_t i = 0; i < value.size(); ++i) {
            unsigned code = 0;
            if (value[i] == '%' && i + 2 < value.size() &&
                std::from_chars(value.data() + i + 1, value.data() + i + 3, code, 16).ptr == value.data() + i + 3) {
                out += static_cast<char>(code);
                i += 2;
            } else {
                out += value[i] == '+' ? ' ' : value[i];
            }
        }
        return out;
    }
    return out;
}

net::ServerResponse error_answer(int status, std::string_view sentence) {
    return {.status = status, .body = boost::json::serialize(boost::json::object{{"error", sentence}}), .headers = {}};
}

std::optional<net::ServerResponse> refuse(const net::ServerRequest& request, const Access& access) {
    if (!same_host(request, access)) {
        return error_answer(
            403, "this server does not go by that name: open the address it printed, or start it with --name NAME");
    }
    if (!same_origin(request)) {
        return error_answer(403, "requests of other pages are refused");
    }
    if (request.method == "POST" && !writes_from_our_page(request)) {
        return error_answer(403, "only this server's own page may change anything");
    }
    if (request.method != "GET" && request.method != "POST") {
        return error_answer(405, "only GET and POST are understood");
    }
    if (access.token.empty() || has_token(request, access)) {
        return std::nullopt;
    }
    if (request.method == "GET" && request.path == "/" && equal(query_value(request.query, "token"), access.token)) {
        return signed_in(access);
    }
    return error_answer(401, "a token is needed: open the link that sosia serve printed");
}

}  // namespace sosia::server
