#include "spec/yaml_node.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <charconv>
#include <cmath>
#include <span>

namespace sosia::spec {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_digit);
}

std::string_view without_sign(std::string_view letters) {
    return !letters.empty() && (letters[0] == '+' || letters[0] == '-') ? letters.substr(1) : letters;
}

// "0x1F", "0o17": the base and the digits, or base 0.
std::pair<int, std::string_view> radix(std::string_view letters) {
    if (letters.size() > 2 && letters[0] == '0' && letters[1] == 'x') {
        return {16, letters.substr(2)};
    }
    if (letters.size() > 2 && letters[0] == '0' && letters[1] == 'o') {
        return {8, letters.substr(2)};
    }
    return {0, {}};
}

template <class T>
std::optional<T> parse_whole(std::string_view digits, int base) {
    T value{};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::int64_t> parse_integer(std::string_view letters) {
    const auto [base, digits] = radix(letters);
    if (base != 0) {
        return is_digit(digits[0]) || std::isalpha(static_cast<unsigned char>(digits[0])) != 0
                   ? parse_whole<std::int64_t>(digits, base)
                   : std::nullopt;
    }
    const std::string_view body = without_sign(letters);
    if (!all_digits(body) || (body.size() > 1 && body[0] == '0')) {
        return std::nullopt;
    }
    return parse_whole<std::int64_t>(letters[0] == '+' ? body : letters, 10);
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool has_real_form(std::string_view letters) {
    std::string_view rest = without_sign(letters);
    const auto take_digits = [&rest] {
        std::size_t n = 0;
        while (n < rest.size() && is_digit(rest[n])) {
            ++n;
        }
        rest.remove_prefix(n);
        return n;
    };
    const std::size_t whole = take_digits();
    std::size_t fraction = 0;
    if (!rest.empty() && rest[0] == '.') {
        rest.remove_prefix(1);
        fraction = take_digits();
    }
    if (whole + fraction == 0) {
        return false;
    }
    if (rest.empty()) {
        return true;
    }
    if (rest[0] != 'e' && rest[0] != 'E') {
        return false;
    }
    return all_digits(without_sign(rest.substr(1)));
}

std::optional<double> parse_real(std::string_view letters) {
    if (!has_real_form(letters)) {
        return std::nullopt;
    }
    const std::string_view body = without_sign(letters);
    if (body.size() > 1 && body[0] == '0' && is_digit(body[1])) {
        return std::nullopt;
    }
    if (letters[0] == '+') {
        letters.remove_prefix(1);
    }
    double value = 0;
    const auto [end, error] = std::from_chars(letters.data(), letters.data() + letters.size(), value);
    if (error != std::errc{} || end != letters.data() + letters.size() || !std::isfinite(value)) {
        return std::nullopt;
    }
    return value;
}

bool is_one_of(std::string_view letters, std::span<const std::string_view> words) {
    return std::ranges::find(words, letters) != words.end();
}

void write_canonical(const Node& node, std::string& out) {
    switch (node.kind) {
        case Node::Kind::map: {
            std::vector<const Node::Member*> sorted;
            for (const Node::Member& member : node.members) {
                sorted.push_back(&member);
            }
            std::ranges::sort(sorted, {}, [](const Node::Member* member) { return std::string_view{member->key}; });
            out += '{';
            for (const Node::Member* member : sorted) {
                out += boost::json::serialize(boost::json::string_view{member->key});
                out += ':';
                write_canonical(member->value, out);
                out += ',';
            }
            out += '}';
            break;
        }
        case Node::Kind::list:
            out += '[';
            for (const Node& item : node.items) {
                write_canonical(item, out);
                out += ',';
            }
            out += ']';
            break;
        case Node::Kind::null:
            out += "null";
            break;
        default:
            out += boost::json::serialize(boost::json::string_view{node.written()});
    }
}

}  // namespace

const Node::Member* Node::member(std::string_view key) const {
    const auto found = std::ranges::find(members, key, &Member::key);
    return found == members.end() ? nullptr : &*found;
}

const Node* Node::find(std::string_view key) const {
    const Member* found = member(key);
    return found == nullptr ? nullptr : &found->value;
}

Node::Kind plain_kind(std::string_view letters) {
    static constexpr std::array<std::string_view, 5> nulls{"", "~", "null", "Null", "NULL"};
    static constexpr std::array<std::string_view, 6> booleans{"true", "True", "TRUE", "false", "False", "FALSE"};
    if (is_one_of(letters, nulls)) {
        return Node::Kind::null;
    }
    if (is_one_of(letters, booleans)) {
        return Node::Kind::boolean;
    }
    if (parse_integer(letters)) {
        return Node::Kind::integer;
    }
    return parse_real(letters) ? Node::Kind::real : Node::Kind::text;
}

std::optional<bool> as_bool(const Node& node) {
    if (node.kind != Node::Kind::boolean) {
        return std::nullopt;
    }
    return node.text[0] == 't' || node.text[0] == 'T';
}

std::optional<std::int64_t> as_integer(const Node& node) {
    return node.kind == Node::Kind::integer ? parse_integer(node.text) : std::nullopt;
}

std::optional<double> as_real(const Node& node) {
    if (const auto whole = as_integer(node)) {
        return static_cast<double>(*whole);
    }
    return node.kind == Node::Kind::real ? parse_real(node.text) : std::nullopt;
}

boost::json::value to_json(const Node& node) {
    switch (node.kind) {
        case Node::Kind::null:
            return nullptr;
        case Node::Kind::boolean:
            return *as_bool(node);
        case Node::Kind::integer:
            return *as_integer(node);
        case Node::Kind::real:
            return *as_real(node);
        case Node::Kind::text:
            return boost::json::string(node.text);
        case Node::Kind::list: {
            boost::json::array out;
            out.reserve(node.items.size());
            for (const Node& item : node.items) {
                out.push_back(to_json(item));
            }
            return out;
        }
        case Node::Kind::map: {
            boost::json::object out;
            out.reserve(node.members.size());
            for (const Node::Member& member : node.members) {
                out[member.key] = to_json(member.value);
            }
            return out;
        }
    }
    return nullptr;
}

std::string canonical(const Node& node) {
    std::string out;
    write_canonical(node, out);
    return out;
}

}  // namespace sosia::spec
