#include "world/remote_tools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "net/test_loop.h"
#include "world/doors.h"
#include "world/test_world.h"

namespace sosia::world {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

// A server in few lines of a language that is there anyway; `more` runs before each answer.
std::string python_server(const std::string& more = "") {
    return "import json, sys\n"
           "calls = 0\n"
           "for line in sys.stdin:\n"
           "    m = json.loads(line)\n"
           "    if 'id' not in m: continue\n"
           "    a = {'jsonrpc': '2.0', 'id': m['id']}\n" +
           more +
           "    if m['method'] == 'initialize':\n"
           "        a['result'] = {'protocolVersion': m['params']['protocolVersion'], 'capabilities': {}, "
           "'serverInfo': {}}\n"
           "    elif m['method'] == 'tools/list':\n"
           "        page = m.get('params', {}).get('cursor')\n"
           "        one = lambda n, **k: {'name': n, 'inputSchema': {'type': 'object', 'properties': {'x': {'type': "
           "'number'}}}, **k}\n"
           "        a['result'] = {'tools': [one('reset')]} if page else {'nextCursor': 'more', 'tools': [one('count', "
           "annotations={'readOnlyHint': False}), one('fails')]}\n"
           "    elif m['params']['name'] == 'reset':\n"
           "        calls = 0; a['result'] = {'content': []}\n"
           "    elif m['params']['name'] == 'count':\n"
           "        calls += 1; a['result'] = {'content': [{'type': 'text', 'text': str(calls)}]}\n"
           "    else:\n"
           "        a['result'] = {'isError': True, 'content': [{'type': 'text', 'text': 'no'}]}\n"
           "    print(json.dumps(a), flush=True)\n";
}

class RemoteToolsTest : public testing::Test {
  protected:
    Result<std::shared_ptr<RemoteTools>> connect() {
        return loop_.run(RemoteTools::connect(loop_.executor(), server_, "c1"));
    }
    std::string trouble_of(std::vector<std::string> command) {
        server_.command = std::move(command);
        const auto tools = connect();
        return tools ? "none" : tools.error().message;
    }
    Answer call(RemoteTools& tools, const std::string& name, json::value arguments = json::object{}) {
        return loop_.run(tools.call(name, std::move(arguments)));
    }

