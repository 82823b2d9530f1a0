// What scripts may use of Lua's libraries: what is pure, and bounded in time and memory.
#include <algorithm>
#include <bit>
#include <cstdint>
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

// Sorting compares inside one instruction.
int on_sort(lua_State* lua) {
    luaL_checktype(lua, 1, LUA_TTABLE);
    const lua_Unsigned count = lua_rawlen(lua, 1);
    charge(lua, count * static_cast<lua_Unsigned>(std::bit_width(count)) / items_per_step);
    return forward(lua);
}

// Goes through a whole text in one instruction.
int on_text(lua_State* lua) {
    std::size_t size = 0;
    if (lua_type(lua, 1) == LUA_TSTRING) {
        lua_tolstring(lua, 1, &size);
    }
    charge(lua, size / items_per_step);
    return forward(lua);
}

// Nothing, however often, is nothing: Lua would count to the end.
int rep(lua_State* lua) {
    std::size_t size = 0;
    std::size_t between = 0;
    luaL_checklstring(lua, 1, &size);
    const lua_Integer times = luaL_checkinteger(lua, 2);
    luaL_optlstring(lua, 3, "", &between);
    if (size + between == 0) {
        lua_pushliteral(lua, "");
        return 1;
    }
    const auto copies = static_cast<lua_Unsigned>(std::max<lua_Integer>(0, times));
    charge(lua, copies / items_per_step);
    return forward(lua);
}

// Takes one thing to match off a pattern: a set with its brackets, an escaped character, or a character.
std::string_view take_item(std::string_view& pattern) {
    std::size_t length = pattern.front() == '%' ? 2 : 1;
    length = pattern.starts_with("%b") ? 4 : length;
    if (pattern.front() == '[') {
        const std::size_t first = pattern.starts_with("[^") ? 2 : 1;
        std::size_t at = first;
        while (at < pattern.size() && (pattern[at] != ']' || at == first)) {
            at += pattern[at] == '%' ? 2 : 1;
        }
        length = at + 1;
    }
    const std::string_view item = pattern.substr(0, length);
    pattern.remove_prefix(item.size());
    return item;
}

// A bound on what matching may take on a text of `size`: in how many ways the pattern's parts may match, times what is
// looked at for each.
// Ends early once it is more than `most`.
double ways(std::string_view pattern, double size, bool anchored, double most) {
    double out = anchored ? 1 : size;
    double items = 0;
    const auto bound = [&] { return out * std::max(1.0, std::min(items, size) / items_per_step); };
    while (!pattern.empty() && bound() <= most) {
        const std::string_view item = take_item(pattern);
        const bool goes_through_text =
            item.starts_with("%b") || (item.size() == 2 && item[0] == '%' && item[1] >= '1' && item[1] <= '9');
        out *= goes_through_text ? size : 1;
        if (!pattern.empty() && std::string_view("*+-?").contains(pattern.front())) {
            out *= pattern.front() == '?' ? 2 : size;
            pattern.remove_prefix(1);
        }
        ++items;
    }
    return bound();
}

// Lua's patterns go back and try again, inside one instruction: a bound on the number of ways keeps that short, and
// many of them are many steps. `size`: of the text that is looked at.
int match_bounded(lua_State* lua, std::size_t size, bool may_be_anchored) {
    constexpr double most_ways = 4e7;  // tenths of a second
    constexpr double ways_per_step = 1000;
    std::size_t pattern_size = 0;
    const char* pattern = luaL_checklstring(lua, 2, &pattern_size);
    const std::string_view text(pattern, pattern_size);
    const bool anchored = may_be_anchored && text.starts_with('^');
    const double bound = ways(text, static_cast<double>(size) + 1, anchored, most_ways);
    if (bound > most_ways) {
        return luaL_error(lua,
                          "the pattern may take too long on a text of %d bytes; use fewer repetitions or less text",
                          static_cast<int>(size));
    }
    charge(lua, size / items_per_step + static_cast<std::uint64_t>(bound / ways_per_step));
    return forward(lua);
}

std::size_t text_size(lua_State* lua) {
    std::size_t out = 0;
    luaL_checklstring(lua, 1, &out);
    return out;
}

int on_gsub(lua_State* lua) {
    return match_bounded(lua, text_size(lua), true);
}

// find and match may begin further behind.
int on_pattern(lua_State* lua) {
    const std::size_t size = text_size(lua);
    const lua_Integer from = luaL_optinteger(lua, 3, 1);
    const std::size_t before = from > 1 ? std::min(size, static_cast<std::size_t>(from) - 1) : 0;
    return match_bounded(lua, size - before, true);
}

// Here ^ is no anchor.
int on_gmatch(lua_State* lua) {
    return match_bounded(lua, text_size(lua), false);
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
    for (const char* name : {"assert", "error", "ipairs", "select", "type"}) {
        lua_getfield(lua, -1, name);
        lua_setfield(lua, target, name);
    }
    lua_getfield(lua, -1, "tonumber");
    lua_pushcclosure(lua, on_text, 1);
    lua_setfield(lua, target, "tonumber");
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
                {"gmatch", on_gmatch},
                {"gsub", on_gsub},
                {"len", nullptr},
                {"lower", nullptr},
                {"match", on_pattern},
                {"rep", rep},
                {"reverse", nullptr},
                {"sub", nullptr},
                {"upper", nullptr}});
    limit_text_methods(lua);
    open(lua, luaopen_table, LUA_TABLIBNAME);
    add_locked(
        lua, "table",
        {{"concat", on_table}, {"insert", on_table}, {"remove", on_table}, {"sort", on_sort}, {"unpack", unpack}});
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
    add_locked(lua, "utf8", {{"char", nullptr}, {"charpattern", nullptr}, {"codepoint", on_text}, {"len", on_text}});
}

}  // namespace sosia::world::detail
