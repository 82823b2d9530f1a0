#include "cli/answer_cache.h"

#include <utility>

namespace sosia::cli {
namespace {

storage::AnswerKey key_of(const llm::Question& question) {
    return {question.provider, question.model, question.hash, question.repetition};
}

}  // namespace

Result<std::unique_ptr<StoredAnswers>> StoredAnswers::open(const std::string& store_path, const Clock& clock) {
    auto file = storage::AnswerFile::open(storage::answer_file_of(store_path));
    if (!file) {
        return std::unexpected(file.error());
    }
    return std::make_unique<StoredAnswers>(std::move(*file), clock);
}

std::optional<std::string> StoredAnswers::find(const llm::Question& question) {
    Result<std::optional<std::string>> found = file_->find(key_of(question));
    if (!found) {
        trouble_ = found.error();
        return std::nullopt;
    }
    return std::move(*found);
}

void StoredAnswers::keep(const llm::Question& question, const std::string& answer) {
    if (const Result<void> kept = file_->keep(key_of(question), answer, clock_.unix_ms()); !kept) {
        trouble_ = kept.error();
    }
}

Result<void> StoredAnswers::tidy(std::int64_t max_age_ms, std::int64_t max_bytes) {
    if (max_age_ms > 0) {
        const auto pruned = file_->prune_older(clock_.unix_ms() - max_age_ms);
        if (!pruned) {
            return std::unexpected(pruned.error());
        }
    }
    if (max_bytes > 0) {
        const auto pruned = file_->prune_to(max_bytes);
        if (!pruned) {
            return std::unexpected(pruned.error());
        }
    }
    return {};
}

}  // namespace sosia::cli
