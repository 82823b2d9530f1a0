#include "world/compare.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "base/text.h"
#include "domain/json_text.h"

namespace sosia::world {
namespace json = boost::json;
namespace {

bool same_number(const json::value& a, const json::value& b) {
    if (!a.is_double() && !b.is_double()) {
        return a == b;  // compares signed and unsigned by value
    }
    return a.to_number<double>() == b.to_number<double>();
}

std::string shown(const json::value& value) {
    constexpr std::size_t most = 300;
    return shorten(sosia::json_text(value), most);
}

std::string_view view(json::string_view text) {
    return {text.data(), text.size()};
}

std::optional<std::size_t> index_of(std::string_view step) {
    constexpr std::size_t most_digits = 9;
    if (step.empty() || step.size() > most_digits ||
        !std::ranges::all_of(step, [](char c) { return c >= '0' && c <= '9'; })) {
        return std::nullopt;
    }
    std::size_t out = 0;
    for (const char c : step) {
        out = out * 10 + static_cast<std::size_t>(c - '0');
    }
    return out;
}

std::vector<std::string> steps_of(std::string_view pointer) {
    std::vector<std::string> out;
    if (pointer.empty()) {
        return out;
    }
    if (pointer.front() != '/') {
        out.emplace_back(pointer);
        return out;
    }
    for (const std::string_view step : split(pointer.substr(1), '/')) {
        out.push_back(replace_all(replace_all(std::string(step), "~1", "/"), "~0", "~"));
    }
    return out;
}

json::value* step_into(json::value& at, const std::string& step) {
    if (json::object* object = at.if_object()) {
        return &(*object)[step];
    }
    json::array* array = at.if_array();
    if (array == nullptr) {
        return nullptr;
    }
    const auto index = index_of(step);
    if (step == "-" || index == array->size()) {
        return &array->emplace_back(nullptr);
    }
    return index && *index < array->size() ? &(*array)[*index] : nullptr;
}

}  // namespace

bool same_json(const json::value& a, const json::value& b) {
    if (a.is_number() && b.is_number()) {
        return same_number(a, b);
    }
    if (a.is_object() && b.is_object()) {
        const json::object& left = a.get_object();
        const json::object& right = b.get_object();
        return left.size() == right.size() && std::ranges::all_of(left, [&right](const auto& member) {
                   const json::value* other = right.if_contains(member.key());
                   return other != nullptr && same_json(member.value(), *other);
               });
    }
    if (a.is_array() && b.is_array()) {
        return std::ranges::equal(a.get_array(), b.get_array(), same_json);
    }
    return a == b;
}

const json::value* value_at(const json::value& whole, std::string_view pointer) {
    const json::value* at = &whole;
    for (const std::string& step : steps_of(pointer)) {
        if (const json::object* object = at->if_object()) {
            at = object->if_contains(step);
        } else if (const json::array* array = at->if_array()) {
            const auto index = index_of(step);
            at = index ? array->if_contains(*index) : nullptr;
        } else {
            at = nullptr;
        }
        if (at == nullptr) {
            return nullptr;
        }
    }
    return at;
}

json::value* make_at(json::value& whole, std::string_view pointer) {
    json::value* at = &whole;
    for (const std::string& step : steps_of(pointer)) {
        if (at->is_null()) {
            at->emplace_object();
        }
        at = step_into(*at, step);
        if (at == nullptr) {
            return nullptr;
        }
    }
    return at;
}

bool remove_at(json::value& whole, std::string_view pointer) {
    std::vector<std::string> steps = steps_of(pointer);
    if (steps.empty()) {
        return false;
    }
    const std::string last = steps.back();
    json::value* at = &whole;
    for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
        json::object* object = at->if_object();
        json::array* array = at->if_array();
        const auto index = index_of(steps[i]);
        at = object != nullptr           ? object->if_contains(steps[i])
             : array != nullptr && index ? array->if_contains(*index)
                                         : nullptr;
        if (at == nullptr) {
            return false;
        }
    }
    if (json::object* object = at->if_object()) {
        const auto found = object->find(last);
        if (found == object->end()) {
            return false;
        }
        object->stable_erase(found);
        return true;
    }
    json::array* array = at->if_array();
    const auto index = index_of(last);
    if (array == nullptr || !index || *index >= array->size()) {
        return false;
    }
    array->erase(array->begin() + static_cast<std::ptrdiff_t>(*index));
    return true;
}

