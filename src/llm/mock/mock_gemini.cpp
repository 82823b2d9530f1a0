// generateContent and streamGenerateContent as Google's own client expects them.
#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "base/text.h"
#include "domain/json_text.h"
#include "llm/json_read.h"
#include "llm/mock/mock_exchange.h"

namespace sosia::llm::mock {
namespace {

namespace json = boost::json;

std::string_view finish_name(Finish finish) {
    switch (finish) {
        case Finish::length:
            return "MAX_TOKENS";
        case Finish::content_filter:
            return "SAFETY";
        default:
            return "STOP";
    }
}

json::object usage_json(const Usage& usage) {
    json::object out{{"promptTokenCount", usage.input},
                     {"candidatesTokenCount", usage.output},
                     {"totalTokenCount", usage.input + usage.output}};
    if (usage.cached_input > 0) {
        out["cachedContentTokenCount"] = usage.cached_input;
    }
    return out;
}

json::object body_of(const MockQuestion& question, const MockReply& reply, json::array parts, bool last) {
    json::object candidate{{"content", json::object{{"role", "model"}, {"parts", std::move(parts)}}}, {"index", 0}};
    if (last) {
        candidate["finishReason"] = finish_name(reply.finish);
    }
    return {{"candidates", json::array{std::move(candidate)}},
            {"usageMetadata", usage_json(reply.usage)},
            {"modelVersion", question.model},
            {"responseId", reply.id}};
}

json::array call_parts(const MockReply& reply) {
    json::array parts;
    for (const ToolCall& call : reply.calls) {
        parts.emplace_back(
            json::object{{"functionCall", json::object{{"id", call.id}, {"name", call.name}, {"args", call.arguments}}},
                         {"thoughtSignature", "bW9jaw=="}});
    }
    return parts;
}

// "/v1beta/models/NAME:method"
std::string model_in(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    const std::string_view last = path.substr(slash + 1);
    return std::string(last.substr(0, last.find(':')));
}

std::string text_of_parts(const json::object& content) {
    return content_text(member(content, "parts"));
}

void read_turn(const json::object& turn, MockQuestion& out) {
    const json::array* parts = array_in(turn, "parts");
    for (std::size_t i = 0; parts != nullptr && i < parts->size(); ++i) {
        const json::object* part = (*parts)[i].if_object();
        const json::object* result = part == nullptr ? nullptr : object_in(*part, "functionResponse");
        const json::value* response = result == nullptr ? nullptr : member(*result, "response");
        if (response != nullptr) {
            out.messages.push_back(
                {.role = Role::tool, .text = json_text(*response), .call_id = std::string(text_in(*result, "name"))});
        }
    }
    std::string text = text_of_parts(turn);
    const bool only_results = text.empty() && !out.messages.empty() && out.messages.back().role == Role::tool;
    if (!only_results) {
        const bool model = text_in(turn, "role") == "model";
        out.messages.push_back({.role = model ? Role::assistant : Role::user, .text = std::move(text)});
    }
}

// Google's own schemas write types in capitals.
json::value plain_schema(const json::value& schema) {
    if (const json::array* list = schema.if_array()) {
        json::array out;
        for (const json::value& item : *list) {
            out.push_back(plain_schema(item));
        }
        return out;
    }
    const json::object* object = schema.if_object();
    if (object == nullptr) {
        return schema;
    }
    json::object out;
    for (const auto& [key, value] : *object) {
        out[key] = plain_schema(value);
    }
    if (const std::string_view type = text_in(*object, "type"); !type.empty()) {
        out["type"] = lower(type);
    }
    return out;
}

json::object schema_in(const json::object& from, const char* plain, const char* google) {
    if (const json::object* schema = object_in(from, plain)) {
        return *schema;
    }
    const json::object* schema = object_in(from, google);
    return schema == nullptr ? json::object{} : plain_schema(*schema).as_object();
}

class GeminiProtocol final : public MockProtocol {
  public:
    std::expected<MockQuestion, std::string> read(std::string_view path, const json::object& body) const override {
        MockQuestion out{.model = model_in(path),
                         .stream = path.find(":streamGenerateContent") != std::string_view::npos};
        const json::array* contents = array_in(body, "contents");
        if (contents == nullptr || contents->empty()) {
            return std::unexpected("* GenerateContentRequest.contents: contents is not specified");
        }
        if (const json::object* system = object_in(body, "systemInstruction")) {
            out.messages.push_back({.role = Role::system, .text = text_of_parts(*system)});
        }
        for (const json::value& value : *contents) {
            if (const json::object* turn = value.if_object()) {
                read_turn(*turn, out);
            }
        }
        read_tools(body, out);
        if (const json::object* config = object_in(body, "generationConfig")) {
            out.max_tokens = static_cast<int>(std::min<std::int64_t>(1 << 20, count_in(*config, "maxOutputTokens")));
            if (text_in(*config, "responseMimeType") == "application/json") {
                out.shape = JsonShape{"answer", schema_in(*config, "responseJsonSchema", "responseSchema")};
            }
        }
        return out;
    }

