// One YAML value with the place where it was written and, for scalars, the letters as written.
// Fields that are text keep those letters ("00123", "1.10"), whatever type YAML would give the scalar.
#pragma once
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sosia::spec {

// 1-based; columns count characters, not bytes. 0 means the whole file.
struct Place {
    int line = 0;
    int column = 0;

    friend auto operator<=>(const Place&, const Place&) = default;
};

struct Node {
    enum class Kind : std::uint8_t { null, boolean, integer, real, text, list, map };
    struct Member;

    Kind kind = Kind::null;
    bool plain = false;  // a scalar without quotes: its kind came from its letters
    Place place;
    std::string text;             // scalars: the letters, quotes and escapes resolved, ${NAME} replaced
    std::string raw;              // the letters before ${NAME} was replaced; "" when nothing was replaced
    std::vector<Node> items;      // list
    std::vector<Member> members;  // map, in the order written

    bool is_map() const { return kind == Kind::map; }
    bool is_list() const { return kind == Kind::list; }
    bool is_null() const { return kind == Kind::null; }
    bool is_scalar() const { return kind != Kind::map && kind != Kind::list && kind != Kind::null; }

    const Node* find(std::string_view key) const;  // map member's value; nullptr when absent or not a map
    const Member* member(std::string_view key) const;
    std::string_view written() const { return raw.empty() ? text : raw; }  // safe to show: holds no secret
};

struct Node::Member {
    std::string key;
    Place place;  // of the key
    Node value;
};

// The kind YAML 1.2 (core schema) gives an unquoted scalar. Two departures, so that nothing is lost: a number with
// leading zeros is text (JSON has no such number), and so is one that no finite 64-bit number can hold.
Node::Kind plain_kind(std::string_view letters);

std::optional<bool> as_bool(const Node& node);
std::optional<std::int64_t> as_integer(const Node& node);
std::optional<double> as_real(const Node& node);  // integers too

// JSON by kind. Reals and integers as numbers, text as strings.
boost::json::value to_json(const Node& node);

// One line that is equal for equal definitions: keys sorted, every scalar as its letters before ${NAME} was replaced.
// The input of content hashes, so a hash never depends on a secret.
std::string canonical(const Node& node);

}  // namespace sosia::spec
