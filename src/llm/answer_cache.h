// Answers that were given before, so that a run can be repeated for nothing. Where they are kept is somebody else's
// matter (storage/answer_file.h, tied to this by cli/).
#pragma once
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "llm/chat_model.h"

namespace sosia::llm {

struct Question {
    std::string provider;
    std::string model;
    std::string hash;  // of everything that shapes the answer, except the repetition
    int repetition = 0;
};

class AnswerCache {
  public:
    virtual ~AnswerCache() = default;
    // JSON as written by answer_text(); nothing when there is none (or the cache is out of order).
    virtual std::optional<std::string> find(const Question& question) = 0;
    virtual void keep(const Question& question, const std::string& answer) = 0;
};

std::string answer_text(const ChatAnswer& answer);
std::optional<ChatAnswer> read_answer(std::string_view text);

// What shapes an answer, as text: endpoint (where it goes), messages, tools, shape, sampling. Neither the key nor
// whether the answer is streamed.
std::string question_text(std::string_view endpoint, const ChatRequest& request);

// Asks the cache first and keeps what the model answers. `endpoint` tells models of one name apart. Null cache: none.
// replay_only: what is not in the cache fails with not_cached.
struct CacheUse {
    AnswerCache* cache = nullptr;
    bool replay_only = false;
    std::string provider;
    std::string model;
    std::string endpoint;
};
std::shared_ptr<ChatModel> cached(std::shared_ptr<ChatModel> model, CacheUse use);

}  // namespace sosia::llm
