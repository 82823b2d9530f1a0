#include "llm/answer_draft.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "llm/json_read.h"

namespace sosia::llm {

bool AnswerDraft::may_hold(std::size_t index) const {
    constexpr std::size_t most_calls = 256;
    return index < most_calls;
}

Failure malformed(std::string_view why) {
    return {.kind = FailureKind::malformed, .message = fmt::format("the answer is malformed: {}", why)};
}

std::string excerpt(std::string_view text) {
    constexpr std::size_t longest = 200;
    std::string out = shorten(to_valid_utf8(trim(text.substr(0, 4 * longest))), longest);
    for (char& c : out) {
        const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        c = control ? ' ' : c;
    }
    return out;
}

namespace {

std::expected<ToolCall, Failure> finished_call(AnswerDraft::Call call, std::size_t index) {
    if (call.name.empty()) {
        return std::unexpected(malformed("a tool call has no name"));
    }
    ToolCall out{.id = std::move(call.id), .name = std::move(call.name), .signature = std::move(call.signature)};
    if (out.id.empty()) {
        out.id = fmt::format("call_{}", index);  // some servers give none, but the result must name its call
    }
    if (!trim(call.arguments).empty()) {
        const auto arguments = parse_json(call.arguments);
        if (!arguments || !arguments->is_object()) {
            return std::unexpected(malformed(fmt::format("the arguments of the call of {} are no JSON object: {}",
                                                         excerpt(out.name), excerpt(call.arguments))));
        }
        out.arguments = arguments->get_object();
    }
    return out;
}

}  // namespace

ChatResult AnswerDraft::answer() && {
    ChatAnswer out{.text = to_valid_utf8(text), .usage = usage, .finish = finish, .model = std::move(model)};
    if (out.text.empty() && !refusal.empty()) {
        out.text = to_valid_utf8(refusal);
        out.finish = Finish::content_filter;
    }
    for (auto& [index, call] : calls) {
        std::expected<ToolCall, Failure> tool_call = finished_call(std::move(call), index);
        if (!tool_call && finish == Finish::length) {
            break;  // cut off in the middle of the call
        }
        if (!tool_call) {
            return std::unexpected(std::move(tool_call.error()));
        }
        out.calls.push_back(std::move(*tool_call));
    }
    if (!out.calls.empty() && (out.finish == Finish::stop || out.finish == Finish::other)) {
        out.finish = Finish::tool_calls;  // several servers say "stop"
    }
    return out;
}

}  // namespace sosia::llm
