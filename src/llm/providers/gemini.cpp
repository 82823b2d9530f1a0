#include "llm/providers/gemini.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <map>
#include <utility>

#include "domain/json_text.h"
#include "llm/json_read.h"
#include "llm/provider_error.h"

namespace sosia::llm {
namespace {

namespace json = boost::json;

// Results name the function, not the call.
using NamesById = std::map<std::string, std::string>;

json::object call_part(const ToolCall& call) {
    json::object part{{"functionCall", json::object{{"name", call.name}, {"args", call.arguments}}}};
    if (!call.signature.empty()) {
        part["thoughtSignature"] = call.signature;
    }
    return part;
}

json::object result_part(const Message& message, const NamesById& names) {
    const auto name = names.find(message.call_id);
    const auto parsed = parse_json(message.text);
    json::object response;
    if (parsed && parsed->is_object()) {
        response = parsed->get_object();
    } else {
        response["output"] = message.text;
    }
    return {{"functionResponse", json::object{{"name", name == names.end() ? message.call_id : name->second},
                                              {"response", std::move(response)}}}};
}

json::array parts_of(const Message& message, NamesById& names) {
    json::array parts;
    if (message.role == Role::tool) {
        parts.emplace_back(result_part(message, names));
        return parts;
    }
    if (!message.text.empty()) {
        parts.emplace_back(json::object{{"text", message.text}});
    }
    for (const ToolCall& call : message.calls) {
        names[call.id] = call.name;
        parts.emplace_back(call_part(call));
    }
    return parts;
}

// Turns alternate: what follows in the same role joins the turn before.
void add_turn(json::array& contents, std::string_view role, json::array parts) {
    if (parts.empty()) {
        return;
    }
    if (!contents.empty() && text_in(contents.back().get_object(), "role") == role) {
        json::array& last = contents.back().get_object()["parts"].get_array();
        last.insert(last.end(), parts.begin(), parts.end());
        return;
    }
    contents.emplace_back(json::object{{"role", role}, {"parts", std::move(parts)}});
}

Finish finish_of(std::string_view reason) {
    if (reason == "STOP") {
        return Finish::stop;
    }
    if (reason == "MAX_TOKENS") {
        return Finish::length;
    }
    constexpr std::string_view filtered[] = {"SAFETY", "RECITATION",  "BLOCKLIST", "PROHIBITED_CONTENT",
                                             "SPII",   "IMAGE_SAFETY"};
    return std::ranges::find(filtered, reason) != std::end(filtered) ? Finish::content_filter : Finish::other;
}

void take_usage(const json::object& from, Usage& usage) {
    const json::object* counts = object_in(from, "usageMetadata");
    if (counts == nullptr) {
        return;
    }
    usage.input = count_in(*counts, "promptTokenCount") + count_in(*counts, "toolUsePromptTokenCount");
    usage.cached_input = std::min(usage.input, count_in(*counts, "cachedContentTokenCount"));
    usage.output = count_in(*counts, "candidatesTokenCount") + count_in(*counts, "thoughtsTokenCount");
}

std::expected<void, Failure> take_part(const json::object& part, AnswerDraft& draft) {
    if (const json::object* call = object_in(part, "functionCall")) {
        const std::size_t index = draft.calls.size();
        if (!draft.may_hold(index)) {
            return std::unexpected(malformed("too many tool calls"));
        }
        const json::object* args = object_in(*call, "args");
        draft.calls[index] = {.id = std::string(text_in(*call, "id")),
                              .name = std::string(text_in(*call, "name")),
                              .arguments = args == nullptr ? "" : json_text(*args),
                              .signature = std::string(text_in(part, "thoughtSignature"))};
        return {};
    }
    if (!flag_in(part, "thought")) {
        draft.text += text_in(part, "text");
    }
    return {};
}

// A whole answer and each event of a stream look the same.
std::expected<void, Failure> take_body(const json::object& body, AnswerDraft& draft) {
    take_usage(body, draft.usage);
    if (draft.model.empty()) {
        draft.model = text_in(body, "modelVersion");
    }
    const json::object* feedback = object_in(body, "promptFeedback");
    const std::string_view blocked = feedback == nullptr ? std::string_view{} : text_in(*feedback, "blockReason");
    if (!blocked.empty()) {
        return std::unexpected(
            Failure{.kind = FailureKind::content_filter,
                    .message = fmt::format("the provider's content filter refused the prompt ({})", excerpt(blocked))});
    }
    const json::array* candidates = array_in(body, "candidates");
    const json::object* first =
        candidates == nullptr || candidates->empty() ? nullptr : candidates->front().if_object();
    if (first == nullptr) {
        return {};
    }
    if (const std::string_view reason = text_in(*first, "finishReason"); !reason.empty()) {
        draft.finish = finish_of(reason);
        draft.finished = true;
    }
    const json::object* content = object_in(*first, "content");
    const json::array* parts = content == nullptr ? nullptr : array_in(*content, "parts");
    for (std::size_t i = 0; parts != nullptr && i < parts->size(); ++i) {
        const json::object* part = (*parts)[i].if_object();
        const auto taken = part == nullptr ? std::expected<void, Failure>{} : take_part(*part, draft);
        if (!taken) {
            return taken;
        }
    }
    return {};
}

class GeminiEvents final : public EventReader {
  public:
    std::expected<bool, Failure> take(std::string_view, const json::object& event) override {
        if (member(event, "error") != nullptr) {
            return std::unexpected(failure_in_stream(event));
        }
        const auto taken = take_body(event, draft_);
        if (!taken) {
            return std::unexpected(taken.error());
        }
        return false;  // the end of the stream is the only end
    }
    const AnswerDraft& draft() const override { return draft_; }
    AnswerDraft take_draft() override { return std::exchange(draft_, {}); }

