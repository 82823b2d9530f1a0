#include "cli/answer_cache.h"

#include <fmt/format.h>

#include <utility>

namespace sosia::cli {
namespace {

storage::AnswerKey key_of(const llm::Question& question) {
    return {question.provider, question.model, question.hash, question.repetition};
}

std::string name_of(const storage::AnswerKey& key) {
    return fmt::format("{} {} {} {}", key.hash, key.repetition, key.provider, key.model);
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
    const storage::AnswerKey key = key_of(question);
    if (const auto at = places_.find(name_of(key)); at != places_.end()) {
        return unwritten_[at->second].answer;
    }
    Result<std::optional<std::string>> found = file_->find(key);
    if (!found) {
        trouble_ = found.error();
        return std::nullopt;
    }
    return std::move(*found);
}

void StoredAnswers::keep(const llm::Question& question, const std::string& answer) {
    constexpr std::size_t enough = 128;
    constexpr std::int64_t longest_ms = 1'000;
    storage::AnswerKey key = key_of(question);
    const auto [at, is_new] = places_.try_emplace(name_of(key), unwritten_.size());
    if (is_new) {
        unwritten_.push_back({.key = std::move(key), .answer = answer, .at_ms = clock_.unix_ms()});
    } else {
        unwritten_[at->second].answer = answer;
    }
    if (unwritten_.size() >= enough || clock_.unix_ms() - unwritten_.front().at_ms >= longest_ms) {
        write();
    }
}

void StoredAnswers::write() {
    if (unwritten_.empty()) {
        return;
    }
    if (const Result<void> kept = file_->keep(unwritten_); !kept) {
        trouble_ = kept.error();
    }
    unwritten_.clear();
    places_.clear();
}

Result<void> StoredAnswers::tidy(std::int64_t max_age_ms, std::int64_t max_bytes) {
    write();
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
