#include "llm/provider_error.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/text.h"
#include "llm/answer_draft.h"
#include "llm/json_read.h"
#include "net/retry.h"

namespace sosia::llm {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

// Google's RetryInfo: {"@type": "...RetryInfo", "retryDelay": "12.5s"}.
std::optional<milliseconds> retry_delay(const json::object& error) {
    const json::array* details = array_in(error, "details");
    for (std::size_t i = 0; details != nullptr && i < details->size(); ++i) {
        const json::object* detail = (*details)[i].if_object();
        const std::string_view delay = detail == nullptr ? std::string_view{} : text_in(*detail, "retryDelay");
        double seconds = 0;
        const auto [end, problem] = std::from_chars(delay.data(), delay.data() + delay.size(), seconds);
        constexpr double most = 86'400;
        if (problem == std::errc{} && end != delay.data() && seconds >= 0 && seconds <= most) {
            return milliseconds(std::llround(seconds * 1000));
        }
    }
    return std::nullopt;
}

// The header that some providers send beside Retry-After, which knows seconds only.
std::optional<milliseconds> whole_milliseconds(std::optional<std::string_view> text) {
    double value = -1;
    constexpr double most = 7 * 86'400'000.0;
    if (text) {
        std::from_chars(text->data(), text->data() + text->size(), value);
    }
    return value >= 0 && value <= most ? std::optional(milliseconds(std::llround(value))) : std::nullopt;
}

std::string text_or_number(const json::object& object, std::string_view name) {
    const std::string_view text = text_in(object, name);
    const std::optional<std::int64_t> number = integer_in(object, name);
    return !text.empty() ? std::string(text) : number ? std::to_string(*number) : std::string{};
}

ErrorWords words_of(const json::object& error) {
    ErrorWords words{.kind = std::string(text_in(error, "type")),
                     .code = text_or_number(error, "code"),
                     .message = std::string(text_in(error, "message")),
                     .param = std::string(text_in(error, "param")),
                     .retry_after = retry_delay(error)};
    if (words.kind.empty()) {
        words.kind = text_in(error, "status");
    }
    // Azure hides the content filter one level deeper.
    if (const json::object* inner = object_in(error, "innererror");
        inner != nullptr && !text_in(*inner, "code").empty()) {
        words.code = words.code.empty() ? std::string(text_in(*inner, "code"))
                                        : fmt::format("{} {}", words.code, text_in(*inner, "code"));
    }
    return words;
}

bool any_of(std::string_view text, std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words) {
        if (text.find(word) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

// Google says "exceeded your current quota" of a minute's allowance too, but then also when to come back.
bool is_quota(std::string_view words, bool comes_back) {
    return any_of(words, {"insufficient_quota", "billing_error", "billing_hard_limit", "credit balance",
                          "insufficient credits", "insufficient balance"}) ||
           (!comes_back && any_of(words, {"exceeded your current quota"}));
}

bool is_context(std::string_view words) {
    return any_of(words, {"context_length_exceeded", "context length", "context window", "prompt is too long",
                          "input is too long", "exceed context limit", "exceed_context_size",
                          "exceeds the maximum number of tokens", "request_too_large"});
}

bool is_filter(std::string_view words) {
    return any_of(words, {"content_filter", "content_policy_violation", "responsibleai", "content management policy",
                          "cyber_policy"});
}

FailureKind kind_of_status(int status) {
    constexpr int overloaded_status = 529;
    switch (status) {
        case 401:
        case 403:
            return FailureKind::authentication;
        case 402:
            return FailureKind::quota;
        case 413:
            return FailureKind::context_length;
        case 408:
        case 504:
            return FailureKind::timeout;
        case 429:
            return FailureKind::rate_limited;
        case 503:
        case overloaded_status:
            return FailureKind::overloaded;
        default:
            return status >= 500 ? FailureKind::unreachable : FailureKind::bad_request;
    }
}

// The words say more than the status: a quota that is used up comes as 429 from one provider and as 400 from another.
FailureKind kind_of(int status, const ErrorWords& error) {
    const std::string words = lower(fmt::format("{} {} {}", error.kind, error.code, error.message));
    if (is_quota(words, error.retry_after.has_value())) {
        return FailureKind::quota;
    }
    const bool ours = status == 0 || (status >= 400 && status < 500);
    if (ours && status != 401 && status != 403 && status != 429 && is_context(words)) {
        return FailureKind::context_length;
    }
    if (ours && is_filter(words)) {
        return FailureKind::content_filter;
    }
    if (any_of(words, {"overloaded", "unavailable"}) && (status == 0 || status >= 500)) {
        return FailureKind::overloaded;
    }
    if (status == 0 && any_of(words, {"rate_limit", "resource_exhausted"})) {
        return FailureKind::rate_limited;
    }
    if (any_of(words, {"api key not valid", "api_key_invalid", "invalid_api_key"})) {
        return FailureKind::authentication;  // Google says 400
    }
    return status == 0 ? FailureKind::unreachable : kind_of_status(status);
}

std::string sentence(FailureKind kind, int status, const ErrorWords& words, std::string_view body) {
    const std::string said = excerpt(words.message.empty() ? body : std::string_view(words.message));
    const std::string where = status == 0 ? "in the stream" : fmt::format("status {}", status);
    return fmt::format("{} ({}){}{}", to_string(kind), where, said.empty() ? "" : ": ", said);
}

}  // namespace

ErrorWords error_words(const json::value& body) {
    const json::value* root = &body;
    if (const json::array* list = body.if_array(); list != nullptr && !list->empty()) {
        root = &list->front();  // Google wraps errors of streams in a list
    }
    const json::object* object = root->if_object();
    if (object == nullptr) {
        return {};
    }
    if (const json::object* error = object_in(*object, "error")) {
        return words_of(*error);
    }
    ErrorWords words = words_of(*object);  // older vLLM
    for (const std::string_view name : {"error", "detail", "message"}) {
        if (words.message.empty()) {
            words.message = text_in(*object, name);  // Ollama, servers on FastAPI
        }
    }
    return words;
}

Failure failure_of(const net::HttpResponse& response, std::int64_t now_unix_ms) {
    const auto body = parse_json(response.body);
    const ErrorWords words = body ? error_words(*body) : ErrorWords{};
    const FailureKind kind = kind_of(response.status, words);
    Failure out{.kind = kind,
                .message = sentence(kind, response.status, words, response.body),
                .status = response.status,
                .retry_after = words.retry_after};
    if (const auto exact = whole_milliseconds(response.headers.find("retry-after-ms"))) {
        out.retry_after = exact;
    } else if (const auto value = response.headers.find("retry-after")) {
        out.retry_after = net::parse_retry_after(*value, now_unix_ms);
    }
    return out;
}

Failure failure_in_stream(const json::value& event) {
    const ErrorWords words = error_words(event);
    const FailureKind kind = kind_of(0, words);
    return {
        .kind = kind, .message = sentence(kind, 0, words, "an error without words"), .retry_after = words.retry_after};
}

Failure failure_of(const net::HttpError& error, milliseconds timeout) {
    switch (error.kind) {
        case net::HttpErrorKind::timeout:
            return {.kind = FailureKind::timeout,
                    .message = fmt::format("no complete answer within {} ms", timeout.count())};
        case net::HttpErrorKind::cancelled:
            return {.kind = FailureKind::cancelled, .message = "cancelled"};
        case net::HttpErrorKind::bad_request:
            return {.kind = FailureKind::bad_request, .message = "the request cannot be sent: " + error.message};
        case net::HttpErrorKind::malformed:
            return {.kind = FailureKind::malformed, .message = "the answer is no HTTP: " + error.message};
        case net::HttpErrorKind::too_large:
            return {.kind = FailureKind::malformed, .message = "the answer is too long: " + error.message};
        default:
            return {.kind = FailureKind::unreachable,
                    .message = fmt::format("no answer ({}): {}", net::to_string(error.kind), error.message)};
    }
}

bool may_pass(FailureKind kind) {
    switch (kind) {
        case FailureKind::rate_limited:
        case FailureKind::overloaded:
        case FailureKind::unreachable:
        case FailureKind::timeout:
        case FailureKind::malformed:
            return true;
        default:
            return false;
    }
}

std::string_view to_string(FailureKind kind) {
    switch (kind) {
        case FailureKind::authentication:
            return "the key was refused";
        case FailureKind::quota:
            return "the account's quota or credit is used up";
        case FailureKind::rate_limited:
            return "too many requests or tokens for now";
        case FailureKind::overloaded:
            return "the provider is overloaded";
        case FailureKind::context_length:
            return "the conversation is longer than the model's context";
        case FailureKind::content_filter:
            return "the provider's content filter refused";
        case FailureKind::bad_request:
            return "the provider refused the request";
        case FailureKind::malformed:
            return "the answer is malformed";
        case FailureKind::unreachable:
            return "the provider failed";
        case FailureKind::timeout:
            return "the provider took too long";
        case FailureKind::cancelled:
            return "cancelled";
        case FailureKind::not_cached:
            return "not in the cache";
        case FailureKind::over_budget:
            return "over budget";
    }
    return "failed";
}

}  // namespace sosia::llm