    std::string whole(const MockQuestion& question, const MockReply& reply) const override {
        return json_text(body_of(question, reply, parts_of(reply), true));
    }

    std::vector<std::string> events(const MockQuestion& question, const MockReply& reply) const override {
        std::vector<std::string> out;
        for (const std::string& piece : pieces_of(reply.text)) {
            out.push_back(sse(body_of(question, reply, {json::object{{"text", piece}}}, false)));
        }
        out.push_back(sse(body_of(question, reply, call_parts(reply), true)));
        return out;
    }

    int status(FailureKind kind) const override {
        switch (kind) {
            case FailureKind::quota:
            case FailureKind::rate_limited:
                return 429;
            case FailureKind::overloaded:
                return 503;
            case FailureKind::unreachable:
                return 500;
            default:
                return 400;  // a wrong key too
        }
    }

    std::string refusal(const MockRefusal& refusal) const override { return json_text(error_json(refusal)); }
    std::string refusal_event(const MockRefusal& refusal) const override { return sse(error_json(refusal)); }
    void add_limits(net::Headers&, std::int64_t, std::int64_t, std::int64_t) const override {}  // it sends none

  private:
    json::object error_json(const MockRefusal& refusal) const {
        std::string_view name = "INVALID_ARGUMENT";
        json::array details;
        switch (refusal.kind) {
            case FailureKind::quota:
                name = "RESOURCE_EXHAUSTED";
                break;
            case FailureKind::rate_limited:
                name = "RESOURCE_EXHAUSTED";
                details.emplace_back(
                    json::object{{"@type", "type.googleapis.com/google.rpc.RetryInfo"}, {"retryDelay", "1s"}});
                break;
            case FailureKind::overloaded:
                name = "UNAVAILABLE";
                break;
            case FailureKind::unreachable:
                name = "INTERNAL";
                break;
            case FailureKind::authentication:
                details.emplace_back(
                    json::object{{"@type", "type.googleapis.com/google.rpc.ErrorInfo"}, {"reason", "API_KEY_INVALID"}});
                break;
            default:
                break;
        }
        json::object error{{"code", status(refusal.kind)}, {"message", refusal.message}, {"status", name}};
        if (!details.empty()) {
            error["details"] = std::move(details);
        }
        return {{"error", std::move(error)}};
    }

    static json::array parts_of(const MockReply& reply) {
        json::array parts;
        if (!reply.text.empty()) {
            parts.emplace_back(json::object{{"text", reply.text}});
        }
        json::array calls = call_parts(reply);
        parts.insert(parts.end(), calls.begin(), calls.end());
        return parts;
    }

    static void read_functions(const json::object& tool, MockQuestion& out) {
        const json::array* functions = array_in(tool, "functionDeclarations");
        for (std::size_t i = 0; functions != nullptr && i < functions->size(); ++i) {
            if (const json::object* function = (*functions)[i].if_object()) {
                out.tools.push_back({std::string(text_in(*function, "name")),
                                     std::string(text_in(*function, "description")),
                                     schema_in(*function, "parametersJsonSchema", "parameters")});
            }
        }
    }

    static void read_tools(const json::object& body, MockQuestion& out) {
        const json::array* tools = array_in(body, "tools");
        for (std::size_t i = 0; tools != nullptr && i < tools->size(); ++i) {
            if (const json::object* tool = (*tools)[i].if_object()) {
                read_functions(*tool, out);
            }
        }
        const json::object* config = object_in(body, "toolConfig");
        const json::object* calling = config == nullptr ? nullptr : object_in(*config, "functionCallingConfig");
        if (calling != nullptr && text_in(*calling, "mode") == "ANY") {
            out.forced_tool = "*";
        }
    }
};

}  // namespace

const MockProtocol& gemini_protocol() {
    static const GeminiProtocol protocol;
    return protocol;
}

}  // namespace sosia::llm::mock
