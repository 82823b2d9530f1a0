// What is sent to each provider.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "llm/json_read.h"
#include "llm/provider_error.h"
#include "llm/providers/anthropic.h"
#include "llm/providers/gemini.h"
#include "llm/providers/openai_chat.h"
#include "llm/providers/openai_responses.h"
#include "llm/providers/provider.h"

namespace sosia::llm {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

json::object object(std::string_view text) {
    return json::parse({text.data(), text.size()}).as_object();
}

ChatRequest everything() {
    ChatRequest out;
    out.messages = {{Role::system, "Be kind.", {}, {}},
                    {Role::user, "Hi", {}, {}},
                    {Role::assistant, "", {{"c1", "f", {{"a", 1}}, "sig"}, {"c2", "g", {}}}, {}},
                    {Role::tool, "{\"r\":2}", {}, "c1"},
                    {Role::tool, "plain", {}, "c2"},
                    {Role::user, "And?", {}, {}}};
    out.tools = {{"f", "does", object(R"({"type":"object","properties":{"a":{"type":"integer"}}})")}};
    out.shape = JsonShape{"verdict", object(R"({"type":"object","properties":{"v":{"type":"string"}},)"
                                            R"("required":["v"],"additionalProperties":false})")};
    out.sampling = {.temperature = 0.5, .top_p = 0.9, .seed = 7, .max_tokens = 99};
    return out;
}

json::object body(const Wire& wire, const ChatRequest& request) {
    return object(wire.request(request).body);
}

std::string at(const json::object& body, std::string_view pointer) {
    boost::system::error_code error;
    const json::value whole(body);
    const json::value* found = whole.find_pointer({pointer.data(), pointer.size()}, error);
    return found == nullptr ? "-" : json::serialize(*found);
}

TEST(openai_chat_request, holds_everything_in_its_place) {
    const auto own = make_openai_chat_wire({.url = "u", .model = "m"}, {.own = true});
    const json::object sent = body(*own, everything());
    EXPECT_EQ(at(sent, "/model"), "\"m\"");
    EXPECT_EQ(at(sent, "/messages/0"), R"({"role":"system","content":"Be kind."})");
    EXPECT_EQ(at(sent, "/messages/2/content"), "null");
    EXPECT_EQ(at(sent, "/messages/2/tool_calls/0"),
              R"({"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}})");
    EXPECT_EQ(at(sent, "/messages/3"), R"({"role":"tool","content":"{\"r\":2}","tool_call_id":"c1"})");
    EXPECT_EQ(at(sent, "/response_format/json_schema/strict"), "true");
    EXPECT_EQ(at(sent, "/max_completion_tokens"), "99");
    EXPECT_EQ(at(sent, "/seed"), "7");
    EXPECT_EQ(at(sent, "/stream"), "-");
    const auto other = make_openai_chat_wire({.model = "m"}, {.own = false});
    EXPECT_EQ(at(body(*other, everything()), "/max_tokens"), "99");
}

TEST(openai_chat_request, leaves_out_what_the_server_refused_once) {
    const auto wire = make_openai_chat_wire({.model = "m"}, {.own = true});
    EXPECT_TRUE(wire->give_in("temperature", "Unsupported value: 'temperature' does not support 0.5 with this model."));
    EXPECT_FALSE(wire->give_in("temperature", "Unsupported value: 'temperature'"));
    EXPECT_FALSE(wire->give_in("messages", "something else"));
    EXPECT_EQ(at(body(*wire, everything()), "/temperature"), "-");
    EXPECT_EQ(at(body(*wire, everything()), "/top_p"), "9E-1");
    EXPECT_TRUE(wire->give_in("", "unknown field max_completion_tokens"));
    EXPECT_EQ(at(body(*wire, everything()), "/max_tokens"), "99");
}

TEST(openai_chat_request, the_users_own_parameters_win) {
    const auto wire = make_openai_chat_wire(
        {.model = "m", .parameters = object(R"({"seed":1,"reasoning_effort":"low"})")}, {.own = true});
    const json::object sent = body(*wire, everything());
    EXPECT_EQ(at(sent, "/seed"), "1");
    EXPECT_EQ(at(sent, "/reasoning_effort"), "\"low\"");
}

TEST(strict_mode, is_asked_for_only_where_the_schema_fits_it) {
    EXPECT_TRUE(fits_strict_mode(everything().shape->schema));
    EXPECT_FALSE(
        fits_strict_mode(object(R"({"type":"object","properties":{"v":{"type":"string"}},"required":["v"]})")));
    EXPECT_FALSE(fits_strict_mode(
        object(R"({"type":"object","properties":{"v":{"type":"string"}},"additionalProperties":false})")));
    EXPECT_FALSE(fits_strict_mode(object(
        R"({"type":"object","properties":{"v":{"type":"array","items":{"type":"object"}}},"required":["v"],"additionalProperties":false})")));
}

