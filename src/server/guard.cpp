#include "server/guard.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

namespace sosia::server {
namespace {

constexpr std::string_view cookie_name = "sosia-token=";

bool same_host(const net::ServerRequest& request, const Access& access) {
    const std::optional<std::string_view> host = request.headers.find("Host");
    return host && std::ranges::find(access.hosts, *host) != access.hosts.end();
}

bool same_origin(const net::ServerRequest& request) {
    const std::string_view site = request.headers.find("Sec-Fetch-Site").value_or("same-origin");
    if (site != "same-origin" && site != "none") {
        return false;
    }
    const std::optional<std::string_view> origin = request.headers.find("Origin");
    return !origin || *origin == "http://" + std::string(*request.headers.find("Host"));
}

// Takes the same time wherever the first difference is.
bool equal(std::string_view a, std::string_view b) {
    unsigned difference = a.size() == b.size() ? 0U : 1U;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
    }
    return difference == 0;
}

std::string_view cookie(std::string_view all) {
    const std::size_t at = all.find(cookie_name);
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = all.substr(at + cookie_name.size());
    return rest.substr(0, rest.find(';'));
}

bool has_token(const net::ServerRequest& request, const std::string& token) {
    const std::string_view bearer = request.headers.find("Authorization").value_or("");
    return equal(bearer, "Bearer " + token) || equal(cookie(request.headers.find("Cookie").value_or("")), token);
}

// The link that `sosia serve` prints: the browser keeps the token as a cookie and the address loses it.
net::ServerResponse signed_in(const Access& access) {
    net::ServerResponse answer{.status = 303, .body = {}, .content_type = {}, .headers = {}};
    answer.headers.add("Set-Cookie", std::string(cookie_name) + access.token + "; HttpOnly; SameSite=Strict; Path=/");
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
            if (value[i] == '%' && i + 2 < value.size() + 0 &&
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
        return error_answer(403, "this address is not one of this server's");
    }
    if (!same_origin(request)) {
        return error_answer(403, "requests of other pages are refused");
    }
    if (request.method != "GET" && request.method != "HEAD") {
        return error_answer(405, "only reading is possible");
    }
    if (access.token.empty() || has_token(request, access.token)) {
        return std::nullopt;
    }
    if (request.path == "/" && equal(query_value(request.query, "token"), access.token)) {
        return signed_in(access);
    }
    return error_answer(401, "a token is needed: open the link that sosia serve printed");
}

}  // namespace sosia::server
