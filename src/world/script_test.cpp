#include "world/script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "world/json_text.h"

namespace sosia::world {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using Kind = ScriptOutcome::Kind;

// A script with its world, called by one line.
struct Bench {
    explicit Bench(const std::string& text) {
        auto collections = std::make_shared<Collections>();
        (*collections)["orders"] =
            json::parse(R"({"A": {"z": 1, "a": {"list": [], "none": null}, "m": 2.0}, "B": {"z": 5}})").as_object();
        spec.collections = collections;
        spec.script = text;
        spec.script_name = "shop.lua";
        documents = std::make_unique<Documents>(spec.collections);
        script = Script::make(spec);
    }

    ScriptOutcome call(const std::string& arguments = "{}", const std::string& function = "f") {
        return (*script)->call(function, json::parse(arguments).as_object(), {*documents, random, spec.clock_ms});
    }

    WorldSpec spec;
    std::unique_ptr<Documents> documents;
    Random random{1, "script"};
    Result<std::unique_ptr<Script>> script;
};

ScriptOutcome run(const std::string& body) {
    Bench bench("function f(args)\n" + body + "\nend");
    if (!bench.script) {
        ADD_FAILURE() << bench.script.error().message;
        return {};
    }
    return bench.call();
}

std::string value_of(const std::string& expression) {
    const ScriptOutcome outcome = run("return " + expression);
    return outcome.kind == Kind::answered ? json_text(outcome.value, false) : "failed: " + outcome.error;
}

TEST(script, documents_keep_the_order_of_their_members_and_their_types) {
    EXPECT_EQ(value_of("world.get('orders', 'A')"), R"({"z":1,"a":{"list":[],"none":null},"m":2.0})");
    Bench bench(
        "function f() local o = world.get('orders', 'A'); o.new = 1; o.z = nil; o.z = 3; o.m = 4; return o end");
    EXPECT_EQ(json_text(bench.call().value, false), R"({"a":{"list":[],"none":null},"m":4,"new":1,"z":3})");
}

TEST(script, makes_lists_and_objects) {
    EXPECT_EQ(value_of("{}"), "[]");
    EXPECT_EQ(value_of("array()"), "[]");
    EXPECT_EQ(value_of("object()"), "{}");
    EXPECT_EQ(value_of("{1, 'x', true}"), R"([1,"x",true])");
    EXPECT_EQ(value_of("object('z', 1, 'a', null)"), R"({"z":1,"a":null})");
    EXPECT_EQ(value_of("{b = 1, a = 2}"), R"({"a":2,"b":1})");
    EXPECT_EQ(value_of("1.5 + 1.5"), "3.0");
    EXPECT_EQ(value_of("nil"), "null");
    EXPECT_EQ(value_of("json({1})"), R"("[1]")");
}

TEST(script, writes_reads_and_finds) {
    Bench bench(R"(function f(args)
        world.put('orders', args.id, object('id', args.id, 'n', world.next('order')))
        world.delete('orders', 'B')
        return { found = #world.find('orders', {n = {at_least = 1}}), ids = world.ids('orders'), gone = world.get('orders', 'B') == nil }
    end)");
    EXPECT_EQ(json_text(bench.call(R"({"id": "N"})").value, false), R"({"found":1,"gone":true,"ids":["A","N"]})");
    EXPECT_EQ(bench.documents->changes(), json::parse(R"({"orders": {"B": null, "N": {"id": "N", "n": 1}}})"));
}

TEST(script, pairs_goes_in_a_fixed_order) {
    EXPECT_EQ(value_of("(function() local s = '' for k in pairs({z=1, b=1, a=1}) do s = s .. k end return s end)()"),
              R"("abz")");
    EXPECT_EQ(
        value_of("(function() local s = '' for k in pairs(world.get('orders','A')) do s = s .. k end return s end)()"),
        R"("zam")");
}

TEST(script, fail_is_the_tools_answer_and_error_is_a_fault_with_its_line) {
    const ScriptOutcome refused = run("fail('no such user')");
    EXPECT_EQ(refused.kind, Kind::refused);
    EXPECT_EQ(refused.error, "no such user");
    const ScriptOutcome broken = run("local x = nil\nreturn x.y");
    EXPECT_EQ(broken.kind, Kind::broken);
    EXPECT_THAT(broken.error, HasSubstr("shop.lua:3: attempt to index a nil value"));
    EXPECT_THAT(run("error('odd')").error, HasSubstr("shop.lua:2: odd"));
    EXPECT_THAT(run("error({})").error, HasSubstr("no text"));
    EXPECT_THAT(run("world.get('oders', 'A')").error, HasSubstr("no collection \"oders\""));
}

TEST(script, that_does_not_compile_says_where) {
    EXPECT_THAT(Bench("function f(\n").script.error().message, HasSubstr("shop.lua:2:"));
    EXPECT_THAT(Bench("local x = y.z").script.error().message, HasSubstr("shop.lua:1:"));
    EXPECT_THAT(Bench("while true do end").script.error().message, HasSubstr("steps"));
    EXPECT_THAT(Bench("world.put('orders', 'x', {})").script.error().message, HasSubstr("no world"));
}

TEST(script, nothing_stays_from_one_call_to_the_next) {
    Bench bench(R"(
        local kept = 0
        function f() kept = kept + 1; count = (count or 0) + 1; return {kept, count} end
        function g() f = nil; array = nil; return 1 end)");
    EXPECT_EQ(json_text(bench.call().value, false), "[1,1]");
    bench.call("{}", "g");
    EXPECT_EQ(json_text(bench.call().value, false), "[1,1]");
}

TEST(script, random_numbers_come_from_the_seed) {
    const std::string draw = "function f() return {world.random(1000), world.random(1000), world.random()} end";
    EXPECT_EQ(Bench(draw).call().value, Bench(draw).call().value);
    EXPECT_EQ(run("return world.random(0)").kind, Kind::broken);
}

TEST(script, sees_the_virtual_clock_only) {
    EXPECT_EQ(value_of("world.now()"), R"("2026-01-01T09:00:00Z")");
    EXPECT_EQ(value_of("world.time()"), "1767258000");
}

TEST(script, signs_in_a_set_repeat_nothing) {
    EXPECT_EQ(value_of("string.find(string.rep('1+', 200), '[^0-9+%-*/(). ]') == nil"), "true");
    EXPECT_EQ(value_of("string.find(string.rep('1', 200), '[]*+-]') == nil"), "true");
}

class Escape : public testing::TestWithParam<const char*> {};

TEST_P(Escape, is_refused) {
    const ScriptOutcome outcome = run(GetParam());
    EXPECT_EQ(outcome.kind, Kind::broken) << json_text(outcome.value, false);
    EXPECT_THAT(outcome.error, HasSubstr("shop.lua:")) << outcome.error;
}

INSTANTIATE_TEST_SUITE_P(
    script, Escape,
    testing::Values("os.exit(1)", "os.time()", "io.open('/etc/passwd')", "require('os')", "package.loadlib('x', 'y')",
                    "load('return 1')()", "loadstring('x')", "dofile('/etc/passwd')", "loadfile('x')()",
                    "debug.getregistry()", "collectgarbage()", "coroutine.wrap(f)()", "print('x')", "_G.x = 1",
                    "getmetatable('').__index.upper = nil", "setmetatable({}, {})", "rawset(string, 'x', 1)",
                    "string.upper = nil", "math.floor = nil", "table.insert = nil", "world.get = nil", "world.x = 1",
                    "('x').y.z = 1", "string.dump(f)", "math.random()", "math.randomseed(1)", "next({})", "pcall(f)",
                    "string.format('%p', {})", "string.format('%s', {})", "string.pack('i', 1)",
                    "table.move({}, 1, 10, 2)", "return f",
                    // what could load code, also as bytecode
                    "load(string.dump(f))()", "load('\\27Lua')", "load(function() return nil end)", "f = load; f('x')",
                    "string.unpack('i', 'xxxx')", "utf8.codes('x')()",
                    // processes, files and the environment
                    "os.execute('id')", "os.getenv('HOME')", "os.rename('a', 'b')", "os.clock()", "io.popen('id')",
                    "io.lines('/etc/passwd')", "io.stdout:write('x')", "package.path = ''", "package.preload.x()",
                    "_G.os.exit()", "_ENV.os.exit()", "local _ENV = {} return os.time()", "warn('@on')",
                    // metatables and finalizers
                    "getmetatable({})", "getmetatable('').__index = nil", "getmetatable('').__gc = f",
                    "debug.getmetatable('').__index = nil", "debug.setmetatable('', {})",
                    "setmetatable({}, { __gc = f })", "setmetatable({}, { __index = function() return f() end })",
                    "local t = { __gc = f, __close = f } local x <close> = t", "debug.sethook()", "debug.getinfo(1)",
                    "debug.getupvalue(f, 1)",
                    // coroutines and protected calls would lose count
                    "coroutine.create(f)", "coroutine.yield()", "xpcall(f, f)",
                    "error(setmetatable({}, { __tostring = f }))", "error({ __tostring = function() return 'x' end })",
                    "error(nil)", "error(f)", "rawget(world, 'get')", "rawset(_ENV, 'x', 1)", "rawequal(1, 1)",
                    "string.format('%d', {})", "string.format('%q', f)", "('x'):dump()"));

class Exhaustion : public testing::TestWithParam<const char*> {};

TEST_P(Exhaustion, ends_with_an_error_and_the_next_call_works) {
    Bench bench(std::string("function f() ") + GetParam() + " end\nfunction g() return 'fine' end");
    ASSERT_TRUE(bench.script);
    const ScriptOutcome outcome = bench.call();
    EXPECT_EQ(outcome.kind, Kind::broken);
    EXPECT_NE(outcome.error, "");
    EXPECT_EQ(bench.call("{}", "g").value, "fine");
}

INSTANTIATE_TEST_SUITE_P(
    script, Exhaustion,
    testing::Values(
        "while true do end", "repeat until false", "for i = 1, 1e18 do end", "return f()",
        "local function g() return g() + 1 end return g()", "local t = {} while true do t[#t + 1] = {} end",
        "local s = 'x' while true do s = s .. s end", "return string.rep('x', 1e9)", "return ('x'):rep(1 << 40)",
        "local t = {} for i = 1, 3e4 do t[i] = i end while true do table.insert(t, 1, 0) end",
        "local s = string.rep('a', 5e5) while true do s:upper() end",
        "return string.find(string.rep('a', 2e4), '.-.-.-.-b')", "return string.rep('a', 3e4):gsub('(a*)*b', '')",
        "local t = {} t.t = t return t", "return string.rep('x', -1 >> 1)",
        "return string.rep('', 1 << 60):rep(1 << 60, 'x')", "while true do local s = string.rep('', 1 << 60) end",
        "return string.find(string.rep('a', 40), string.rep('a?', 40) .. string.rep('a', 40))",
        "return string.find(string.rep('(', 9e5), '%b()')", "return string.find(string.rep('a', 1e4), '(.-)%1b')",
        "return string.find(string.rep('a', 9e5), string.rep('a', 4e5) .. 'b', 1, true)",
        "for w in string.rep('a', 2e4):gmatch('^a*b') do end",
        "local s = string.rep('1', 9e5) while true do tonumber(s) end",
        "local s = string.rep('a', 9e5) while true do utf8.len(s) end",
        "local t = {} for i = 1, 2e5 do t[i] = -i end while true do table.sort(t) end",
        "local t = {} for i = 1, 1e9 do t['k' .. i] = i end", "local t = {} t[1] = t return json(t)",
        "local s = '' for i = 1, 1e9 do s = s .. i end", "return string.format('%s', string.rep('x', 9e5)):rep(99)",
        "return table.concat(array('x', 'y'), string.rep('z', 9e5)):rep(9)",
        "local f = function(g) return g(g) end return f(f)",
        "local function a(n) return n + b(n) end function b(n) return a(n) + 1 end return a(1)",
        "goto top ::top:: goto top", "for i = 1, math.huge do end", "error(string.rep('x', 1e9))",
        "local t = object() t.t = t return t", "return 1 / 0", "return 0 / 0",
        "local t = {} for i = 1, 2e4 do t[i] = i end return table.unpack(t)", "return {[1.5] = 1}",
        "return {[true] = 1}", "table.sort({3, 1, 2, 5, 4, 9, 8}, function() while true do end end)",
        "return ('x'):gsub('x', function() while true do end end)",
        "local s = string.rep('a', 9e5) local t = {} while true do t[#t + 1] = s .. #t end",
        "local function deep(n) return n == 0 and {} or {deep(n - 1)} end return deep(100)"));

TEST(script, patterns_cost_what_they_may_take) {
    Bench bench(
        "function f(args) local s = string.rep('a', 2e3) for i = 1, 1e3 do s:find(args.pattern) end return 'fine' end");
    bench.spec.script_instructions = 20'000;
    bench.script = Script::make(bench.spec);
    EXPECT_THAT(bench.call(R"({"pattern": "a*b"})").error, HasSubstr("more than 20000 steps"));
    bench.spec.script_instructions = 1'000'000;
    bench.script = Script::make(bench.spec);
    EXPECT_EQ(bench.call(R"({"pattern": "^a*b"})").value, "fine");
}

}  // namespace
}  // namespace sosia::world
