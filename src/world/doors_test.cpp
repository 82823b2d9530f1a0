#include "world/doors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "net/http_client.h"
#include "net/test_loop.h"
#include "world/mcp.h"
#include "world/test_world.h"

namespace sosia::world {
namespace {

namespace json = boost::json;
using test::parsed;
using testing::HasSubstr;

class doors : public testing::Test {
  protected:
    doors() {
        EXPECT_TRUE(doors_.start());
        entrance_ = doors_.open(*seat_);
    }
    ~doors() override { doors_.stop(); }

    net::HttpResponse send(const std::string& method, const std::string& url, const std::string& body = "",
                           net::Headers headers = {}) {
        return loop_.run(client_.send({.method = method, .url = url, .headers = std::move(headers), .body = body}))
            .value();
    }
    net::HttpResponse post(const std::string& tool, const std::string& body) {
        return send("POST", entrance_.tools + "/" + tool, body);
    }
    std::string root() const { return "http://127.0.0.1:" + std::to_string(doors_.port()); }

    net::test::Loop loop_;
    net::HttpClient client_{loop_.executor()};
    WorldSpec spec_ = test::shop();
    std::unique_ptr<Seat> seat_ = Seat::make(Toolbox::make(spec_).value(), {}, 1, "c1").value();
    Doors doors_{loop_.executor()};
    Entrance entrance_;
};

TEST_F(doors, call_tools_over_plain_http) {
    const net::HttpResponse answer = post("get_order", R"({"order_id": "A-2"})");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"result":{"id":"A-2","user":"ben","status":"shipped","total":10}})");
    EXPECT_EQ(seat_->take_calls().size(), 1U);
}

TEST_F(doors, say_by_the_status_what_kind_of_error_it_is) {
    EXPECT_EQ(post("get_order", R"({"order_id": "A-9"})").status, 422);
    EXPECT_EQ(post("get_order", R"({"order_id": "A-9"})").body, R"({"error":"no order A-9"})");
    EXPECT_EQ(post("get_order", "{}").status, 400);
    EXPECT_EQ(post("get_order", "{").status, 400);
    EXPECT_EQ(post("nothing", "{}").status, 404);
    EXPECT_EQ(post("explode", "{}").status, 500);
    EXPECT_EQ(send("GET", entrance_.tools + "/get_order").status, 405);
}

TEST_F(doors, list_the_tools) {
    const net::HttpResponse answer = send("GET", entrance_.tools);
    EXPECT_EQ(parsed(answer.body).as_array().size(), spec_.tools.size());
    EXPECT_EQ(parsed(answer.body).at(0).at("function").at("name"), "get_order");
}

TEST_F(doors, take_the_key_from_a_header_too) {
    const std::string url = root() + "/tools/ticket";
    EXPECT_EQ(send("POST", url, "{}", {{"X-Sosia-Conversation", entrance_.key}}).status, 200);
    EXPECT_EQ(send("POST", url, "{}", {{"Authorization", "Bearer " + entrance_.key}}).status, 200);
    EXPECT_EQ(send("POST", url, "{}").status, 404);
}

TEST_F(doors, refuse_calls_outside_any_conversation_and_after_its_end) {
    EXPECT_EQ(send("POST", root() + "/0123456789abcdef0123456789abcdef/tools/ticket", "{}").status, 404);
    EXPECT_EQ(send("GET", root() + "/").status, 404);
    EXPECT_EQ(send("GET", root() + "/" + entrance_.key + "/secrets").status, 404);
    doors_.close(entrance_.key);
    EXPECT_EQ(post("ticket", "{}").status, 410);
    EXPECT_TRUE(seat_->take_calls().empty());
}

TEST_F(doors, keep_conversations_apart) {
    const auto other = Seat::make(Toolbox::make(spec_).value(), {}, 1, "c2").value();
    const Entrance second = doors_.open(*other);
    post("cancel", R"({"order_id": "A-1"})");
    EXPECT_EQ(send("POST", second.tools + "/get_order", R"({"order_id": "A-1"})").status, 200);
    EXPECT_EQ(post("get_order", R"({"order_id": "A-1"})").status, 422);
    doors_.close(second.key);
}

class mcp : public testing::Test {
  protected:
    net::ServerResponse send(const std::string& body, net::Headers headers = {}) {
        net::ServerRequest request{
            .method = "POST", .path = "/k/mcp", .query = "", .headers = std::move(headers), .body = body};
        request.headers.add("Content-Type", "application/json");
        return loop_.run(serve_mcp(*seat_, request));
    }
    json::value result(const std::string& method, const std::string& params = "{}") {
        const net::ServerResponse answer =
            send(R"({"jsonrpc": "2.0", "id": 7, "method": ")" + method + R"(", "params": )" + params + "}");
        EXPECT_EQ(answer.status, 200);
        const json::value body = parsed(answer.body);
        EXPECT_EQ(body.at("id"), 7);
        return body.as_object().contains("result") ? body.at("result") : body.at("error");
    }

    net::test::Loop loop_;
    WorldSpec spec_ = test::shop();
    std::unique_ptr<Seat> seat_ = Seat::make(Toolbox::make(spec_).value(), {}, 1, "c1").value();
};

