// What scripts may use of Lua's libraries: what is pure, and bounded in time and memory.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>

#include "world/detail/lua.h"

namespace sosia::world::detail {
namespace {

constexpr std::uint64_t items_per_step = 8;

// Calls the library's function, kept as the first upvalue, with all arguments.
int forward(lua_State* lua) {
    const int count = lua_gettop(lua);
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, count, LUA_MULTRET);
    return lua_gettop(lua);
}

// table.insert, remove, sort and concat move up to all items for one instruction.
int on_table(lua_State* lua) {
    luaL_checktype(lua, 1, LUA_TTABLE);
    charge(lua, lua_rawlen(lua, 1) / items_per_step);
    return forward(lua);
}

int unpack(lua_State* lua) {
    constexpr lua_Unsigned most = 10'000;
    luaL_checktype(lua, 1, LUA_TTABLE);
    if (lua_rawlen(lua, 1) > most) {
        return luaL_error(lua, "table.unpack takes lists of at most 10000 items");
    }
    lua_settop(lua, 1);
    return forward(lua);
}

// Takes one thing to match off a pattern: a set with its brackets, an escaped character, or a character.
void take_item(std::string_view& pattern) {
    std::size_t length = pattern.front() == '%' ? 2 : 1;
    if (pattern.front() == '[') {
        const std::size_t first = pattern.starts_with("[^") ? 2 : 1;
        std::size_t at = first;
        while (at < pattern.size() && (pattern[at] != ']' || at == first)) {
            at += pattern[at] == '%' ? 2 : 1;
        }
        length = at + 1;
    }
    pattern.remove_prefix(std::min(length, pattern.size()));
}

// How many parts of a pattern may match in several ways.
double repetitions(std::string_view pattern) {
    double found = 0;
    while (!pattern.empty()) {
        take_item(pattern);
        if (!pattern.empty() && std::string_view("*+-").contains(pattern.front())) {
            ++found;
            pattern.remove_prefix(1);
        }
    }
    return found;
}

// Lua's patterns go back and try again, inside one instruction: a bound on the number of ways keeps that short.
int on_pattern(lua_State* lua) {
    constexpr double most_ways = 2e8;
    std::size_t size = 0;
    std::size_t pattern_size = 0;
    luaL_checklstring(lua, 1, &size);
    const char* pattern = luaL_checklstring(lua, 2, &pattern_size);
    const std::string_view text(pattern, pattern_size);
    const double loops = repetitions(text) + (text.starts_with('^') ? 0 : 1);
    const double ways = std::pow(static_cast<double>(size) + 1, loops);
    if (ways > most_ways) {
        return luaL_error(lua,
                          "the pattern may take too long on a text of %d bytes; use fewer repetitions or less text",
                          static_cast<int>(size));
    }
    charge(lua, size / items_per_step);
    return forward(lua);
}

// Addresses of tables would differ from run to run.
int to_text(lua_State* lua) {
    luaL_checkany(lua, 1);
    switch (lua_type(lua, 1)) {
        case LUA_TLIGHTUSERDATA:
            lua_pushliteral(lua, "null");
            return 1;
        case LUA_TTABLE:
        case LUA_TFUNCTION:
            lua_pushstring(lua, luaL_typename(lua, 1));
            return 1;
        default:
            luaL_tolstring(lua, 1, nullptr);
            return 1;
    }
}

int format(lua_State* lua) {
    const std::string_view text = (luaL_checkstring(lua, 1), text_at(lua, 1));
    for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 2)) {
        const std::size_t letter = text.find_first_not_of("-+ #0123456789.", at + 1);
        if (letter != std::string_view::npos && text[letter] == 'p') {
            return luaL_error(lua, "string.format knows no %%p here");
        }
    }
    for (int i = 2; i <= lua_gettop(lua); ++i) {
        if (lua_istable(lua, i) || lua_isfunction(lua, i) || lua_isuserdata(lua, i)) {
            return luaL_error(lua, "string.format cannot write a %s; use json()", luaL_typename(lua, i));
        }
    }
    return forward(lua);
}

