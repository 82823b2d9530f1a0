// JSON <-> Lua. An object keeps the order of its members: its metatable lists the keys as they came, and a member that
// is new goes through __newindex, which adds to the list.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "world/detail/lua.h"
#include "world/json_text.h"

namespace sosia::world::detail {
namespace json = boost::json;
namespace {

constexpr const char* keys_field = "keys";
constexpr const char* array_name = "sosia.array";
constexpr int most_depth = 64;

void push_null(lua_State* lua) {
    lua_pushlightuserdata(lua, nullptr);
}

// object.__newindex(table, key, value)
int add_member(lua_State* lua) {
    lua_pushvalue(lua, 2);
    lua_pushvalue(lua, 3);
    lua_rawset(lua, 1);
    lua_getmetatable(lua, 1);
    lua_getfield(lua, -1, keys_field);
    lua_pushvalue(lua, 2);
    lua_rawseti(lua, -2, static_cast<lua_Integer>(lua_rawlen(lua, -2)) + 1);
    return 0;
}

// An empty ordered table; leaves it on top.
void push_object(lua_State* lua) {
    lua_newtable(lua);
    lua_createtable(lua, 0, 2);
    lua_newtable(lua);
    lua_setfield(lua, -2, keys_field);
    lua_pushcfunction(lua, add_member);
    lua_setfield(lua, -2, "__newindex");
    lua_setmetatable(lua, -2);
}

void push_array(lua_State* lua, std::size_t size) {
    lua_createtable(lua, static_cast<int>(std::min<std::size_t>(size, 1U << 16U)), 0);
    luaL_newmetatable(lua, array_name);
    lua_setmetatable(lua, -2);
}

void push_members(lua_State* lua, const json::object& object) {
    push_object(lua);
    for (const auto& [key, value] : object) {
        lua_pushlstring(lua, key.data(), key.size());
        push_json(lua, value);
        lua_settable(lua, -3);  // through __newindex
    }
}

bool is_array_table(lua_State* lua, int index) {
    if (lua_getmetatable(lua, index) == 0) {
        return false;
    }
    luaL_getmetatable(lua, array_name);
    const bool same = lua_rawequal(lua, -1, -2) != 0;
    lua_pop(lua, 2);
    return same;
}

std::string key_text(lua_State* lua, int index) {
    switch (lua_type(lua, index)) {
        case LUA_TSTRING:
            return std::string(text_at(lua, index));
        case LUA_TNUMBER: {
            lua_pushvalue(lua, index);
            std::string out(text_at(lua, -1));
            lua_pop(lua, 1);
            return out;
        }
        default:
            luaL_error(lua, "a member's name must be text");
            return {};
    }
}

// Leaves a list of the table's keys on top: as they were added when that is known, else numbers, then texts, sorted.
void push_ordered_keys(lua_State* lua, int table);

// The list that an object's metatable keeps: keys taken out left, a key that came back only at its last place.
bool push_kept_keys(lua_State* lua, int table) {
    if (luaL_getmetafield(lua, table, keys_field) == LUA_TNIL) {
        return false;
    }
    const int kept = lua_gettop(lua);
    const auto count = static_cast<lua_Integer>(lua_rawlen(lua, kept));
    std::set<std::string> seen;
    std::vector<lua_Integer> places;
    for (lua_Integer i = count; i >= 1; --i) {
        lua_rawgeti(lua, kept, i);
        const std::string name = key_text(lua, -1);
        const bool there = lua_rawget(lua, table) != LUA_TNIL;
        lua_pop(lua, 1);
        if (there && seen.insert(name).second) {
            places.push_back(i);
        }
    }
    lua_createtable(lua, static_cast<int>(places.size()), 0);
    lua_Integer next = 0;
    for (auto place = places.rbegin(); place != places.rend(); ++place) {
        lua_rawgeti(lua, kept, *place);
        lua_rawseti(lua, -2, ++next);
    }
    lua_remove(lua, kept);
    return true;
}

struct Keys {
    std::vector<lua_Number> numbers;
    std::vector<std::string> texts;
    std::vector<bool> booleans;
};

void push_ordered_keys(lua_State* lua, int table) {
    if (push_kept_keys(lua, table)) {
        return;
    }
    std::vector<lua_Integer> whole;
    Keys keys;
    lua_pushnil(lua);
    while (lua_next(lua, table) != 0) {
        lua_pop(lua, 1);
        if (lua_isinteger(lua, -1) != 0) {
            whole.push_back(lua_tointeger(lua, -1));
        } else if (lua_type(lua, -1) == LUA_TSTRING) {
            keys.texts.emplace_back(text_at(lua, -1));
        } else {
            luaL_error(lua, "a table's keys must be texts or whole numbers");
        }
    }
    charge(lua, whole.size() + keys.texts.size());
    std::ranges::sort(whole);
    std::ranges::sort(keys.texts);
    lua_createtable(lua, static_cast<int>(whole.size() + keys.texts.size()), 0);
    lua_Integer next = 0;
    for (const lua_Integer key : whole) {
        lua_pushinteger(lua, key);
        lua_rawseti(lua, -2, ++next);
    }
    for (const std::string& key : keys.texts) {
        lua_pushlstring(lua, key.data(), key.size());
        lua_rawseti(lua, -2, ++next);
    }
}

json::array take_array(lua_State* lua, int table, int depth) {
    json::array out;
    const auto count = static_cast<lua_Integer>(lua_rawlen(lua, table));
    for (lua_Integer i = 1; i <= count; ++i) {
        lua_rawgeti(lua, table, i);
        out.push_back(take_json(lua, lua_gettop(lua), depth + 1));
        lua_pop(lua, 1);
    }
    return out;
}

json::value take_table(lua_State* lua, int table, int depth) {
    if (depth > most_depth) {
        luaL_error(lua, "a table holds itself, or is nested deeper than %d levels", most_depth);
    }
    luaL_checkstack(lua, 8, "nested too deep");
    if (is_array_table(lua, table)) {
        return take_array(lua, table, depth);
    }
    push_ordered_keys(lua, table);
    const int keys = lua_gettop(lua);
    const auto count = static_cast<lua_Integer>(lua_rawlen(lua, keys));
    const bool ordered = luaL_getmetafield(lua, table, keys_field) != LUA_TNIL;
    lua_settop(lua, keys);
    if (!ordered && static_cast<lua_Integer>(lua_rawlen(lua, table)) == count) {
        json::array out = take_array(lua, table, depth);
        lua_settop(lua, keys - 1);
        return out;
    }
    json::object out;
    for (lua_Integer i = 1; i <= count; ++i) {
        lua_rawgeti(lua, keys, i);
        const std::string name = key_text(lua, -1);
        lua_rawget(lua, table);
        out[name] = take_json(lua, lua_gettop(lua), depth + 1);
        lua_pop(lua, 1);
    }
    lua_settop(lua, keys - 1);
    return out;
}

json::value take_number(lua_State* lua, int index) {
    if (lua_isinteger(lua, index) != 0) {
        return static_cast<std::int64_t>(lua_tointeger(lua, index));
    }
    const lua_Number number = lua_tonumber(lua, index);
    if (!std::isfinite(number)) {
        luaL_error(lua, "JSON has no such number: infinite, or not a number");
    }
    return number;
}

// array(...): a list, also when it is empty
int make_array(lua_State* lua) {
    const int count = lua_gettop(lua);
    push_array(lua, static_cast<std::size_t>(count));
    for (int i = 1; i <= count; ++i) {
        lua_pushvalue(lua, i);
        lua_rawseti(lua, -2, i);
    }
    return 1;
}

// object("name", value, ...): members in this order
int make_object(lua_State* lua) {
    const int count = lua_gettop(lua);
    if (count % 2 != 0) {
        return luaL_error(lua, "object() takes names and values in turn");
    }
    push_object(lua);
    for (int i = 1; i <= count; i += 2) {
        luaL_checktype(lua, i, LUA_TSTRING);
        lua_pushvalue(lua, i);
        lua_pushvalue(lua, i + 1);
        lua_settable(lua, -3);
    }
    return 1;
}

// The step of pairs(): upvalues are the table, its keys and how far it is.
int next_pair(lua_State* lua) {
    const auto count = static_cast<lua_Integer>(lua_rawlen(lua, lua_upvalueindex(2)));
    for (lua_Integer at = lua_tointeger(lua, lua_upvalueindex(3)) + 1; at <= count; ++at) {
        lua_pushinteger(lua, at);
        lua_replace(lua, lua_upvalueindex(3));
        lua_rawgeti(lua, lua_upvalueindex(2), at);
        lua_pushvalue(lua, -1);
        if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL) {
            return 2;
        }
        lua_pop(lua, 2);  // taken out meanwhile
    }
    lua_pushnil(lua);
    return 1;
}

int pairs(lua_State* lua) {
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_pushvalue(lua, 1);
    push_ordered_keys(lua, 1);
    lua_pushinteger(lua, 0);
    lua_pushcclosure(lua, next_pair, 3);
    return 1;
}

int to_json_text(lua_State* lua) {
    const std::string text = json_text(take_json(lua, 1), false);
    lua_pushlstring(lua, text.data(), text.size());
    return 1;
}

}  // namespace