    net::test::Loop loop_;
    WorldServer server_{.name = "counter", .command = {"python3", "-c", python_server()}};
};

TEST_F(RemoteToolsTest, of_a_command_are_listed_page_by_page_and_called) {
    server_.reset = "reset";
    server_.shared = true;
    const auto tools = connect();
    ASSERT_TRUE(tools) << tools.error().message;
    ASSERT_EQ((*tools)->tools().size(), 2U);  // the one that resets is not the agent's
    EXPECT_EQ(call(**tools, "count").value, "1");
    EXPECT_TRUE(call(**tools, "count").wrote);
    EXPECT_TRUE(loop_.run((*tools)->reset()));
    EXPECT_EQ(call(**tools, "count", {{"x", 2}}).value, "1");
    EXPECT_EQ(call(**tools, "count", {{"x", "two"}}).kind, Answer::Kind::invalid);
    EXPECT_EQ(call(**tools, "fails").kind, Answer::Kind::refused);
    EXPECT_EQ(call(**tools, "reset").kind, Answer::Kind::unknown);
    loop_.run((*tools)->close());
}

TEST_F(RemoteToolsTest, are_only_those_the_world_takes) {
    server_.tools = {"fails"};
    const auto tools = connect();
    ASSERT_TRUE(tools) << tools.error().message;
    EXPECT_EQ((*tools)->tools().size(), 1U);
    EXPECT_EQ(call(**tools, "count").kind, Answer::Kind::unknown);
    loop_.run((*tools)->close());
}

TEST_F(RemoteToolsTest, whatever_a_server_does_wrong_is_told_in_a_sentence) {
    EXPECT_THAT(trouble_of({"exit 3"}), HasSubstr("the server counter ended with exit code 3"));
    EXPECT_THAT(trouble_of({"echo out of order >&2; exit 1"}), HasSubstr("it wrote: out of order"));
    EXPECT_THAT(trouble_of({"echo hello; cat > /dev/null"}), HasSubstr("something that is no message: hello"));
    EXPECT_THAT(trouble_of({"echo '{\"id\": 1, \"result\": 7}'; cat > /dev/null"}), HasSubstr("with no result"));
    EXPECT_THAT(trouble_of({"echo '{\"id\": 1, \"error\": {\"message\": \"busy\"}}'; cat > /dev/null"}),
                HasSubstr("refuses to begin: busy"));
    EXPECT_THAT(trouble_of({"head -c 9000000 /dev/zero | tr '\\0' a; cat"}), HasSubstr("more than 8388608 bytes"));
    server_.timeout_ms = 30;
    EXPECT_THAT(trouble_of({"cat > /dev/null"}), HasSubstr("did not answer within 0.03 s"));
}

TEST_F(RemoteToolsTest, a_server_that_dies_breaks_the_tool_and_not_the_run) {
    server_.command = {"python3", "-c", python_server("    if m['method'] == 'tools/call': sys.exit(9)\n")};
    const auto tools = connect();
    ASSERT_TRUE(tools) << tools.error().message;
    const Answer answer = call(**tools, "count");
    EXPECT_EQ(answer.kind, Answer::Kind::broken);
    EXPECT_THAT(json::serialize(answer.value), HasSubstr("the server counter"));
    EXPECT_EQ(call(**tools, "count").kind, Answer::Kind::broken);
    loop_.run((*tools)->close());
}

TEST_F(RemoteToolsTest, what_a_server_asks_meanwhile_is_answered_and_passed_over) {
    server_.command = {
        "python3", "-c",
        python_server("    print('{\"jsonrpc\": \"2.0\", \"method\": \"notifications/message\"}', flush=True)\n"
                      "    print('{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"ping\"}', flush=True)\n"
                      "    assert 'result' in json.loads(sys.stdin.readline())\n")};
    const auto tools = connect();
    ASSERT_TRUE(tools) << tools.error().message;
    EXPECT_EQ(call(**tools, "count").value, "1");
    loop_.run((*tools)->close());
}

// Sosia's own door is a server like any other.
TEST_F(RemoteToolsTest, over_http_are_those_of_another_world) {
    WorldSpec spec = test::shop();
    const auto seat = Seat::make(Toolbox::make(spec).value(), {}, 1, "c1").value();
    Doors doors(loop_.executor());
    ASSERT_TRUE(doors.start());
    server_.command.clear();
    const Entrance entrance = doors.open(*seat);
    server_.url = entrance.mcp;
    const auto tools = connect();
    ASSERT_TRUE(tools) << tools.error().message;
    EXPECT_EQ((*tools)->tools().size(), spec.tools.size());
    EXPECT_EQ(json::serialize(call(**tools, "get_order", {{"order_id", "A-2"}}).value),
              R"({"id":"A-2","user":"ben","status":"shipped","total":10})");
    EXPECT_EQ(call(**tools, "get_order", {{"order_id", "A-9"}}).kind, Answer::Kind::refused);
    EXPECT_EQ(call(**tools, "get_order").kind, Answer::Kind::invalid);
    doors.close(entrance.key);
    EXPECT_EQ(call(**tools, "get_order", {{"order_id", "A-2"}}).kind, Answer::Kind::broken);
    doors.stop();
}

TEST_F(RemoteToolsTest, are_served_by_the_seat_with_faults_and_on_record) {
    WorldSpec spec = test::shop();
    spec.faults = {{.kind = WorldFault::Kind::rate_limit, .tools = {"count"}, .call = 2}};
    const std::shared_ptr<Seat> seat = Seat::make(Toolbox::make(spec).value(), {}, 1, "c1").value();
    const auto tools = connect();
    ASSERT_TRUE(tools) << tools.error().message;
    seat->add_remote(*tools);
    EXPECT_EQ(seat->offered().size(), spec.tools.size() + 3);
    EXPECT_EQ(loop_.run(seat->serve("count", json::object{})).value, "1");
    EXPECT_EQ(loop_.run(seat->serve("count", json::object{})).fault, WorldFault::Kind::rate_limit);
    EXPECT_EQ(loop_.run(seat->serve("count", json::object{})).value, "2");
    EXPECT_TRUE(loop_.run(seat->serve("hours", json::object{})).ok());
    const std::vector<ToolCall> calls = seat->take_calls();
    ASSERT_EQ(calls.size(), 4U);
    EXPECT_EQ(calls[1].fault, "rate-limit");
    EXPECT_TRUE(seat->knows("fails"));
    loop_.run((*tools)->close());
    seat->lacks("the server counter is gone");
    EXPECT_EQ(loop_.run(seat->serve("whatever", json::object{})).kind, Answer::Kind::broken);
}

}  // namespace
}  // namespace sosia::world
