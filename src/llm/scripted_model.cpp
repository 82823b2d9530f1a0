#include "llm/scripted_model.h"

namespace sosia::llm {

boost::asio::awaitable<ChatResult> ScriptedModel::complete(ChatRequest request) {
    ChatResult answer = script_(request);
    asked_.push_back(std::move(request));
    co_return answer;
}

ChatAnswer text_answer(std::string text) {
    ChatAnswer answer;
    answer.text = std::move(text);
    return answer;
}

}  // namespace sosia::llm
