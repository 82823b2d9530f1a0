#include "analysis/transcripts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/redact.h"

namespace sosia::analysis {
namespace {

using testing::HasSubstr;

Imported read(std::string_view text, TranscriptFormat format = TranscriptFormat::automatic) {
    const Result<Imported> out = read_transcripts(text, format);
    EXPECT_TRUE(out) << (out ? "" : out.error().message);
    return out ? *out : Imported{};
}

std::string flat(const ImportedConversation& c) {
    std::string out;
    for (const Turn& turn : c.turns) {
        out += (turn.role == Role::user ? "u:" : "a:") + turn.text;
        for (const ToolCall& tool : turn.tools) {
            out += "(" + tool.name + ")";
        }
        out += "|";
    }
    return out;
}

TEST(Transcripts, openai_logs_with_the_answer_apart) {
    const Imported in = read(
        R"({"conversation_id":"x","intent":"refund","request":{"messages":[{"role":"system","content":"be nice"},{"role":"user","content":"hi"}]},)"
        R"("response":{"choices":[{"message":{"role":"assistant","content":null,"tool_calls":[{"function":{"name":"look_up","arguments":"{}"}}]}}]}})"
        "\n");
    ASSERT_EQ(in.conversations.size(), 1U);
    EXPECT_EQ(in.conversations[0].id, "x");
    EXPECT_EQ(in.conversations[0].label, "refund");
    EXPECT_EQ(flat(in.conversations[0]), "u:hi|a:(look_up)|");
}

TEST(Transcripts, anthropic_logs_with_content_in_parts) {
    const Imported in = read(
        R"([{"id":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"text","text":"wait"},{"type":"tool_use","name":"find","input":{}}]},)"
        R"({"role":"user","content":[{"type":"tool_result","content":"secret"}]}],"response":{"content":[{"type":"text","text":"done"}]}}])");
    ASSERT_EQ(in.conversations.size(), 1U);
    EXPECT_EQ(flat(in.conversations[0]), "u:hi|a:wait\ndone(find)|");
}

TEST(Transcripts, the_longest_entry_of_a_conversation_counts) {
    const Imported in = read(R"({"id":"1","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}
{"id":"1","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"},{"role":"assistant","content":"d"}]}

{"id":"2","messages":[{"role":"user","content":"alone"}]}
)");
    ASSERT_EQ(in.conversations.size(), 1U);
    EXPECT_EQ(in.conversations[0].turns.size(), 4U);
    EXPECT_EQ(in.skipped, 1U);
}

TEST(Transcripts, csv_with_quotes_and_line_breaks) {
    const Imported in = read(
        "conversation,role,text,intent\r\n7,customer,\"hello, "
        "\"\"you\"\"\nthere\",billing\r\n7,agent,hi,\r\n8,user,alone,x\r\n");
    ASSERT_EQ(in.conversations.size(), 1U);
    EXPECT_EQ(flat(in.conversations[0]), "u:hello, \"you\"\nthere|a:hi|");
    EXPECT_EQ(in.conversations[0].label, "billing");
    EXPECT_FALSE(read_transcripts("a,b\n1,2\n", TranscriptFormat::automatic));
}

TEST(Transcripts, spans_of_both_conventions) {
    const Imported in = read(R"({"resourceSpans":[{"scopeSpans":[{"spans":[
      {"traceId":"t1","attributes":[{"key":"gen_ai.conversation.id","value":{"stringValue":"g"}},
        {"key":"gen_ai.input.messages","value":{"stringValue":"[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"hi\"}]}]"}},
        {"key":"gen_ai.output.messages","value":{"stringValue":"[{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool_call\",\"name\":\"find\"},{\"type\":\"text\",\"content\":\"yes\"}]}]"}}]},
      {"traceId":"t2","attributes":[{"key":"llm.input_messages.0.message.role","value":{"stringValue":"user"}},
        {"key":"llm.input_messages.0.message.content","value":{"stringValue":"hey"}},
        {"key":"llm.output_messages.0.message.role","value":{"stringValue":"assistant"}},
        {"key":"llm.output_messages.0.message.content","value":{"stringValue":"ho"}}]},
      {"traceId":"t3","name":"db query"}]}]}]})");
    ASSERT_EQ(in.conversations.size(), 2U);
    EXPECT_EQ(in.conversations[0].id, "g");
    EXPECT_EQ(flat(in.conversations[0]), "u:hi|a:yes(find)|");
    EXPECT_EQ(in.conversations[1].id, "t2");
    EXPECT_EQ(flat(in.conversations[1]), "u:hey|a:ho|");
}

TEST(Transcripts, structured_attributes_parts_and_lines_of_a_collector) {
    const std::string message =
        R"({"kvlistValue":{"values":[{"key":"role","value":{"stringValue":"user"}},{"key":"parts","value":{"arrayValue":{"values":[{"kvlistValue":{"values":[{"key":"type","value":{"stringValue":"text"}},{"key":"content","value":{"stringValue":"hello"}}]}}]}}}]}})";
    const std::string line =
        R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"t1","attributes":[{"key":"intent","value":{"stringValue":"refund"}},{"key":"gen_ai.input.messages","value":{"arrayValue":{"values":[)" +
        message +
        R"(]}}},{"key":"gen_ai.output.messages","value":{"stringValue":"[{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":\"hi\"},{\"type\":\"tool_call\",\"name\":\"find\"}]}]"}}]}]}]}]})";
    const Result<Imported> read = read_transcripts(line + "\n" + line, TranscriptFormat::automatic);
    ASSERT_TRUE(read) << (read ? "" : read.error().message);
    ASSERT_EQ(read->conversations.size(), 1U);
    EXPECT_EQ(read->conversations[0].label, "refund");
    ASSERT_EQ(read->conversations[0].turns.size(), 2U);
    EXPECT_EQ(read->conversations[0].turns[0].text, "hello");
    ASSERT_EQ(read->conversations[0].turns[1].tools.size(), 1U);
    EXPECT_EQ(read->conversations[0].turns[1].tools[0].name, "find");
}

