#include "generate/answer.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "base/text.h"
#include "generate/draft.h"
#include "prompt/quote.h"

namespace sosia::generate {
namespace json = boost::json;

std::expected<std::map<int, json::object>, std::string> entries_of(std::string_view answer, std::string_view list,
                                                                   std::span<const Slot> asked) {
    const std::string_view part = prompt::json_part(answer);
    if (part.empty()) {
        return std::unexpected("the answer is empty");
    }
    boost::system::error_code error;
    const json::value value = json::parse(json::string_view(part.data(), part.size()), error);
    const json::object* object = error ? nullptr : value.if_object();
    const json::value* entries = object == nullptr ? nullptr : object->if_contains(list);
    if (entries == nullptr || !entries->is_array()) {
        // A refusal is a sentence of its own; its beginning tells the person why.
        return std::unexpected(error ? fmt::format("the answer is not JSON: \"{}\"", harmless(shorten(part, 120)))
                                     : fmt::format("the answer is not an object with a list \"{}\"", list));
    }
    std::map<int, json::object> out;
    for (const json::value& entry : entries->as_array()) {
        const json::object* item = entry.if_object();
        const int slot = item == nullptr ? -1 : number_at(*item, "slot");
        if (std::ranges::find(asked, slot, &Slot::number) != asked.end()) {
            out.try_emplace(slot, *item);
        }
    }
    return out;
}

std::string text_at(const json::object& entry, std::string_view name, std::size_t most_bytes) {
    const json::value* value = entry.if_contains(name);
    return value != nullptr && value->is_string() ? harmless(std::string_view(value->as_string()), most_bytes)
                                                  : std::string();
}

std::vector<std::string> texts_at(const json::object& entry, std::string_view name, std::size_t most) {
    std::vector<std::string> out;
    const json::value* value = entry.if_contains(name);
    if (value == nullptr || !value->is_array()) {
        return out;
    }
    for (const json::value& item : value->as_array()) {
        const std::string text = item.is_string() ? harmless(std::string_view(item.as_string()), 400) : std::string();
        if (!text.empty() && out.size() < most) {
            out.push_back(text);
        }
    }
    return out;
}

std::vector<json::object> objects_at(const json::object& entry, std::string_view name, std::size_t most) {
    std::vector<json::object> out;
    const json::value* value = entry.if_contains(name);
    if (value == nullptr || !value->is_array()) {
        return out;
    }
    for (const json::value& item : value->as_array()) {
        if (item.is_object() && out.size() < most) {
            out.push_back(item.as_object());
        }
    }
    return out;
}

int number_at(const json::object& entry, std::string_view name) {
    const json::value* value = entry.if_contains(name);
    if (value == nullptr || !value->is_number()) {
        return -1;
    }
    boost::system::error_code error;
    const int number = value->to_number<int>(error);
    return error ? -1 : number;
}

bool flag_at(const json::object& entry, std::string_view name, bool otherwise) {
    const json::value* value = entry.if_contains(name);
    return value != nullptr && value->is_bool() ? value->as_bool() : otherwise;
}

}  // namespace sosia::generate
