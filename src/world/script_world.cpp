// What scripts see of their world: documents, counters, the virtual clock, seeded random numbers, fail().
#include <boost/json/object.hpp>
#include <string>

#include "base/clock.h"
#include "world/detail/lua.h"
#include "world/where.h"

namespace sosia::world::detail {
namespace json = boost::json;
namespace {

// Its address tells fail() from error().
void* refusal_mark() {
    static char mark = 0;
    return &mark;
}

ScriptHost& host_of(lua_State* lua) {
    ScriptHost* host = running_of(lua).host;
    if (host == nullptr) {
        luaL_error(lua, "the script's top level has no world: use it inside functions");
    }
    return *host;
}

std::string text_argument(lua_State* lua, int index) {
    luaL_checkstring(lua, index);
    return std::string(text_at(lua, index));
}

// The collection's name; one that the world does not declare is most likely a slip of the pen.
std::string collection_argument(lua_State* lua) {
    std::string name = text_argument(lua, 1);
    if (!host_of(lua).documents.has_collection(name)) {
        luaL_error(lua, "the world has no collection \"%s\"", name.c_str());
    }
    return name;
}

int get(lua_State* lua) {
    const std::string collection = collection_argument(lua);
    const json::value* document = host_of(lua).documents.find(collection, text_argument(lua, 2));
    if (document == nullptr) {
        lua_pushnil(lua);
    } else {
        push_json(lua, *document);
    }
    return 1;
}

int exists(lua_State* lua) {
    const std::string collection = collection_argument(lua);
    lua_pushboolean(lua, host_of(lua).documents.find(collection, text_argument(lua, 2)) != nullptr ? 1 : 0);
    return 1;
}

int put(lua_State* lua) {
    const std::string collection = collection_argument(lua);
    const std::string id = text_argument(lua, 2);
    luaL_checktype(lua, 3, LUA_TTABLE);
    host_of(lua).documents.put(collection, id, take_json(lua, 3));
    return 0;
}

int remove(lua_State* lua) {
    const std::string collection = collection_argument(lua);
    lua_pushboolean(lua, host_of(lua).documents.erase(collection, text_argument(lua, 2)) ? 1 : 0);
    return 1;
}

std::vector<Found> selected(lua_State* lua) {
    const std::string collection = collection_argument(lua);
    json::value filter = lua_isnoneornil(lua, 2) ? json::value(json::object{}) : take_json(lua, 2);
    if (const json::array* empty = filter.if_array(); empty != nullptr && empty->empty()) {
        filter = json::object{};
    }
    if (!filter.is_object()) {
        luaL_error(lua, "a filter is a table of members and values");
    }
    const Result<Where> where = Where::make(filter.get_object());
    if (!where) {
        luaL_error(lua, "%s", where.error().message.c_str());
    }
    constexpr std::uint64_t documents_per_step = 4;
    charge(lua, host_of(lua).documents.size(collection) / documents_per_step);
    return select(host_of(lua).documents, collection, *where);
}

int find(lua_State* lua) {
    json::array documents;
    for (const Found& found : selected(lua)) {
        documents.push_back(*found.document);
    }
    push_json(lua, documents);
    return 1;
}

int ids(lua_State* lua) {
    json::array out;
    for (const Found& found : selected(lua)) {
        out.emplace_back(found.id);
    }
    push_json(lua, out);
    return 1;
}

int next_number(lua_State* lua) {
    lua_pushinteger(lua, host_of(lua).documents.next(text_argument(lua, 1)));
    return 1;
}

int now(lua_State* lua) {
    const std::string text = iso8601(host_of(lua).now_ms);
    lua_pushlstring(lua, text.data(), text.size());
    return 1;
}

int time(lua_State* lua) {
    constexpr std::int64_t ms_per_second = 1000;
    lua_pushinteger(lua, host_of(lua).now_ms / ms_per_second);
    return 1;
}

int random(lua_State* lua) {
    Random& source = host_of(lua).random;
    if (lua_isnoneornil(lua, 1)) {
        lua_pushnumber(lua, source.uniform());
        return 1;
    }
    const lua_Integer most = luaL_checkinteger(lua, 1);
    luaL_argcheck(lua, most >= 1, 1, "must be at least 1");
    lua_pushinteger(lua, static_cast<lua_Integer>(source.below(static_cast<std::size_t>(most))) + 1);
    return 1;
}

int refuse(lua_State* lua) {
    running_of(lua).refusal = text_argument(lua, 1);
    lua_pushlightuserdata(lua, refusal_mark());
    return lua_error(lua);
}

int refuse_write(lua_State* lua) {
    return luaL_error(lua, "\"world\" cannot be changed; world.put() changes documents");
}

}  // namespace

bool is_refusal(lua_State* lua, int index) {
    return lua_touserdata(lua, index) == refusal_mark() && lua_islightuserdata(lua, index);
}

void add_world(lua_State* lua) {
    const luaL_Reg functions[] = {
        {"get", guarded<get>},          {"exists", guarded<exists>}, {"put", guarded<put>},
        {"delete", guarded<remove>},    {"find", guarded<find>},     {"ids", guarded<ids>},
        {"next", guarded<next_number>}, {"now", guarded<now>},       {"time", guarded<time>},
        {"random", guarded<random>},    {nullptr, nullptr},
    };
    lua_newtable(lua);
    lua_newtable(lua);
    lua_newtable(lua);
    luaL_setfuncs(lua, functions, 0);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, refuse_write);
    lua_setfield(lua, -2, "__newindex");
    lua_setmetatable(lua, -2);
    lua_setfield(lua, -2, "world");
    lua_pushcfunction(lua, guarded<refuse>);
    lua_setfield(lua, -2, "fail");
}

}  // namespace sosia::world::detail
