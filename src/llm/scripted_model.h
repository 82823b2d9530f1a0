// A model that answers what a function says: for tests, and for whoever wants to try prompts without a provider.
#pragma once
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "llm/chat_model.h"

namespace sosia::llm {

class ScriptedModel : public ChatModel {
  public:
    using Script = std::function<ChatResult(const ChatRequest&)>;

    explicit ScriptedModel(Script script, std::string name = "scripted/model") : script_(std::move(script)) {
        traits_.name = std::move(name);
    }

    const Traits& traits() const override { return traits_; }
    boost::asio::awaitable<ChatResult> complete(ChatRequest request) override;

    // Everything that was asked, in order.
    const std::vector<ChatRequest>& asked() const { return asked_; }

  private:
    Script script_;
    Traits traits_;
    std::vector<ChatRequest> asked_;
};

// An answer of plain text, finished normally.
ChatAnswer text_answer(std::string text);

}  // namespace sosia::llm
