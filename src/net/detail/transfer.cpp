#include "net/detail/transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <new>

#include "base/text.h"
#include "net/detail/url.h"

namespace sosia::net::detail {
namespace {

constexpr std::size_t max_header_bytes = 256 << 10;
// Holds a usual answer in one piece; curl allocates it per exchange in flight.
constexpr long receive_buffer_bytes = 4 << 10;
// Above this curl would ask the server's leave first, which small servers do not answer.
constexpr std::size_t expect_threshold = 512 << 10;
constexpr auto longest_timeout = std::chrono::milliseconds(86'400'000);

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
        return c > 0x20 && c < 0x7F &&
               std::string_view("()<>@,;:\\\"/[]?={}").find(static_cast<char>(c)) == std::string_view::npos;
    });
}

bool is_header_value(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c != '\r' && c != '\n' && c != '\0'; });
}

std::optional<HttpError> check(const HttpRequest& request) {
    const auto bad = [](std::string message) { return HttpError{HttpErrorKind::bad_request, std::move(message)}; };
    if (authority_of(request.url).empty() || request.url.find('\0') != std::string::npos) {
        return bad("The URL must be absolute, such as http://127.0.0.1:8080/chat.");
    }
    if (!is_token(request.method)) {
        return bad("The request method is no HTTP method.");
    }
    for (const Header& header : request.headers) {
        if (!is_token(header.name) || !is_header_value(header.value)) {
            return bad(
                fmt::format("The header {} has characters that a header may not have.", to_valid_utf8(header.name)));
        }
    }
    return std::nullopt;
}

HttpErrorKind kind_of(CURLcode code) {
    switch (code) {
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            return HttpErrorKind::bad_request;
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
            return HttpErrorKind::resolve;
        case CURLE_COULDNT_CONNECT:
        case CURLE_INTERFACE_FAILED:
        case CURLE_PROXY:
            return HttpErrorKind::refused;
        case CURLE_OPERATION_TIMEDOUT:
            return HttpErrorKind::timeout;
        case CURLE_GOT_NOTHING:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_SEND_FAIL_REWIND:
        case CURLE_PARTIAL_FILE:
            return HttpErrorKind::reset;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_ENGINE_NOTFOUND:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS:
            return HttpErrorKind::tls;
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_BAD_CONTENT_ENCODING:
        case CURLE_HTTP2:
        case CURLE_TOO_MANY_REDIRECTS:
            return HttpErrorKind::malformed;
        default:
            return HttpErrorKind::other;
    }
}

}  // namespace

