// Reading the `agent:` mapping: every mistake is a usage error that names the key.
#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "net/http.h"

namespace sosia::agent::detail {

// The text under `key`, or `fallback` when the key is absent or null.
Result<std::string> text_arg(const boost::json::object& args, std::string_view key, std::string fallback = {});
Result<bool> bool_arg(const boost::json::object& args, std::string_view key, bool fallback);
Result<std::optional<double>> number_arg(const boost::json::object& args, std::string_view key);
// A JSON pointer ("/a/0/b"); "" when absent.
Result<std::string> pointer_arg(const boost::json::object& args, std::string_view key);
// http:// or https:// with a host.
Result<std::string> url_arg(const boost::json::object& args, std::string_view key);
// `env:` as "NAME=value" entries.
Result<std::vector<std::string>> environment_arg(const boost::json::object& args);
// A way in may be written as a mapping of its own (`openai: {model: m}`): its keys join the others.
boost::json::object flattened(const boost::json::object& args, std::string_view way);
// The mapping under `headers`; numbers and booleans become text.
Result<net::Headers> headers_arg(const boost::json::object& args);

// Reads several args and keeps the first mistake, so that a factory checks once.
class Args {
  public:
    explicit Args(const boost::json::object& args) : args_(args) {}

    std::string text(std::string_view key, std::string fallback = {}) {
        return take(text_arg(args_, key, std::move(fallback)));
    }
    bool flag(std::string_view key, bool fallback) { return take(bool_arg(args_, key, fallback)); }
    std::optional<double> number(std::string_view key) { return take(number_arg(args_, key)); }
    std::string pointer(std::string_view key) { return take(pointer_arg(args_, key)); }
    std::string url(std::string_view key) { return take(url_arg(args_, key)); }
    net::Headers headers() { return take(headers_arg(args_)); }
    const boost::json::value* value(std::string_view key) const { return args_.if_contains(key); }

    // The result's value, or an empty one after noting its error.
    template <class T>
    T take(Result<T> result) {
        if (result) {
            return std::move(*result);
        }
        if (!error_) {
            error_ = std::move(result.error());
        }
        return T{};
    }
    const std::optional<Error>& error() const { return error_; }

  private:
    const boost::json::object& args_;
    std::optional<Error> error_;
};

}  // namespace sosia::agent::detail