std::string openinference_span(const std::string& kind, const std::string& start, const std::string& in,
                               const std::string& out) {
    const auto attribute = [](const std::string& key, const std::string& value) {
        return R"({"key":")" + key + R"(","value":{"stringValue":")" + value + R"("}})";
    };
    return R"({"traceId":"t)" + start + R"(","startTimeUnixNano":")" + start + R"(","attributes":[)" +
           attribute("openinference.span.kind", kind) + "," + attribute("session.id", "s1") + "," +
           attribute("input.value", in) + "," + attribute("output.value", out) + "]}";
}

TEST(Transcripts, spans_of_one_exchange_each_are_put_together_in_time) {
    const std::string spans = openinference_span("AGENT", "200", "second", "b") + "," +
                              openinference_span("AGENT", "100", "first", "a") + "," +
                              openinference_span("CHAIN", "101", "first", "a");
    const Result<Imported> read =
        read_transcripts(R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + spans + "]}]}]}", TranscriptFormat::otlp);
    ASSERT_TRUE(read);
    ASSERT_EQ(read->conversations.size(), 1U);
    std::vector<std::string> texts;
    for (const Turn& turn : read->conversations[0].turns) {
        texts.push_back(turn.text);
    }
    EXPECT_EQ(texts, (std::vector<std::string>{"first", "a", "second", "b"}));
}

TEST(Transcripts, openinference_contents_and_tool_calls_and_log_records) {
    const std::string attributes =
        R"([{"key":"session.id","value":{"stringValue":"s"}},{"key":"llm.input_messages.0.message.role","value":{"stringValue":"user"}},)"
        R"({"key":"llm.input_messages.0.message.contents.0.message_content.type","value":{"stringValue":"text"}},)"
        R"({"key":"llm.input_messages.0.message.contents.0.message_content.text","value":{"stringValue":"where is it"}},)"
        R"({"key":"llm.output_messages.0.message.role","value":{"stringValue":"assistant"}},)"
        R"({"key":"llm.output_messages.0.message.content","value":{"stringValue":"on its way"}},)"
        R"({"key":"llm.output_messages.0.message.tool_calls.0.tool_call.function.name","value":{"stringValue":"track"}}])";
    const Result<Imported> read = read_transcripts(
        R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"5","attributes":)" + attributes + "}]}]}]}",
        TranscriptFormat::automatic);
    ASSERT_TRUE(read);
    ASSERT_EQ(read->conversations.size(), 1U);
    EXPECT_EQ(read->conversations[0].turns.at(0).text, "where is it");
    EXPECT_EQ(read->conversations[0].turns.at(1).text, "on its way");
    EXPECT_EQ(read->conversations[0].turns.at(1).tools.at(0).name, "track");
}

TEST(Transcripts, damage_is_named_by_its_line) {
    const Result<Imported> broken = read_transcripts("{\"id\":1}\n{oops\n", TranscriptFormat::json);
    ASSERT_FALSE(broken);
    EXPECT_THAT(broken.error().message, HasSubstr("line 2"));
    EXPECT_FALSE(read_transcripts("{\"resourceSpans\":", TranscriptFormat::otlp));
    for (const char* odd : {"[1,null,\"x\"]", "[{\"messages\":3}]", "[{\"messages\":[{\"role\":5,\"content\":{}}]}]"}) {
        EXPECT_EQ(read(odd).conversations.size(), 0U) << odd;
    }
}

TEST(Redactor, takes_out_what_is_personal_and_leaves_what_is_business) {
    Redactor redact;
    EXPECT_EQ(redact("mail jane.doe+x@mail.example.co.uk now"), "mail [email] now");
    EXPECT_EQ(redact("card 4111 1111 1111 1111, thanks"), "card [card], thanks");
    EXPECT_EQ(redact("4111 1111 1111 1112 is no card"), "4111 1111 1111 1112 is no card");
    EXPECT_EQ(redact("call +49 151 23456789 or (555) 123-4567"), "call [phone] or [phone]");
    EXPECT_EQ(redact("DE89 3704 0044 0532 0130 00"), "[iban]");
    EXPECT_EQ(redact("from 192.168.10.4"), "from [ip]");
    EXPECT_EQ(redact("key sk-abcdefghijklmnop1234"), "key [key]");
    const std::string business = "order A-10023 of 2026-03-14 for $49.00, 3-5 business days, ticket 4711";
    EXPECT_EQ(redact(business), business);
    EXPECT_EQ(redact.counts().at("phone"), 2U);
    EXPECT_EQ(redact(""), "");
}

}  // namespace
}  // namespace sosia::analysis
