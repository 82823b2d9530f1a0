// Lua's own headers, and what the files about scripts share. Private to script*.cpp.
#pragma once
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

// The library is the one that Debian compiles as C++: its errors are exceptions, so destructors run.
#include <lua5.4/lua.hpp>

#include "world/script.h"

namespace sosia::world::detail {

// Counts what the running call uses. Steps: instructions, and work that C functions do for one instruction.
struct Meter {
    std::size_t used = 0;
    std::size_t most_bytes = 0;
    std::uint64_t steps = 0;
    std::uint64_t most_steps = 0;
};

constexpr std::size_t most_in_one_block = std::size_t{1} << 20U;  // bytes of one string or one table's part

// What functions called from Lua see of the call that is running.
struct Running {
    ScriptHost* host = nullptr;
    std::string refusal;  // of fail()
};

Meter& meter_of(lua_State* lua);
Running& running_of(lua_State* lua);
// Adds work; past the limit the call ends here.
void charge(lua_State* lua, std::uint64_t steps);

// A Lua function in C++: standard exceptions become Lua errors. Lua's own exceptions are of another type and pass.
template <int (*F)(lua_State*)>
int guarded(lua_State* lua) {
    try {
        return F(lua);
    } catch (const std::exception& error) {
        return luaL_error(lua, "%s", error.what());
    }
}

// script_values.cpp
void push_json(lua_State* lua, const boost::json::value& value);
// The value at `index`; cycles, functions and numbers that JSON cannot hold are Lua errors.
boost::json::value take_json(lua_State* lua, int index, int depth = 0);
std::string_view text_at(lua_State* lua, int index);
// Adds array, object, null, pairs and json to the table on top of the stack.
void add_value_functions(lua_State* lua);

// script_library.cpp: adds what scripts may use of Lua's libraries to the table on top.
void add_library(lua_State* lua);

// script_world.cpp: adds `world` and fail to the table on top.
void add_world(lua_State* lua);
bool is_refusal(lua_State* lua, int index);

}  // namespace sosia::world::detail
