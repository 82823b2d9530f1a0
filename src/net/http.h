// Values of an HTTP exchange. No curl and no Asio in here.
#pragma once
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sosia::net {

struct Header {
    std::string name;
    std::string value;
};

// Headers in the order they came; names compare without case; duplicates are kept.
class Headers {
  public:
    Headers() = default;
    Headers(std::initializer_list<Header> headers) : all_(headers) {}

    void add(std::string_view name, std::string_view value) { all_.push_back({std::string(name), std::string(value)}); }
    // The first value, or nothing.
    std::optional<std::string_view> find(std::string_view name) const;
    std::vector<std::string_view> find_all(std::string_view name) const;
    bool contains(std::string_view name) const { return find(name).has_value(); }
    void clear() { all_.clear(); }
    std::size_t size() const { return all_.size(); }
    auto begin() const { return all_.begin(); }
    auto end() const { return all_.end(); }

  private:
    std::vector<Header> all_;
};

struct HttpRequest {
    std::string method = "GET";
    std::string url;  // http or https, absolute
    Headers headers;
    std::string body;
    std::chrono::milliseconds timeout{30'000};  // from now to the last byte of the answer; at most a day
    std::uint64_t max_body = 1 << 20;           // a longer answer ends the exchange with too_large
};

struct HttpResponse {
    int status = 0;
    Headers headers;
    std::string body;  // empty when a sink took it
};

enum class HttpErrorKind {
    bad_request,  // the request itself is unusable: URL, header with a line break
    resolve,      // no such host
    refused,      // no connection: refused, unreachable, connect time-out
    reset,        // the peer closed or reset an open connection before the answer was complete
    tls,          // handshake or certificate
    timeout,      // the total time passed
    too_large,    // body or headers longer than allowed
    malformed,    // the bytes are no HTTP
    cancelled,    // by us
    other,
};

// What to do about a certificate that nobody known has signed.
inline constexpr std::string_view how_to_trust = "SSL_CERT_FILE may name a file with its authority's certificate";

struct HttpError {
    HttpErrorKind kind = HttpErrorKind::other;
    std::string message;  // one sentence; contains neither URL nor header values
};

using HttpResult = std::expected<HttpResponse, HttpError>;

// Takes the body of a 2xx answer piece by piece. Returning false ends the exchange with `cancelled`.
// Runs inside the client: it must not call the client.
using ChunkSink = std::move_only_function<bool(std::string_view)>;

std::string_view to_string(HttpErrorKind kind);

}  // namespace sosia::net
