// Streams as they come over the wire: in any pieces, cut at any byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <functional>

#include "llm/answer_stream.h"
#include "llm/mock/mock_exchange.h"
#include "llm/providers/anthropic.h"
#include "llm/providers/gemini.h"
#include "llm/providers/openai_chat.h"
#include "llm/providers/openai_responses.h"

namespace sosia::llm {
namespace {

namespace json = boost::json;

struct Kind {
    std::string name;
    std::unique_ptr<Wire> wire;
    const mock::MockProtocol& protocol;
};

std::vector<Kind> kinds() {
    std::vector<Kind> out;
    out.push_back({"chat", make_openai_chat_wire({}, {}), mock::openai_chat_protocol()});
    out.push_back({"responses", make_openai_responses_wire({}), mock::openai_responses_protocol()});
    out.push_back({"anthropic", make_anthropic_wire({}), mock::anthropic_protocol()});
    out.push_back({"gemini", make_gemini_wire({}), mock::gemini_protocol()});
    return out;
}

mock::MockReply words() {
    return {.id = "1", .text = "Guten Tag, Zoë! \"Yes\"\nand 😀.", .usage = {12, 4, 7}};
}

mock::MockReply calls() {
    return {.id = "1",
            .text = "",
            .calls = {{"call_1", "look_up", {{"id", "A-1"}, {"deep", json::object{{"x", 1}}}}}, {"call_2", "stop", {}}},
            .usage = {12, 0, 7},
            .finish = Finish::tool_calls};
}

std::string bytes_of(const Kind& kind, const mock::MockReply& reply) {
    std::string out;
    for (const std::string& event : kind.protocol.events({.model = "m", .stream = true}, reply)) {
        out += event;
    }
    return out;
}

ChatResult fed(const Wire& wire, std::string_view bytes, std::size_t step, bool ended_well) {
    AnswerStream stream(wire, 1 << 20);
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        stream.feed(bytes.substr(at, step));
    }
    return stream.finish(ended_well);
}

// Ids are the provider's own; the rest must be what was meant.
void expect_same(const ChatAnswer& answer, const mock::MockReply& reply, const std::string& which) {
    EXPECT_EQ(answer.text, reply.text) << which;
    EXPECT_EQ(answer.finish, reply.finish) << which;
    ASSERT_EQ(answer.calls.size(), reply.calls.size()) << which;
    for (std::size_t i = 0; i < reply.calls.size(); ++i) {
        EXPECT_EQ(answer.calls[i].name, reply.calls[i].name) << which;
        EXPECT_EQ(answer.calls[i].arguments, reply.calls[i].arguments) << which;
    }
}

TEST(streams, are_read_in_any_pieces) {
    for (const Kind& kind : kinds()) {
        for (const mock::MockReply& reply : {words(), calls()}) {
            const std::string bytes = bytes_of(kind, reply);
            for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{7}, bytes.size()}) {
                const ChatResult answer = fed(*kind.wire, bytes, step, true);
                ASSERT_TRUE(answer) << kind.name << ": " << answer.error().message;
                expect_same(*answer, reply, kind.name);
                EXPECT_EQ(answer->model, "m") << kind.name;
                EXPECT_EQ(answer->usage, reply.usage) << kind.name;
            }
        }
    }
}

TEST(streams, cut_at_any_byte_are_whole_or_a_failure_but_never_half) {
    for (const Kind& kind : kinds()) {
        for (const mock::MockReply& reply : {words(), calls()}) {
            const std::string bytes = bytes_of(kind, reply);
            int failures = 0;
            for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
                for (const bool ended_well : {false, true}) {
                    const ChatResult answer =
                        fed(*kind.wire, std::string_view(bytes).substr(0, cut), bytes.size(), ended_well);
                    if (answer) {
                        expect_same(*answer, reply, kind.name + " cut at " + std::to_string(cut));
                    } else {
                        EXPECT_EQ(answer.error().kind, FailureKind::malformed) << kind.name;
                        ++failures;
                    }
                }
            }
            EXPECT_GT(failures, static_cast<int>(bytes.size())) << kind.name;
        }
    }
}

TEST(streams, a_server_may_answer_in_one_piece_although_asked_to_stream) {
    for (const Kind& kind : kinds()) {
        const std::string whole = kind.protocol.whole({.model = "m"}, words());
        const ChatResult answer = fed(*kind.wire, "\n " + whole, 5, true);
        ASSERT_TRUE(answer) << kind.name << ": " << answer.error().message;
        expect_same(*answer, words(), kind.name);
        EXPECT_FALSE(fed(*kind.wire, whole, 5, false)) << kind.name;
    }
}

TEST(streams, the_first_piece_of_the_answer_marks_its_beginning) {
    for (const Kind& kind : kinds()) {
        const auto events = kind.protocol.events({.model = "m", .stream = true}, words());
        AnswerStream stream(*kind.wire, 1 << 20);
        EXPECT_FALSE(stream.begun());
        for (const std::string& event : events) {
            stream.feed(event);
        }
        EXPECT_TRUE(stream.begun()) << kind.name;
    }
}

ChatResult chat(std::string_view bytes) {
    return fed(*make_openai_chat_wire({}, {}), bytes, bytes.size(), true);
}

TEST(streams, what_compatible_servers_omit_is_no_failure) {
    // No usage, no [DONE], no id, index or type, a role of its own, reasoning beside the text, comments.
    const ChatResult answer = chat(
        ": waiting\n\ndata: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n"
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n"
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}]},"
        "\"finish_reason\":\"stop\"}]}\n\n");
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->text, "Hi");
    ASSERT_EQ(answer->calls.size(), 1U);
    EXPECT_EQ(answer->calls[0].id, "call_0");
    EXPECT_EQ(answer->finish, Finish::tool_calls);
    EXPECT_EQ(answer->usage, Usage{});
}

TEST(streams, an_event_that_never_ends_is_a_failure) {
    const auto wire = make_openai_chat_wire({}, {});
    AnswerStream stream(*wire, 1000);
    EXPECT_TRUE(stream.feed("data: {"));
    EXPECT_FALSE(stream.feed(std::string(2000, 'x')));
    EXPECT_FALSE(stream.finish(true));
}

TEST(streams, too_many_calls_are_a_failure) {
    const ChatResult answer = chat(
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":100000000,\"function\":{\"name\":\"f\"}}]}}]}\n\n");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, FailureKind::malformed);
}

TEST(streams, thoughts_of_anthropic_go_back_with_the_call) {
    const auto wire = make_anthropic_wire({.model = "claude"});
    const std::string stream =
        "data: {\"type\":\"message_start\",\"message\":{\"model\":\"c\",\"usage\":{\"input_tokens\":5}}}\n\n"
        "data: "
        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\","
        "\"signature\":\"\"}}\n\n"
        "data: "
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}\n\n"
        "data: "
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"S\"}}"
        "\n\n"
        "data: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t1\","
        "\"name\":\"f\",\"input\":{}}}\n\n"
        "data: "
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":3}}\n\n"
        "data: {\"type\":\"message_stop\"}\n\n";
    const ChatResult answer = fed(*wire, stream, 3, true);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->text, "");
    ASSERT_EQ(answer->calls.size(), 1U);
    const net::HttpRequest next = wire->request(
        {.messages = {
             {Role::user, "x", {}, {}}, {Role::assistant, "", answer->calls, {}}, {Role::tool, "y", {}, "t1"}}});
    EXPECT_THAT(next.body,
                testing::HasSubstr(R"([{"type":"thinking","thinking":"hm","signature":"S"},{"type":"tool_use")"));
}

}  // namespace
}  // namespace sosia::llm