Transfer::Transfer() : easy_(curl_easy_init()) {
    if (!easy_) {
        throw std::bad_alloc();
    }
    CURL* easy = easy_.get();
    set(easy, CURLOPT_PRIVATE, this);
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_BUFFERSIZE, receive_buffer_bytes);
    set(easy, CURLOPT_ERRORBUFFER, error_text_.data());
    set(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set(easy, CURLOPT_HEADERDATA, this);
    set(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(easy, CURLOPT_WRITEDATA, this);
    set(easy, CURLOPT_TCP_NODELAY, 1L);
    set(easy, CURLOPT_DNS_CACHE_TIMEOUT, 300L);
}

std::optional<HttpError> Transfer::prepare(HttpRequest request, ChunkSink sink) {
    if (auto error = check(request)) {
        return error;
    }
    request_ = std::move(request);
    sink_ = std::move(sink);
    response_ = {};
    stop_ = Stop::none;
    body_bytes_ = 0;
    header_bytes_ = 0;
    error_text_[0] = '\0';
    CURL* easy = easy_.get();
    if (url_set_ != request_.url) {
        set(easy, CURLOPT_URL, request_.url.c_str());
        const bool direct = is_loopback(authority_of(request_.url));
        set(easy, CURLOPT_NOPROXY, direct ? "*" : static_cast<const char*>(nullptr));
        url_set_ = request_.url;
    }
    set_method();
    set_headers();
    const auto timeout = std::clamp(request_.timeout, std::chrono::milliseconds(1), longest_timeout);
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
    return std::nullopt;
}

void Transfer::set_method() {
    CURL* easy = easy_.get();
    const bool with_body = request_.method == "POST" || !request_.body.empty();
    if (method_set_ != request_.method || body_set_ != with_body) {
        set(easy, CURLOPT_HTTPGET, 1L);
        set(easy, CURLOPT_NOBODY, request_.method == "HEAD" && !with_body ? 1L : 0L);
        if (with_body) {
            set(easy, CURLOPT_POST, 1L);
        }
        const bool custom = request_.method != (with_body ? "POST" : "GET") && request_.method != "HEAD";
        set(easy, CURLOPT_CUSTOMREQUEST, custom ? request_.method.c_str() : static_cast<const char*>(nullptr));
        method_set_ = request_.method;
        body_set_ = with_body;
    }
    if (with_body) {
        set(easy, CURLOPT_POSTFIELDS, request_.body.data());
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    }
}

void Transfer::set_headers() {
    curl_slist* list = nullptr;
    std::string line;
    const auto append = [&](const std::string& text) {
        curl_slist* longer = curl_slist_append(list, text.c_str());
        if (longer == nullptr) {
            curl_slist_free_all(list);
            throw std::bad_alloc();
        }
        list = longer;
    };
    for (const Header& header : request_.headers) {
        line = header.name;
        // curl's own notation: "Name;" sends an empty header, "Name:" would remove it.
        line += header.value.empty() ? ";" : ": ";
        line += header.value;
        append(line);
    }
    if (request_.body.size() > expect_threshold) {
        append("Expect:");
    }
    set(easy_.get(), CURLOPT_HTTPHEADER, list);
    list_.reset(list);
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
    const std::size_t bytes = size * count;
    return static_cast<Transfer*>(self)->take_header({data, bytes}) ? bytes : 0;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    const std::size_t bytes = size * count;
    // Not 0: an empty piece must not look like a refusal.
    return static_cast<Transfer*>(self)->take_body({data, bytes}) ? bytes : bytes + 1;
}

bool Transfer::take_header(std::string_view line) {
    header_bytes_ += line.size();
    if (header_bytes_ > max_header_bytes) {
        stop_ = Stop::headers_too_large;
        return false;
    }
    if (line.starts_with("HTTP/")) {
        response_.headers.clear();  // the final answer after an interim one
        return true;
    }
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
        response_.headers.add(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
    }
    return true;
}

bool Transfer::take_body(std::string_view chunk) {
    body_bytes_ += chunk.size();
    if (body_bytes_ > request_.max_body) {
        stop_ = Stop::body_too_large;
        return false;
    }
    if (sink_) {
        long status = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        if (status >= 200 && status < 300) {
            stop_ = sink_(chunk) ? Stop::none : Stop::sink_refused;
            return stop_ == Stop::none;
        }
    }
    response_.body.append(chunk);
    return true;
}

HttpResult Transfer::take_result(CURLcode code) {
    HttpResult result = std::unexpected(HttpError{});
    if (code == CURLE_OK) {
        long status = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        response_.status = static_cast<int>(status);
        result = std::move(response_);
    } else {
        result = std::unexpected(error_of(code));
    }
    set(easy_.get(), CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
    list_.reset();
    request_ = {};
    sink_ = nullptr;
    response_ = {};
    return result;
}

bool Transfer::total_time_passed() const {
    curl_off_t elapsed_us = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_TOTAL_TIME_T, &elapsed_us);
    return std::chrono::microseconds(elapsed_us) >= request_.timeout;
}

HttpError Transfer::error_of(CURLcode code) const {
    switch (stop_) {
        case Stop::body_too_large:
            return {HttpErrorKind::too_large,
                    fmt::format("The body is longer than the limit of {} bytes.", request_.max_body)};
        case Stop::headers_too_large:
            return {HttpErrorKind::too_large,
                    fmt::format("The headers are longer than the limit of {} bytes.", max_header_bytes)};
        case Stop::sink_refused:
            return {HttpErrorKind::cancelled, "The reader of the stream stopped it."};
        case Stop::none:
            break;
    }
    const std::string_view text = error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(code);
    HttpErrorKind kind = kind_of(code);
    if (text.contains("chunk") || text.contains("HTTP/0.9")) {
        kind = HttpErrorKind::malformed;
    }
    if (kind == HttpErrorKind::timeout && text.starts_with("Connection timed") && !total_time_passed()) {
        kind = HttpErrorKind::refused;
    }
    const bool distrusted = code == CURLE_PEER_FAILED_VERIFICATION;
    return {kind, fmt::format("{}{}{}.", to_valid_utf8(trim(text)), distrusted ? "; " : "",
                              distrusted ? how_to_trust : std::string_view{})};
}

}  // namespace sosia::net::detail
