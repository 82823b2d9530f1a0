// The cache of models' answers, kept in the store's folder.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "llm/answer_cache.h"
#include "storage/answer_file.h"

namespace sosia::cli {

// Opens (and makes) answers.db beside the store. A file that fails later
// costs calls, not the run: `trouble()` says what happened. Answers are written some at a time, so a process that is
// killed may lose the last few, which are then paid for again.
class StoredAnswers final : public llm::AnswerCache {
  public:
    static Result<std::unique_ptr<StoredAnswers>> open(const std::string& store_path, const Clock& clock);

    StoredAnswers(std::unique_ptr<storage::AnswerFile> file, const Clock& clock)
        : file_(std::move(file)), clock_(clock) {}
    ~StoredAnswers() override { write(); }
    StoredAnswers(const StoredAnswers&) = delete;
    StoredAnswers& operator=(const StoredAnswers&) = delete;

    std::optional<std::string> find(const llm::Question& question) override;
    void keep(const llm::Question& question, const std::string& answer) override;
    const std::optional<Error>& trouble() const { return trouble_; }

    // Keeps the file within these limits; called at the end of a run. 0: no limit.
    Result<void> tidy(std::int64_t max_age_ms, std::int64_t max_bytes);

  private:
    void write();

    std::unique_ptr<storage::AnswerFile> file_;
    std::vector<storage::AnswerFile::Kept> unwritten_;
    std::map<std::string, std::size_t> places_;  // of the unwritten, by key
    const Clock& clock_;
    std::optional<Error> trouble_;
};

}  // namespace sosia::cli
