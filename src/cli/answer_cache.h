// The cache of models' answers, kept in the store's folder.
#pragma once
#include <memory>

#include "base/clock.h"
#include "base/error.h"
#include "llm/answer_cache.h"
#include "storage/answer_file.h"

namespace sosia::cli {

// Opens (and makes) answers.db beside the store. A file that fails later
// costs calls, not the run: `trouble()` says what happened.
class StoredAnswers final : public llm::AnswerCache {
  public:
    static Result<std::unique_ptr<StoredAnswers>> open(const std::string& store_path, const Clock& clock);

    StoredAnswers(std::unique_ptr<storage::AnswerFile> file, const Clock& clock)
        : file_(std::move(file)), clock_(clock) {}

    std::optional<std::string> find(const llm::Question& question) override;
    void keep(const llm::Question& question, const std::string& answer) override;
    const std::optional<Error>& trouble() const { return trouble_; }

    // Keeps the file within these limits; called at the end of a run. 0: no limit.
    Result<void> tidy(std::int64_t max_age_ms, std::int64_t max_bytes);

  private:
    std::unique_ptr<storage::AnswerFile> file_;
    const Clock& clock_;
    std::optional<Error> trouble_;
};

}  // namespace sosia::cli