struct Comparison::Test {
    std::function<bool(const json::value*)> holds;
    std::string text;
};

namespace {

using Holds = std::function<bool(const json::value*)>;

std::optional<double> number_of(const json::value* value) {
    return value != nullptr && value->is_number() ? std::optional(value->to_number<double>()) : std::nullopt;
}

// Orders numbers by value and texts by their bytes (dates as ISO 8601 sort that way).
std::optional<int> order(const json::value* found, const json::value& bound) {
    if (const auto number = number_of(found); number && bound.is_number()) {
        const double limit = bound.to_number<double>();
        return *number < limit ? -1 : *number > limit ? 1 : 0;
    }
    if (found != nullptr && found->is_string() && bound.is_string()) {
        const int by_bytes = view(found->get_string()).compare(view(bound.get_string()));
        return by_bytes < 0 ? -1 : by_bytes > 0 ? 1 : 0;
    }
    return std::nullopt;
}

bool contains(const json::value* found, const json::value& part) {
    if (found == nullptr) {
        return false;
    }
    if (found->is_string() && part.is_string()) {
        return view(found->get_string()).find(view(part.get_string())) != std::string_view::npos;
    }
    if (const json::array* array = found->if_array()) {
        return std::ranges::any_of(*array, [&part](const json::value& item) { return same_json(item, part); });
    }
    return found->is_object() && part.is_string() && found->get_object().contains(part.get_string());
}

bool one_of(const json::value* found, const json::value& values) {
    return found != nullptr &&
           std::ranges::any_of(values.get_array(), [&](const json::value& one) { return same_json(one, *found); });
}

Result<Holds> make_match(const json::value& pattern) {
    if (!pattern.is_string()) {
        return fail(ErrorKind::usage, "\"matches\" takes a regular expression as text");
    }
    auto compiled = std::make_shared<const RE2>(std::string(pattern.get_string()), RE2::Quiet);
    if (!compiled->ok()) {
        return fail(ErrorKind::usage,
                    fmt::format("the regular expression {} is wrong: {}", shown(pattern), compiled->error()));
    }
    return [compiled](const json::value* found) {
        if (found == nullptr) {
            return false;
        }
        const std::string text = found->is_string() ? std::string(found->get_string()) : sosia::json_text(*found);
        return RE2::PartialMatch(text, *compiled);
    };
}

Result<Holds> make_within(const json::value& bounds) {
    const json::array* pair = bounds.if_array();
    if (pair == nullptr || pair->size() != 2) {
        return fail(ErrorKind::usage, "\"within\" takes a list of two values, the lowest and the highest");
    }
    return [low = pair->at(0), high = pair->at(1)](const json::value* found) {
        return order(found, low).value_or(-1) >= 0 && order(found, high).value_or(1) <= 0;
    };
}

struct Operator {
    std::string_view key;
    std::string_view words;
    Result<Holds> (*make)(const json::value&);
};

constexpr std::array<Operator, 11> operators{{
    {"equals", "",
     [](const json::value& v) -> Result<Holds> {
         return [v](const json::value* found) { return found != nullptr && same_json(*found, v); };
     }},
    {"not", "not ",
     [](const json::value& v) -> Result<Holds> {
         return [v](const json::value* found) { return found == nullptr || !same_json(*found, v); };
     }},
    {"less", "less than ",
     [](const json::value& v) -> Result<Holds> {
         return [v](const json::value* found) { return order(found, v).value_or(1) < 0; };
     }},
    {"at_most", "at most ",
     [](const json::value& v) -> Result<Holds> {
         return [v](const json::value* found) { return order(found, v).value_or(1) <= 0; };
     }},
    {"more", "more than ",
     [](const json::value& v) -> Result<Holds> {
         return [v](const json::value* found) { return order(found, v).value_or(-1) > 0; };
     }},
    {"at_least", "at least ",
     [](const json::value& v) -> Result<Holds> {
         return [v](const json::value* found) { return order(found, v).value_or(-1) >= 0; };
     }},
    {"within", "within ", make_within},
    {"one_of", "one of ",
     [](const json::value& v) -> Result<Holds> {
         if (!v.is_array()) {
             return fail(ErrorKind::usage, "\"one_of\" takes a list");
         }
         return [v](const json::value* found) { return one_of(found, v); };
     }},
    {"contains", "with ",
     [](const json::value& v) -> Result<Holds> {
         return [v](const json::value* found) { return contains(found, v); };
     }},
    {"matches", "matching ", make_match},
    {"exists", "existing: ",
     [](const json::value& v) -> Result<Holds> {
         if (!v.is_bool()) {
             return fail(ErrorKind::usage, "\"exists\" takes true or false");
         }
         return [wanted = v.get_bool()](const json::value* found) { return (found != nullptr) == wanted; };
     }},
}};

const Operator* operator_named(std::string_view key) {
    const auto found = std::ranges::find(operators, key, &Operator::key);
    return found == operators.end() ? nullptr : &*found;
}

}  // namespace

