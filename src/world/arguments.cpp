#include "world/arguments.h"

#include <fmt/format.h>

#include <exception>
#include <vector>
// The library is not written for our warnings.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#pragma clang diagnostic pop

#include "base/text.h"
#include "domain/json_text.h"
#include "world/compare.h"

namespace sosia::world {
namespace json = boost::json;
using Adapter = valijson::adapters::BoostJsonAdapter;

struct ArgumentCheck::Judge {
    json::object document;
    valijson::Schema schema;
};

namespace {

// {"<root>", "[flights]", "[0]"} -> "/flights/0"
std::string pointer_of(const std::vector<std::string>& context) {
    std::string out;
    for (std::size_t i = 1; i < context.size(); ++i) {
        std::string_view step = context[i];
        step.remove_prefix(step.starts_with('[') ? 1 : 0);
        step.remove_suffix(step.ends_with(']') ? 1 : 0);
        out += "/" + std::string(step);
    }
    return out;
}

const json::value* schema_at(const json::value& schema, const std::vector<std::string>& context) {
    const json::value* at = &schema;
    for (std::size_t i = 1; i < context.size() && at != nullptr; ++i) {
        const std::string step = pointer_of({"", context[i]}).substr(1);
        const json::value* member = value_at(*at, "/properties/" + step);
        at = member != nullptr ? member : value_at(*at, "/items");
    }
    return at;
}

// A wrong type in our own words; the library says which keyword, not what was expected.
std::string type_complaint(const json::value& schema, const std::vector<std::string>& context,
                           const json::value* found) {
    const json::value* here = schema_at(schema, context);
    const json::value* type = here == nullptr ? nullptr : value_at(*here, "/type");
    if (type == nullptr || found == nullptr) {
        return {};
    }
    return fmt::format("expected {}, found {}", shorten(replace_all(sosia::json_text(*type), "\"", ""), 100),
                       shorten(sosia::json_text(*found), 100));
}

// The word between single quotes: the member that the library names.
std::string quoted_name(std::string_view text) {
    const std::size_t begin = text.find('\'');
    const std::size_t end = text.rfind('\'');
    return begin == end ? std::string() : std::string(text.substr(begin + 1, end - begin - 1));
}

// Agents read this: what is wrong in words that name the way out.
std::string in_own_words(const std::string& what, const json::value* here) {
    if (what.starts_with("Missing required property")) {
        return fmt::format("{} is missing", quoted_name(what));
    }
    constexpr std::string_view unknown = "'additionalProperties' constraints: ";
    if (const std::size_t at = what.find(unknown); at != std::string::npos) {
        const json::value* properties = here == nullptr ? nullptr : value_at(*here, "/properties");
        std::vector<std::string> names;
        for (std::size_t i = 0; properties != nullptr && properties->is_object() && i < properties->get_object().size();
             ++i) {
            names.emplace_back((properties->get_object().begin() + static_cast<std::ptrdiff_t>(i))->key());
        }
        return fmt::format("{} is not known; {}", quoted_name(what.substr(at + unknown.size())),
                           names.empty() ? "there are none" : "there are " + shorten(join(names, ", "), 300));
    }
    const json::value* values = here == nullptr ? nullptr : value_at(*here, "/enum");
    if (what.find("any enum values") != std::string::npos && values != nullptr) {
        return "expected one of " + shorten(sosia::json_text(*values), 300);
    }
    return what;
}

}  // namespace

Result<ArgumentCheck> ArgumentCheck::make(const json::object& schema) {
    auto judge = std::make_shared<Judge>();
    judge->document = schema;
    const json::value whole(judge->document);
    try {
        valijson::SchemaParser parser;
        parser.populateSchema(Adapter(whole), judge->schema);
    } catch (const std::exception& error) {
        return fail(ErrorKind::usage, fmt::format("the JSON Schema of the arguments is wrong: {}", error.what()));
    }
    ArgumentCheck out;
    out.judge_ = std::move(judge);
    return out;
}

std::string ArgumentCheck::complaint(const json::value& arguments) const {
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    valijson::ValidationResults results;
    if (validator.validate(judge_->schema, Adapter(arguments), &results)) {
        return {};
    }
    // The complaint about the innermost value says most.
    valijson::ValidationResults::Error best;
    for (const auto& error : results) {
        if (best.description.empty() || error.context.size() > best.context.size()) {
            best = error;
        }
    }
    const std::string at = pointer_of(best.context);
    std::string what = best.description;
    if (what.find("'type' constraint") != std::string::npos) {
        const std::string own = type_complaint(json::value(judge_->document), best.context, value_at(arguments, at));
        what = own.empty() ? what : own;
    } else {
        const json::value whole(judge_->document);
        what = in_own_words(what, schema_at(whole, best.context));
    }
    return fmt::format("{}: {}", at.empty() ? "arguments" : "argument " + at.substr(1), what);
}

}  // namespace sosia::world
