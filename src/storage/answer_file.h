// Answers of models that were paid for once, in a file of their own beside the store, so that deleting runs and pruning
// answers have nothing to do with each other. One thread at a time.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sosia::storage {

class Database;

struct AnswerKey {
    std::string provider;
    std::string model;
    std::string hash;  // of the question
    int repetition = 0;
};

struct AnswerGroup {
    std::string provider;
    std::string model;
    std::int64_t answers = 0;
    std::int64_t bytes = 0;  // of the answers' text
    std::int64_t uses = 0;   // how often they were found
    std::int64_t oldest_ms = 0;
    std::int64_t newest_ms = 0;
};

class AnswerFile {
  public:
    // Makes the file and its folder (one level) where they are missing.
    static Result<std::unique_ptr<AnswerFile>> open(const std::string& file);
    ~AnswerFile();
    AnswerFile(const AnswerFile&) = delete;
    AnswerFile& operator=(const AnswerFile&) = delete;

    // Counts as a use of it.
    Result<std::optional<std::string>> find(const AnswerKey& key);
    // Replaces what was there.
    Result<void> keep(const AnswerKey& key, std::string_view answer, std::int64_t now_ms);
    struct Kept {
        AnswerKey key;
        std::string answer;
        std::int64_t at_ms = 0;
    };
    // The same for many at once, all or none: a transaction costs far more than a row.
    Result<void> keep(const std::vector<Kept>& all);
    // By provider and model.
    Result<std::vector<AnswerGroup>> groups();

    struct Pruned {
        std::int64_t answers = 0;
        std::int64_t bytes = 0;
    };
    // Deletes what was kept before `before_ms`, of this model only ("": of all); returns what went.
    Result<Pruned> prune_older(std::int64_t before_ms, std::string_view model = "");
    // Deletes the oldest until at most `bytes` of text are left.
    Result<Pruned> prune_to(std::int64_t bytes);
    // Gives the space of what was deleted back.
    Result<void> compact();

  private:
    explicit AnswerFile(std::unique_ptr<Database> database);
    std::unique_ptr<Database> database_;
};

// Where the answers of the store in `store_file` are kept: answers.db in its folder.
std::string answer_file_of(const std::string& store_file);

}  // namespace sosia::storage