bool is_comparison(const json::value& written) {
    const json::object* object = written.if_object();
    return object != nullptr && !object->empty() && std::ranges::all_of(*object, [](const auto& member) {
               return operator_named(view(member.key())) != nullptr;
           });
}

Result<Comparison> Comparison::make(const json::value& written) {
    const json::object plain{{"equals", written}};
    const json::object& members = is_comparison(written) ? written.get_object() : plain;
    Comparison out;
    for (const auto& [key, value] : members) {
        const Operator& op = *operator_named(view(key));
        Result<Holds> holds = op.make(value);
        if (!holds) {
            return std::unexpected(holds.error());
        }
        out.tests_.push_back(
            std::make_shared<const Test>(Test{std::move(*holds), std::string(op.words) + shown(value)}));
    }
    return out;
}

bool Comparison::holds(const json::value* found) const {
    return std::ranges::all_of(tests_, [found](const auto& test) { return test->holds(found); });
}

std::string Comparison::text() const {
    std::vector<std::string> parts;
    for (const auto& test : tests_) {
        parts.push_back(test->text);
    }
    return join(parts, " and ");
}

namespace {

std::string shown_or_nothing(const json::value* value) {
    return value == nullptr ? "nothing" : shown(*value);
}

class Differ {
  public:
    explicit Differ(bool subset) : subset_(subset) {}

    void compare(const json::value* expected, const json::value* found, const std::string& at) {
        if (expected == nullptr && found == nullptr) {
            return;
        }
        if (expected != nullptr && found != nullptr && expected->is_object() && found->is_object()) {
            compare_objects(expected->get_object(), found->get_object(), at);
        } else if (expected != nullptr && found != nullptr && expected->is_array() && found->is_array()) {
            compare_arrays(expected->get_array(), found->get_array(), at);
        } else if (expected == nullptr || found == nullptr || !same_json(*expected, *found)) {
            found_.push_back({at, shown_or_nothing(expected), shown_or_nothing(found)});
        }
    }

    std::vector<Difference> take() { return std::move(found_); }

  private:
    void compare_objects(const json::object& expected, const json::object& found, const std::string& at) {
        for (const auto& [key, value] : expected) {
            compare(&value, found.if_contains(key), fmt::format("{}/{}", at, view(key)));
        }
        for (const auto& [key, value] : found) {
            if (!subset_ && !expected.contains(key)) {
                compare(nullptr, &value, fmt::format("{}/{}", at, view(key)));
            }
        }
    }

    void compare_arrays(const json::array& expected, const json::array& found, const std::string& at) {
        for (std::size_t i = 0; i < std::max(expected.size(), found.size()); ++i) {
            compare(expected.if_contains(i), found.if_contains(i), fmt::format("{}/{}", at, i));
        }
    }

    bool subset_;
    std::vector<Difference> found_;
};

}  // namespace

std::vector<Difference> compare_json(const json::value* expected, const json::value* found, const std::string& prefix,
                                     bool subset) {
    Differ differ(subset);
    differ.compare(expected, found, prefix);
    return differ.take();
}

std::vector<std::string> differences(const json::value* expected, const json::value* found, const std::string& prefix,
                                     bool subset) {
    std::vector<std::string> out;
    for (const Difference& one : compare_json(expected, found, prefix, subset)) {
        out.push_back(fmt::format("{}: expected {}, found {}", one.at, one.expected, one.found));
    }
    return out;
}

}  // namespace sosia::world