TEST_F(mcp, shakes_hands_with_older_clients) {
    EXPECT_EQ(result("initialize", R"({"protocolVersion": "2025-06-18"})").at("protocolVersion"), "2025-06-18");
    EXPECT_EQ(result("initialize", R"({"protocolVersion": "1999-01-01"})").at("protocolVersion"), "2025-11-25");
    EXPECT_EQ(send(R"({"jsonrpc": "2.0", "method": "notifications/initialized"})").status, 202);
    EXPECT_EQ(result("ping"), json::object{});
}

TEST_F(mcp, lists_and_calls_tools) {
    EXPECT_EQ(result("tools/list").at("tools").at(0).at("inputSchema").at("type"), "object");
    const json::value answer = result("tools/call", R"({"name": "get_order", "arguments": {"order_id": "A-2"}})");
    EXPECT_EQ(answer.at("isError"), false);
    EXPECT_EQ(answer.at("content").at(0).at("text"), R"({"id":"A-2","user":"ben","status":"shipped","total":10})");
    EXPECT_EQ(answer.at("structuredContent").at("id"), "A-2");
    EXPECT_EQ(result("tools/call", R"({"name": "get_order", "arguments": {}})").at("isError"), true);
    EXPECT_EQ(result("tools/call", R"({"name": "get_order", "arguments": 3})").at("isError"), true);
    EXPECT_EQ(result("tools/call", R"({"name": "nothing"})").at("code"), -32602);
    EXPECT_EQ(result("prompts/list").at("code"), -32601);
}

std::string modern(const std::string& method, const std::string& more, const std::string& version = "2026-07-28") {
    return R"({"jsonrpc": "2.0", "id": "a", "method": ")" + method +
           R"(", "params": {"_meta": {"io.modelcontextprotocol/protocolVersion": ")" + version + R"("})" + more + "}}";
}

TEST_F(mcp, speaks_the_stateless_revision) {
    const net::ServerResponse found = send(modern("server/discover", ""),
                                           {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "server/discover"}});
    EXPECT_EQ(found.status, 200);
    EXPECT_EQ(parsed(found.body).at("result").at("supportedVersions").at(0), "2026-07-28");
    const net::Headers headers{
        {"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tools/call"}, {"Mcp-Name", "ticket"}};
    const net::ServerResponse called = send(modern("tools/call", R"(, "name": "ticket")"), headers);
    EXPECT_EQ(parsed(called.body).at("result").at("resultType"), "complete");
    EXPECT_EQ(send(modern("nothing", ""), {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "nothing"}}).status,
              404);
}

TEST_F(mcp, refuses_headers_that_say_something_else_than_the_body) {
    const auto code = [this](net::Headers headers, const std::string& version = "2026-07-28") {
        const net::ServerResponse answer =
            send(modern("tools/call", R"(, "name": "ticket")", version), std::move(headers));
        EXPECT_EQ(answer.status, 400);
        return parsed(answer.body).at("error").at("code").as_int64();
    };
    EXPECT_EQ(code({}), -32020);
    EXPECT_EQ(code({{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tools/list"}}), -32020);
    EXPECT_EQ(code({{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tools/call"}, {"Mcp-Name", "cancel"}}),
              -32020);
    EXPECT_EQ(code({}, "2030-01-01"), -32022);
    EXPECT_EQ(send(R"({"jsonrpc": "2.0", "id": 1, "method": "ping"})", {{"MCP-Protocol-Version", "1900-01-01"}}).status,
              400);
    EXPECT_TRUE(seat_->take_calls().empty());
}

TEST_F(mcp, refuses_what_is_no_message) {
    EXPECT_EQ(send("{").status, 400);
    EXPECT_EQ(send("[]").status, 400);
    EXPECT_EQ(send(R"({"id": 1, "method": "ping"})").status, 400);
    EXPECT_EQ(send(R"({"jsonrpc": "2.0", "id": {}, "method": "ping"})").status, 400);
    EXPECT_EQ(send(R"({"jsonrpc": "2.0", "id": 1})").status, 400);
    EXPECT_EQ(send("{}", {{"Origin", "https://evil.example"}}).status, 403);
    EXPECT_EQ(send("{}", {{"Origin", "http://localhost.evil.example"}}).status, 403);
    EXPECT_NE(send("{}", {{"Origin", "http://localhost:3000"}}).status, 403);
    net::ServerRequest get{.method = "GET", .path = "/k/mcp", .query = "", .headers = {}, .body = ""};
    EXPECT_EQ(loop_.run(serve_mcp(*seat_, get)).status, 405);
}

// Bytes changed at random: whatever comes, the server answers with a status of its own and stays what it was.
TEST_F(mcp, survives_broken_messages) {
    const std::string good = modern("tools/call", R"(, "name": "get_order", "arguments": {"order_id": "A-1"})");
    Random random(1, "mcp");
    for (int i = 0; i < 3000; ++i) {
        std::string bytes = good;
        for (std::size_t changes = random.below(6) + 1; changes > 0; --changes) {
            bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
        }
        bytes.resize(random.below(4) == 0 ? random.below(bytes.size()) : bytes.size());
        const int status = send(bytes).status;
        ASSERT_TRUE(status == 200 || status == 202 || status == 400 || status == 404) << status << bytes;
    }
    EXPECT_FALSE(seat_->state().documents.changed());
}

}  // namespace
}  // namespace sosia::world
