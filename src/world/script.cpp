#include "world/script.h"

#include <fmt/format.h>

#include <cstdlib>
#include <mutex>
#include <set>

#include "world/detail/lua.h"

namespace sosia::world {
namespace json = boost::json;
namespace {

using detail::Meter;
using detail::Running;

constexpr int steps_between_looks = 100;
constexpr std::size_t bytes_per_step = 32;

// Lua's allocator: refuses beyond the limits, which Lua answers with a collection and then an error.
void* allocate(void* user, void* block, std::size_t old_size, std::size_t new_size) {
    Meter& meter = *static_cast<Meter*>(user);
    const std::size_t had = block == nullptr ? 0 : old_size;
    if (new_size == 0) {
        std::free(block);
        meter.used -= had;
        return nullptr;
    }
    if (new_size > had && (new_size > detail::most_in_one_block || meter.used - had + new_size > meter.most_bytes)) {
        return nullptr;
    }
    void* out = std::realloc(block, new_size);
    if (out != nullptr) {
        meter.used = meter.used - had + new_size;
        meter.steps += new_size > had ? new_size / bytes_per_step : 0;
    }
    return out;
}

void look_at_steps(lua_State* lua, lua_Debug*) {
    detail::charge(lua, steps_between_looks);
}

struct Request {
    int chunk = LUA_NOREF;
    int library = LUA_NOREF;
    std::string function;  // "": only run the top level and list the functions
    const json::object* arguments = nullptr;
    json::value result;
    std::set<std::string, std::less<>> functions;
};

// A new global table that sees the library, as the chunk's _ENV: what a call leaves behind goes with it.
void push_fresh_globals(lua_State* lua, const Request& request) {
    lua_newtable(lua);
    lua_newtable(lua);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, request.library);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, -2);
}

void list_functions(lua_State* lua, Request& request) {
    lua_pushnil(lua);
    while (lua_next(lua, -2) != 0) {
        if (lua_isfunction(lua, -1) && lua_type(lua, -2) == LUA_TSTRING) {
            request.functions.emplace(lua_tostring(lua, -2));
        }
        lua_pop(lua, 1);
    }
}

// Runs protected; its only argument is the Request.
int perform(lua_State* lua) {
    Request& request = *static_cast<Request*>(lua_touserdata(lua, 1));
    lua_rawgeti(lua, LUA_REGISTRYINDEX, request.chunk);
    push_fresh_globals(lua, request);
    lua_pushvalue(lua, -1);
    lua_setupvalue(lua, -3, 1);
    lua_insert(lua, -2);
    lua_call(lua, 0, 0);
    if (request.function.empty()) {
        list_functions(lua, request);
        return 0;
    }
    lua_getfield(lua, -1, request.function.c_str());
    detail::push_json(lua, *request.arguments);
    lua_call(lua, 1, 1);
    request.result = detail::take_json(lua, -1);
    return 0;
}

int build_library(lua_State* lua) {
    Request& request = *static_cast<Request*>(lua_touserdata(lua, 1));
    lua_newtable(lua);
    detail::add_library(lua);
    detail::add_value_functions(lua);
    detail::add_world(lua);
    request.library = luaL_ref(lua, LUA_REGISTRYINDEX);
    return 0;
}

struct Source {
    Request* request;
    std::string text;
    std::string name;
};

int compile(lua_State* lua) {
    const Source& source = *static_cast<Source*>(lua_touserdata(lua, 1));
    const std::string name = "@" + source.name;
    if (luaL_loadbufferx(lua, source.text.data(), source.text.size(), name.c_str(), "t") != LUA_OK) {
        return lua_error(lua);
    }
    source.request->chunk = luaL_ref(lua, LUA_REGISTRYINDEX);
    return 0;
}

}  // namespace

