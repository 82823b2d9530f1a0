// One exchange and the curl easy handle it runs on. Reused: settings that do not change stay in the handle.
#pragma once
#include <curl/curl.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "net/http.h"

namespace sosia::net::detail {

struct EasyDelete {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListDelete {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

class ClientCore;
class CurlPool;

class Transfer {
  public:
    using Completion = std::move_only_function<void(HttpResult)>;
    enum class Stop { none, body_too_large, headers_too_large, sink_refused };

    Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    CURL* easy() const { return easy_.get(); }
    // Takes over the request and sets the handle up for it. Nothing when the request is usable.
    std::optional<HttpError> prepare(HttpRequest request, ChunkSink sink);
    const std::string& url() const { return request_.url; }
    // What the exchange came to; leaves the transfer ready for the next one.
    HttpResult take_result(CURLcode code);

    Completion completion;
    CurlPool* pool = nullptr;    // where it runs now
    std::size_t index = 0;       // its place in the pool's list of running transfers
    std::uint64_t serial = 0;    // tells a reused transfer from the exchange it was before
    std::string gate;            // host whose first connection this transfer makes or waits for; empty: none
    ClientCore* core = nullptr;  // set with `gate`

  private:
    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    bool take_header(std::string_view line);
    bool take_body(std::string_view chunk);
    void set_method();
    void set_headers();
    HttpError error_of(CURLcode code) const;
    bool total_time_passed() const;

    std::unique_ptr<CURL, EasyDelete> easy_;
    std::unique_ptr<curl_slist, ListDelete> list_;
    HttpRequest request_;
    ChunkSink sink_;
    HttpResponse response_;
    Stop stop_ = Stop::none;
    std::uint64_t body_bytes_ = 0;
    std::size_t header_bytes_ = 0;
    std::string url_set_;  // what the handle holds, to set only what changes
    std::string method_set_;
    bool body_set_ = false;
    std::array<char, CURL_ERROR_SIZE> error_text_{};
};

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
    curl_easy_setopt(easy, option, value);
}

}  // namespace sosia::net::detail
