#include "llm/mock/mock_schema.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <string>

#include "llm/json_read.h"

namespace sosia::llm::mock {
namespace {

namespace json = boost::json;

class Examples {
  public:
    Examples(const json::value& root, Random& random, std::string_view text)
        : root_(root), random_(random), text_(text) {}

    json::value of(const json::value& schema, int depth) {
        const json::object* object = schema.if_object();
        constexpr int deepest = 32;
        if (object == nullptr || depth > deepest) {
            return nullptr;
        }
        if (const json::value* fixed = member(*object, "const")) {
            return *fixed;
        }
        if (const json::array* choices = array_in(*object, "enum"); choices != nullptr && !choices->empty()) {
            return (*choices)[random_.below(choices->size())];
        }
        if (const json::value* other = referred(*object)) {
            return of(*other, depth + 1);
        }
        for (const char* name : {"anyOf", "oneOf", "allOf"}) {
            if (const json::array* options = array_in(*object, name); options != nullptr && !options->empty()) {
                return of(options->front(), depth + 1);
            }
        }
        return of_type(type_of(*object), *object, depth);
    }

  private:
    static std::string_view type_of(const json::object& schema) {
        if (const json::array* types = array_in(schema, "type"); types != nullptr && !types->empty()) {
            return types->front().is_string() ? std::string_view(types->front().get_string()) : "null";
        }
        const std::string_view type = text_in(schema, "type");
        return !type.empty() ? type : schema.contains("properties") ? "object" : "string";
    }

    json::value of_type(std::string_view type, const json::object& schema, int depth) {
        if (type == "object") {
            return object_of(schema, depth);
        }
        if (type == "array") {
            return array_of(schema, depth);
        }
        if (type == "integer" || type == "number") {
            return number_of(schema, type == "integer");
        }
        if (type == "boolean") {
            return random_.chance(0.5);
        }
        return type == "string" ? json::value(string_of(schema)) : json::value(nullptr);
    }

    json::object object_of(const json::object& schema, int depth) {
        json::object out;
        const json::object* properties = object_in(schema, "properties");
        for (std::size_t i = 0; properties != nullptr && i < properties->size(); ++i) {
            const auto& property = *(properties->begin() + static_cast<std::ptrdiff_t>(i));
            out[property.key()] = of(property.value(), depth + 1);
        }
        return out;
    }

    json::array array_of(const json::object& schema, int depth) {
        constexpr std::int64_t most = 16;
        json::array out;
        const json::value* items = member(schema, "items");
        const std::int64_t count = std::clamp<std::int64_t>(
            count_in(schema, "minItems"), 1, std::min(most, integer_in(schema, "maxItems").value_or(most)));
        for (std::int64_t i = 0; i < count; ++i) {
            out.push_back(items == nullptr ? json::value(text_) : of(*items, depth + 1));
        }
        return out;
    }

    json::value number_of(const json::object& schema, bool whole) {
        constexpr double usual_span = 5;
        const auto low = number_in(schema, "minimum");
        const auto high = number_in(schema, "maximum");
        const double from = low ? *low : high ? *high - usual_span : 0;
        const double to = high ? *high : from + usual_span;
        const double value = from + random_.uniform() * (to - from);
        if (whole) {
            return static_cast<std::int64_t>(std::clamp(std::round(value), std::ceil(from), std::max(from, to)));
        }
        return value;
    }

    std::string string_of(const json::object& schema) const {
        std::string out(text_);
        const std::int64_t shortest = std::min<std::int64_t>(count_in(schema, "minLength"), 1000);
        while (static_cast<std::int64_t>(out.size()) < shortest) {
            out += out.empty() ? "." : std::string_view(out).substr(0, 1);
        }
        const auto longest = integer_in(schema, "maxLength");
        if (longest && *longest >= 0 && static_cast<std::int64_t>(out.size()) > *longest) {
            out.resize(static_cast<std::size_t>(*longest));
        }
        return out;
    }

    // "#/$defs/name" and the like.
    const json::value* referred(const json::object& schema) const {
        const std::string_view where = text_in(schema, "$ref");
        if (!where.starts_with('#')) {
            return nullptr;
        }
        boost::system::error_code error;
        const std::string_view pointer = where.substr(1);
        return root_.find_pointer({pointer.data(), pointer.size()}, error);
    }

    const json::value& root_;
    Random& random_;
    std::string_view text_;
};

}  // namespace

json::value example_of(const json::value& schema, Random& random, std::string_view text) {
    return Examples(schema, random, text).of(schema, 0);
}

}  // namespace sosia::llm::mock