  private:
    AnswerDraft draft_;
};

class GeminiWire final : public Wire {
  public:
    explicit GeminiWire(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

    net::HttpRequest request(const ChatRequest& request) const override {
        json::object body;
        std::string system;
        json::array contents;
        NamesById names;
        for (const Message& message : request.messages) {
            if (message.role == Role::system) {
                system += (system.empty() ? "" : "\n\n") + message.text;
            } else {
                add_turn(contents, message.role == Role::assistant ? "model" : "user", parts_of(message, names));
            }
        }
        if (!system.empty()) {
            body["systemInstruction"] = json::object{{"parts", json::array{json::object{{"text", system}}}}};
        }
        body["contents"] = std::move(contents);
        add_tools(body, request);
        body["generationConfig"] = generation(request);
        const std::string_view method = request.stream ? ":streamGenerateContent?alt=sse" : ":generateContent";
        return post_json(endpoint_, endpoint_.url + std::string(method), std::move(body));
    }

    ChatResult read(const json::value& body) const override {
        const json::object* root = body.if_object();
        const json::array* list = body.if_array();  // a stream without alt=sse is one list
        if (root == nullptr && list == nullptr) {
            return std::unexpected(malformed("it is no object"));
        }
        AnswerDraft draft;
        for (std::size_t i = 0; i < (list == nullptr ? 1 : list->size()); ++i) {
            const json::object* piece = list == nullptr ? root : (*list)[i].if_object();
            if (piece == nullptr || member(*piece, "error") != nullptr) {
                return std::unexpected(failure_in_stream(body));
            }
            const auto taken = take_body(*piece, draft);
            if (!taken) {
                return std::unexpected(taken.error());
            }
        }
        if (!draft.finished && !draft.begun()) {
            return std::unexpected(malformed("there is no candidate: " + excerpt(json_text(body))));
        }
        return std::move(draft).answer();
    }

    std::unique_ptr<EventReader> events() const override { return std::make_unique<GeminiEvents>(); }

    bool give_in(std::string_view, std::string_view message) override { return left_out_.note("seed", "", message); }

  private:
    static void add_tools(json::object& body, const ChatRequest& request) {
        json::array functions;
        for (const Tool& tool : request.tools) {
            json::object function{{"name", tool.name}, {"description", tool.description}};
            if (!tool.parameters.empty()) {
                function["parametersJsonSchema"] = tool.parameters;
            }
            functions.emplace_back(std::move(function));
        }
        if (!functions.empty()) {
            body["tools"] = json::array{json::object{{"functionDeclarations", std::move(functions)}}};
        }
    }

    json::object generation(const ChatRequest& request) const {
        json::object out{{"maxOutputTokens", request.sampling.max_tokens}};
        if (request.sampling.temperature) {
            out["temperature"] = *request.sampling.temperature;
        }
        if (request.sampling.top_p) {
            out["topP"] = *request.sampling.top_p;
        }
        if (request.sampling.seed && !left_out_.has("seed")) {
            constexpr std::uint64_t positive_int32 = 0x7fffffff;
            out["seed"] = static_cast<std::int64_t>(*request.sampling.seed & positive_int32);
        }
        if (request.shape) {
            out["responseMimeType"] = "application/json";
            out["responseJsonSchema"] = request.shape->schema;
        }
        return out;
    }

    Endpoint endpoint_;
    LeftOut left_out_;
};

}  // namespace

std::unique_ptr<Wire> make_gemini_wire(Endpoint endpoint) {
    return std::make_unique<GeminiWire>(std::move(endpoint));
}

}  // namespace sosia::llm
