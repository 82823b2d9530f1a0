#include "world/detail/spoil.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/text.h"
#include "world/json_text.h"

namespace sosia::world::detail {
namespace json = boost::json;
namespace {

// Wrong, but of the same type: what a reader has to notice is the value.
void corrupt(json::value& value) {
    if (json::string* text = value.if_string()) {
        std::string turned(text->begin(), text->end());
        std::ranges::reverse(turned);
        value = is_valid_utf8(turned) ? turned : "?";
    } else if (value.is_int64()) {
        value = value.get_int64() * 10 + 7;
    } else if (value.is_number()) {
        value = value.to_number<double>() * 10 + 7;
    } else if (value.is_bool()) {
        value = !value.get_bool();
    } else {
        value = nullptr;
    }
}

void spoil_members(json::value& value, const std::vector<std::string>& fields, bool take_away) {
    if (json::array* list = value.if_array()) {
        std::ranges::for_each(*list, [&](json::value& item) { spoil_members(item, fields, take_away); });
    }
    json::object* object = value.if_object();
    if (object == nullptr) {
        return;
    }
    for (const std::string& field : fields) {
        const auto at = object->find(field);
        if (at == object->end()) {
            continue;
        }
        if (take_away) {
            object->stable_erase(at);
        } else {
            corrupt(at->value());
        }
    }
}

// One member of the answer, or of its first item.
std::vector<std::string> drawn_field(const json::value& answer, Random& random) {
    const json::array* list = answer.if_array();
    const json::value& first = list != nullptr && !list->empty() ? list->front() : answer;
    const json::object* object = first.if_object();
    if (object == nullptr || object->empty()) {
        return {};
    }
    const auto chosen = object->begin() + static_cast<std::ptrdiff_t>(random.below(object->size()));
    return {std::string(chosen->key())};
}

}  // namespace

json::value spoil(const json::value& answer, const WorldFault& fault, bool spaced, Random random) {
    if (fault.kind == WorldFault::Kind::truncated) {
        const std::string text = answer_text(answer, spaced);
        std::string half = text.substr(0, text.size() / 2);
        while (!half.empty() && !is_valid_utf8(half)) {
            half.pop_back();
        }
        return json::value(half);
    }
    const std::vector<std::string> fields = fault.fields.empty() ? drawn_field(answer, random) : fault.fields;
    json::value out = answer;
    spoil_members(out, fields, fault.kind == WorldFault::Kind::missing_fields);
    return out;
}

}  // namespace sosia::world::detail