namespace detail {

Meter& meter_of(lua_State* lua) {
    void* user = nullptr;
    lua_getallocf(lua, &user);
    return *static_cast<Meter*>(user);
}

Running& running_of(lua_State* lua) {
    return **static_cast<Running**>(lua_getextraspace(lua));
}

void charge(lua_State* lua, std::uint64_t steps) {
    Meter& meter = meter_of(lua);
    meter.steps += steps;
    if (meter.steps > meter.most_steps) {
        luaL_error(lua, "the function took more than %d steps", static_cast<int>(meter.most_steps));
    }
}

}  // namespace detail

struct Script::Impl {
    Meter meter;
    Running running;
    lua_State* lua = nullptr;
    Request prepared;
    std::string name;  // of the file
    std::mutex one_at_a_time;

    ~Impl() {
        if (lua != nullptr) {
            lua_close(lua);
        }
    }

    // Calls `function` with `argument` protected; "" or what went wrong.
    std::string protect(lua_CFunction function, void* argument) {
        meter.steps = 0;
        lua_pushcfunction(lua, function);
        lua_pushlightuserdata(lua, argument);
        const int status = lua_pcall(lua, 1, 0, 0);
        std::string error;
        if (status != LUA_OK) {
            const bool has_words = lua_type(lua, -1) == LUA_TSTRING;
            error = detail::is_refusal(lua, -1) ? running.refusal
                    : has_words                 ? std::string(detail::text_at(lua, -1))
                                                : "error() was called with something that is no text";
            refused = detail::is_refusal(lua, -1);
        }
        lua_settop(lua, 0);
        return error;
    }

    bool failed(const std::string& error) const { return refused || !error.empty(); }
    bool refused = false;
};

Script::Script(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Script::~Script() = default;

Result<std::unique_ptr<Script>> Script::make(const WorldSpec& spec) {
    auto impl = std::make_unique<Impl>();
    impl->meter.most_bytes = spec.script_memory;
    impl->meter.most_steps = spec.script_instructions;
    impl->name = spec.script_name;
    impl->lua = lua_newstate(allocate, &impl->meter);
    if (impl->lua == nullptr) {
        return fail(ErrorKind::usage, "the script's memory limit is too small for Lua itself");
    }
    *static_cast<Running**>(lua_getextraspace(impl->lua)) = &impl->running;
    lua_sethook(impl->lua, look_at_steps, LUA_MASKCOUNT, steps_between_looks);
    const auto lines = static_cast<std::size_t>(std::max(0, spec.script_line - 1));
    Source source{&impl->prepared, std::string(lines, '\n') + spec.script, spec.script_name};
    for (const auto& [step, argument] : {std::pair<lua_CFunction, void*>{build_library, &impl->prepared},
                                         {compile, &source},
                                         {perform, &impl->prepared}}) {
        if (const std::string error = impl->protect(step, argument); impl->failed(error)) {
            return fail(ErrorKind::usage, error,
                        "the script's top level runs before every call: keep it to functions and constants");
        }
    }
    return std::unique_ptr<Script>(new Script(std::move(impl)));
}

bool Script::has(std::string_view function) const {
    return impl_->prepared.functions.contains(function);
}

ScriptOutcome Script::call(std::string_view function, const json::object& arguments, ScriptHost host) {
    const std::lock_guard lock(impl_->one_at_a_time);
    Request request{.chunk = impl_->prepared.chunk,
                    .library = impl_->prepared.library,
                    .function = std::string(function),
                    .arguments = &arguments};
    impl_->running = {&host, {}};
    impl_->refused = false;
    const std::string error = impl_->protect(perform, &request);
    impl_->running.host = nullptr;
    if (impl_->refused) {
        return {ScriptOutcome::Kind::refused, {}, error};
    }
    if (!error.empty()) {
        const bool has_line = error.starts_with(impl_->name + ":");
        return {ScriptOutcome::Kind::broken,
                {},
                has_line ? error : fmt::format("{}: {}: {}", impl_->name, function, error)};
    }
    return {ScriptOutcome::Kind::answered, std::move(request.result), {}};
}

}  // namespace sosia::world
