#include "world/template.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

#include "base/text.h"
#include "world/json_text.h"

namespace sosia::world {
namespace json = boost::json;
namespace {

json::value fill_text(std::string_view text, const Names& names) {
    std::string out;
    std::size_t at = 0;
    for (std::size_t open = text.find("{{"); open != std::string_view::npos; open = text.find("{{", at)) {
        const std::size_t close = text.find("}}", open);
        if (close == std::string_view::npos) {
            break;
        }
        const std::string_view name = trim(text.substr(open + 2, close - open - 2));
        std::optional<json::value> value = names(name);
        if (open == 0 && close + 2 == text.size()) {
            return value ? std::move(*value) : json::value();
        }
        out += text.substr(at, open - at);
        out += value ? answer_text(*value, false) : "";
        at = close + 2;
    }
    out += text.substr(at);
    return json::value(out);
}

}  // namespace

json::value fill(const json::value& written, const Names& names) {
    if (const json::string* text = written.if_string()) {
        return fill_text({text->data(), text->size()}, names);
    }
    if (const json::object* object = written.if_object()) {
        json::object out;
        for (const auto& [key, value] : *object) {
            out[answer_text(fill_text({key.data(), key.size()}, names), false)] = fill(value, names);
        }
        return out;
    }
    if (const json::array* array = written.if_array()) {
        json::array out;
        for (const json::value& item : *array) {
            out.push_back(fill(item, names));
        }
        return out;
    }
    return written;
}

}  // namespace sosia::world