int refuse_write(lua_State* lua) {
    return luaL_error(lua, "the libraries cannot be changed");
}

struct Member {
    const char* name;
    lua_CFunction around;  // null: the library's function itself
};

// Lua's own library at the top -> a table that can be read but not written, as `name` of the table below.
void add_locked(lua_State* lua, const char* name, std::initializer_list<Member> members) {
    const int original = lua_gettop(lua);
    lua_newtable(lua);
    for (const Member& member : members) {
        lua_getfield(lua, original, member.name);
        if (member.around != nullptr) {
            lua_pushcclosure(lua, member.around, 1);
        }
        lua_setfield(lua, -2, member.name);
    }
    lua_newtable(lua);  // what scripts see: empty, so that every write meets __newindex
    lua_newtable(lua);
    lua_pushvalue(lua, -3);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, refuse_write);
    lua_setfield(lua, -2, "__newindex");
    lua_setmetatable(lua, -2);
    lua_setfield(lua, original - 1, name);
    lua_settop(lua, original - 1);
}

void open(lua_State* lua, lua_CFunction opener, const char* name) {
    luaL_requiref(lua, name, opener, 0);
}

// Methods of texts ("x"):upper() are looked up here: only what `string` offers.
void limit_text_methods(lua_State* lua) {
    lua_pushliteral(lua, "");
    lua_getmetatable(lua, -1);
    lua_getfield(lua, -3, "string");
    lua_setfield(lua, -2, "__index");
    lua_pop(lua, 2);
}

void add_basic(lua_State* lua) {
    const int target = lua_gettop(lua);
    open(lua, luaopen_base, "_G");
    for (const char* name : {"assert", "error", "ipairs", "select", "tonumber", "type"}) {
        lua_getfield(lua, -1, name);
        lua_setfield(lua, target, name);
    }
    lua_settop(lua, target);
    lua_pushcfunction(lua, to_text);
    lua_setfield(lua, target, "tostring");
}

}  // namespace

void add_library(lua_State* lua) {
    add_basic(lua);
    open(lua, luaopen_string, LUA_STRLIBNAME);
    add_locked(lua, "string",
               {{"byte", nullptr},
                {"char", nullptr},
                {"find", on_pattern},
                {"format", format},
                {"gmatch", on_pattern},
                {"gsub", on_pattern},
                {"len", nullptr},
                {"lower", nullptr},
                {"match", on_pattern},
                {"rep", nullptr},
                {"reverse", nullptr},
                {"sub", nullptr},
                {"upper", nullptr}});
    limit_text_methods(lua);
    open(lua, luaopen_table, LUA_TABLIBNAME);
    add_locked(
        lua, "table",
        {{"concat", on_table}, {"insert", on_table}, {"remove", on_table}, {"sort", on_table}, {"unpack", unpack}});
    open(lua, luaopen_math, LUA_MATHLIBNAME);
    add_locked(lua, "math",
               {{"abs", nullptr},
                {"ceil", nullptr},
                {"exp", nullptr},
                {"floor", nullptr},
                {"fmod", nullptr},
                {"huge", nullptr},
                {"log", nullptr},
                {"max", nullptr},
                {"maxinteger", nullptr},
                {"min", nullptr},
                {"modf", nullptr},
                {"pi", nullptr},
                {"sqrt", nullptr},
                {"tointeger", nullptr},
                {"type", nullptr},
                {"mininteger", nullptr}});
    open(lua, luaopen_utf8, LUA_UTF8LIBNAME);
    add_locked(lua, "utf8", {{"char", nullptr}, {"charpattern", nullptr}, {"codepoint", nullptr}, {"len", nullptr}});
}

}  // namespace sosia::world::detail