std::string_view text_at(lua_State* lua, int index) {
    std::size_t size = 0;
    const char* text = lua_tolstring(lua, index, &size);
    return text == nullptr ? std::string_view{} : std::string_view{text, size};
}

void push_json(lua_State* lua, const json::value& value) {
    luaL_checkstack(lua, 8, "nested too deep");
    switch (value.kind()) {
        case json::kind::null:
            push_null(lua);
            break;
        case json::kind::bool_:
            lua_pushboolean(lua, value.get_bool() ? 1 : 0);
            break;
        case json::kind::int64:
            lua_pushinteger(lua, value.get_int64());
            break;
        case json::kind::uint64:
            lua_pushnumber(lua, static_cast<lua_Number>(value.get_uint64()));
            break;
        case json::kind::double_:
            lua_pushnumber(lua, value.get_double());
            break;
        case json::kind::string:
            lua_pushlstring(lua, value.get_string().data(), value.get_string().size());
            break;
        case json::kind::array:
            push_array(lua, value.get_array().size());
            for (std::size_t i = 0; i < value.get_array().size(); ++i) {
                push_json(lua, value.get_array()[i]);
                lua_rawseti(lua, -2, static_cast<lua_Integer>(i) + 1);
            }
            break;
        case json::kind::object:
            push_members(lua, value.get_object());
            break;
    }
}

json::value take_json(lua_State* lua, int index, int depth) {
    const int at = lua_absindex(lua, index);
    switch (lua_type(lua, at)) {
        case LUA_TNIL:
        case LUA_TNONE:
        case LUA_TLIGHTUSERDATA:
            return nullptr;
        case LUA_TBOOLEAN:
            return lua_toboolean(lua, at) != 0;
        case LUA_TNUMBER:
            return take_number(lua, at);
        case LUA_TSTRING:
            return json::value(std::string(text_at(lua, at)));
        case LUA_TTABLE:
            charge(lua, 1);
            return take_table(lua, at, depth);
        default:
            luaL_error(lua, "a %s cannot be written as JSON", lua_typename(lua, lua_type(lua, at)));
            return nullptr;
    }
}

void add_value_functions(lua_State* lua) {
    const auto add = [lua](const char* name, lua_CFunction function) {
        lua_pushcfunction(lua, function);
        lua_setfield(lua, -2, name);
    };
    add("array", guarded<make_array>);
    add("object", guarded<make_object>);
    add("pairs", guarded<pairs>);
    add("json", guarded<to_json_text>);
    push_null(lua);
    lua_setfield(lua, -2, "null");
}

}  // namespace sosia::world::detail