TEST(openai_responses_request, holds_everything_in_its_place) {
    const json::object sent = body(*make_openai_responses_wire({.model = "m"}), everything());
    EXPECT_EQ(at(sent, "/store"), "false");
    EXPECT_EQ(at(sent, "/input/0"), R"({"role":"system","content":"Be kind."})");
    EXPECT_EQ(at(sent, "/input/2"), R"({"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\":1}"})");
    EXPECT_EQ(at(sent, "/input/4"), R"({"type":"function_call_output","call_id":"c1","output":"{\"r\":2}"})");
    EXPECT_EQ(at(sent, "/text/format/type"), "\"json_schema\"");
    EXPECT_EQ(at(sent, "/max_output_tokens"), "99");
    EXPECT_EQ(at(sent, "/tools/0/name"), "\"f\"");
    EXPECT_EQ(at(sent, "/seed"), "-");
}

TEST(anthropic_request, puts_the_system_apart_and_all_results_into_one_message) {
    const json::object sent = body(*make_anthropic_wire({.model = "m"}), everything());
    EXPECT_EQ(at(sent, "/system"), "\"Be kind.\"");
    EXPECT_EQ(at(sent, "/messages/0"), R"({"role":"user","content":[{"type":"text","text":"Hi"}]})");
    EXPECT_EQ(at(sent, "/messages/1/content/0/type"), "\"tool_use\"");
    EXPECT_EQ(at(sent, "/messages/2/content/0"), R"({"type":"tool_result","tool_use_id":"c1","content":"{\"r\":2}"})");
    EXPECT_EQ(at(sent, "/messages/2/content/1/tool_use_id"), "\"c2\"");
    EXPECT_EQ(at(sent, "/messages/2/content/2/text"), "\"And?\"");
    EXPECT_EQ(at(sent, "/messages/3"), "-");
    EXPECT_EQ(at(sent, "/output_config/format/type"), "\"json_schema\"");
    EXPECT_EQ(at(sent, "/tools/0/input_schema/type"), "\"object\"");
    EXPECT_EQ(at(sent, "/seed"), "-");
}

TEST(anthropic_request, a_conversation_never_begins_with_the_assistant) {
    const json::object sent = body(*make_anthropic_wire({.model = "m"}),
                                   {.messages = {{Role::assistant, "Hello!", {}, {}}, {Role::user, "Hi", {}, {}}}});
    EXPECT_EQ(at(sent, "/messages/0/role"), "\"user\"");
    EXPECT_EQ(at(sent, "/messages/1/role"), "\"assistant\"");
}

TEST(gemini_request, names_functions_in_results_and_gives_signatures_back) {
    const auto wire = make_gemini_wire({.url = "https://g/v1beta/models/m", .model = "m"});
    const json::object sent = body(*wire, everything());
    EXPECT_EQ(wire->request(everything()).url, "https://g/v1beta/models/m:generateContent");
    EXPECT_EQ(at(sent, "/systemInstruction/parts/0/text"), "\"Be kind.\"");
    EXPECT_EQ(at(sent, "/contents/1/role"), "\"model\"");
    EXPECT_EQ(at(sent, "/contents/1/parts/0"),
              R"({"functionCall":{"name":"f","args":{"a":1}},"thoughtSignature":"sig"})");
    EXPECT_EQ(at(sent, "/contents/2/parts/0"), R"({"functionResponse":{"name":"f","response":{"r":2}}})");
    EXPECT_EQ(at(sent, "/contents/2/parts/1"), R"({"functionResponse":{"name":"g","response":{"output":"plain"}}})");
    EXPECT_EQ(at(sent, "/generationConfig/responseMimeType"), "\"application/json\"");
    EXPECT_EQ(at(sent, "/generationConfig/seed"), "7");
    EXPECT_EQ(at(sent, "/tools/0/functionDeclarations/0/name"), "\"f\"");
    ChatRequest streamed = everything();
    streamed.stream = true;
    EXPECT_THAT(wire->request(streamed).url, HasSubstr(":streamGenerateContent?alt=sse"));
}

