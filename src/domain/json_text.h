// Writing JSON straight into a string; numbers come out the way people write them ("42.5", not "4.25E1").
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace sosia {

void append_json_string(std::string& out, std::string_view text);
void append_json(std::string& out, const boost::json::value& value);
void append_json(std::string& out, const boost::json::object& object);
void append_json(std::string& out, std::string_view text);
void append_json(std::string& out, double number);  // null for what is not finite
void append_json(std::string& out, std::int64_t number);

std::string json_text(const boost::json::value& value);

// Writes one object member by member, in the order of the calls; closes it when it goes out of scope.
class JsonObject {
  public:
    explicit JsonObject(std::string& out) : out_(out) { out_ += '{'; }
    ~JsonObject() { out_ += '}'; }
    JsonObject(const JsonObject&) = delete;
    JsonObject& operator=(const JsonObject&) = delete;

    void add(std::string_view name, std::string_view text) { append_json_string(member(name), text); }
    void add(std::string_view name, const std::string& text) { append_json_string(member(name), text); }
    void add(std::string_view name, const char* text) { append_json_string(member(name), text); }
    void add(std::string_view name, std::same_as<bool> auto flag) { member(name) += flag ? "true" : "false"; }
    void add(std::string_view name, double number) { append_json(member(name), number); }
    void add(std::string_view name, std::int64_t number) { append_json(member(name), number); }
    void add(std::string_view name, int number) { append_json(member(name), std::int64_t{number}); }
    void add(std::string_view name, const boost::json::value& value) { append_json(member(name), value); }
    void add(std::string_view name, const boost::json::object& object) { append_json(member(name), object); }

    // An array: `append(out, item)` writes each item.
    template <class Items, class Append>
    void add_list(std::string_view name, const Items& items, Append append) {
        std::string& out = member(name);
        out += '[';
        bool first = true;
        for (const auto& item : items) {
            if (!first) {
                out += ',';
            }
            first = false;
            append(out, item);
        }
        out += ']';
    }

    // The name and its colon; the caller appends the value.
    std::string& member(std::string_view name);

  private:
    std::string& out_;
    bool first_ = true;
};

}  // namespace sosia