TEST(azure_endpoint, is_the_new_one_without_a_version_and_the_old_one_with_it) {
    EXPECT_EQ(azure_endpoint({"https://x.azure.com", "d", "k", ""}).url,
              "https://x.azure.com/openai/v1/chat/completions");
    EXPECT_EQ(azure_endpoint({"https://x.azure.com/openai/v1", "d", "k", ""}).url,
              "https://x.azure.com/openai/v1/chat/completions");
    EXPECT_EQ(azure_endpoint({"https://x.azure.com", "d", "k", "2024-10-21"}).url,
              "https://x.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21");
    EXPECT_EQ(azure_endpoint({"https://x.azure.com", "d", "k", ""}).headers.find("api-key"), "k");
}

struct Refusal {
    int status;
    const char* body;
    FailureKind kind;
};

// Bodies as the providers send them.
TEST(failure_kinds, follow_the_words_before_the_status) {
    const std::vector<Refusal> table{
        {401,
         R"({"error":{"message":"Incorrect API key provided","type":"invalid_request_error","code":"invalid_api_key"}})",
         FailureKind::authentication},
        {429,
         R"({"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","code":"insufficient_quota"}})",
         FailureKind::quota},
        {429,
         R"({"error":{"message":"Rate limit reached for gpt-4o in organization on tokens per min TPM","type":"tokens","code":"rate_limit_exceeded"}})",
         FailureKind::rate_limited},
        {400,
         R"({"error":{"message":"This model's maximum context length is 8192 tokens.","type":"invalid_request_error","code":"context_length_exceeded"}})",
         FailureKind::context_length},
        {400,
         R"({"error":{"message":"filtered","code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}})",
         FailureKind::content_filter},
        {400,
         R"({"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 200534 tokens > 200000 maximum"}})",
         FailureKind::context_length},
        {400,
         R"({"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}})",
         FailureKind::quota},
        {529, R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})",
         FailureKind::overloaded},
        {413, R"({"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}})",
         FailureKind::context_length},
        {400,
         R"({"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}})",
         FailureKind::authentication},
        {400,
         R"({"error":{"code":400,"message":"The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}})",
         FailureKind::context_length},
        {429,
         R"({"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED"}})",
         FailureKind::rate_limited},
        {503,
         R"({"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}})",
         FailureKind::overloaded},
        {429,
         R"({"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"3s"}]}})",
         FailureKind::rate_limited},
        {429,
         R"({"error":{"message":"Rate limit reached. You can increase it by adding a payment method at account/billing.","type":"requests","code":"rate_limit_exceeded"}})",
         FailureKind::rate_limited},
        {402, R"({"error":{"message":"Insufficient credits","code":402}})", FailureKind::quota},
        {404, R"({"error":"model 'qwen9' not found"})", FailureKind::bad_request},
        {400,
         R"({"object":"error","message":"This model's maximum context length is 4096 tokens","type":"BadRequestError","code":400})",
         FailureKind::context_length},
        {422, R"({"detail":"no such field"})", FailureKind::bad_request},
        {502, "<html>Bad gateway</html>", FailureKind::unreachable},
        {504, "", FailureKind::timeout},
        {403, R"({"error":{"message":"This key may not use the context window beta","type":"permission_error"}})",
         FailureKind::authentication},
    };
    for (const Refusal& row : table) {
        const Failure failure = failure_of(net::HttpResponse{.status = row.status, .headers = {}, .body = row.body}, 0);
        EXPECT_EQ(failure.kind, row.kind) << row.body << ": " << failure.message;
        EXPECT_EQ(failure.status, row.status);
    }
}

TEST(failure_kinds, know_how_long_to_wait_from_header_or_body) {
    using std::chrono::milliseconds;
    net::HttpResponse response{.status = 429, .headers = {{"Retry-After", "12"}}, .body = "{}"};
    EXPECT_EQ(failure_of(response, 0).retry_after, milliseconds(12'000));
    response.headers.add("retry-after-ms", "1500");
    EXPECT_EQ(failure_of(response, 0).retry_after, milliseconds(1500));
    const net::HttpResponse google{
        .status = 429,
        .headers = {},
        .body =
            R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"@type":"x"},{"retryDelay":"22.5s"}]}})"};
    EXPECT_EQ(failure_of(google, 0).retry_after, milliseconds(22'500));
}

TEST(failure_kinds, messages_are_one_line_of_clean_text) {
    const Failure failure = failure_of(
        net::HttpResponse{
            .status = 500, .headers = {}, .body = "line\x1b[31m one\nline two \xff" + std::string(5000, 'x')},
        0);
    EXPECT_THAT(failure.message, testing::AllOf(Not(HasSubstr("\n")), Not(HasSubstr("\x1b"))));
    EXPECT_LT(failure.message.size(), 400U);
}

}  // namespace
}  // namespace sosia::llm
