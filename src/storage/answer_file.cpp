#include "storage/answer_file.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <utility>

#include "storage/sqlite_database.h"
#include "storage/sqlite_schema.h"

namespace sosia::storage {
namespace {

namespace fs = std::filesystem;

std::span<const std::string> answer_steps() {
    static const std::array<std::string, 1> steps{R"sql(
CREATE TABLE answers (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  question TEXT NOT NULL,
  repetition INTEGER NOT NULL,
  kept_ms INTEGER NOT NULL,
  uses INTEGER NOT NULL DEFAULT 0,
  answer TEXT NOT NULL
);
CREATE UNIQUE INDEX answers_by_question ON answers (question, repetition, model, provider);
CREATE INDEX answers_by_age ON answers (kept_ms);
)sql"};
    return steps;
}

Result<void> make_folder(const std::string& file) {
    const fs::path folder = fs::path(file).parent_path();
    std::error_code error;
    if (!folder.empty() && !fs::exists(folder, error)) {
        fs::create_directory(folder, error);
    }
    if (error) {
        return fail(ErrorKind::unavailable,
                    fmt::format("cannot create the folder {}: {}", folder.string(), error.message()));
    }
    return {};
}

}  // namespace

AnswerFile::AnswerFile(std::unique_ptr<Database> database) : database_(std::move(database)) {}
AnswerFile::~AnswerFile() = default;

Result<std::unique_ptr<AnswerFile>> AnswerFile::open(const std::string& file) {
    const Result<void> folder = make_folder(file);
    if (!folder) {
        return std::unexpected(folder.error());
    }
    Result<std::unique_ptr<Database>> database = Database::open(file, {});
    if (!database) {
        return std::unexpected(database.error());
    }
    const Result<SchemaOutcome> schema = migrate(**database, answer_steps());
    if (!schema) {
        return std::unexpected(schema.error());
    }
    // Another process may be switching to the log right now; both work either way. What a crash loses is only paid for
    // again.
    static_cast<void>((*database)->script("PRAGMA journal_mode=WAL"));
    const Result<void> set = (*database)->script("PRAGMA synchronous=NORMAL");
    if (!set) {
        return std::unexpected(set.error());
    }
    return std::unique_ptr<AnswerFile>(new AnswerFile(std::move(*database)));
}

Result<std::optional<std::string>> AnswerFile::find(const AnswerKey& key) {
    std::optional<std::string> found;
    std::int64_t row = 0;
    const auto read = [&](const Query& query) {
        row = query.integer(0);
        found = std::string(query.text(1));
        return false;
    };
    Result<void> done =
        database_->rows("SELECT key, answer FROM answers WHERE question=? AND repetition=? AND model=? AND provider=?",
                        read, key.hash, key.repetition, key.model, key.provider);
    if (done && found) {
        done = database_->run("UPDATE answers SET uses=uses+1 WHERE key=?", row);
    }
    if (!done) {
        return std::unexpected(done.error());
    }
    return found;
}

Result<void> AnswerFile::keep(const AnswerKey& key, std::string_view answer, std::int64_t now_ms) {
    return database_->run(
        "INSERT INTO answers (provider, model, question, repetition, kept_ms, answer) VALUES (?,?,?,?,?,?) "
        "ON CONFLICT (question, repetition, model, provider) DO UPDATE SET kept_ms=excluded.kept_ms, "
        "answer=excluded.answer",
        key.provider, key.model, key.hash, key.repetition, now_ms, answer);
}

Result<void> AnswerFile::keep(const std::vector<Kept>& all) {
    return database_->transaction([&]() -> Result<void> {
        Result<void> done;
        for (std::size_t i = 0; done && i < all.size(); ++i) {
            done = keep(all[i].key, all[i].answer, all[i].at_ms);
        }
        return done;
    });
}

Result<std::vector<AnswerGroup>> AnswerFile::groups() {
    std::vector<AnswerGroup> out;
    const auto read = [&](const Query& row) {
        out.push_back({.provider = std::string(row.text(0)),
                       .model = std::string(row.text(1)),
                       .answers = row.integer(2),
                       .bytes = row.integer(3),
                       .uses = row.integer(4),
                       .oldest_ms = row.integer(5),
                       .newest_ms = row.integer(6)});
        return true;
    };
    const Result<void> done = database_->rows(
        "SELECT provider, model, count(*), sum(length(CAST(answer AS BLOB))), sum(uses), min(kept_ms), max(kept_ms) "
        "FROM answers GROUP BY provider, model ORDER BY provider, model",
        read);
    if (!done) {
        return std::unexpected(done.error());
    }
    return out;
}

Result<AnswerFile::Pruned> AnswerFile::prune_older(std::int64_t before_ms, std::string_view model) {
    Pruned out;
    const auto work = [&]() -> Result<void> {
        const auto count = [&out](const Query& row) {
            out = {row.integer(0), row.integer(1)};
            return false;
        };
        const Result<void> counted = database_->rows(
            "SELECT count(*), coalesce(sum(length(CAST(answer AS BLOB))),0) FROM answers WHERE kept_ms<?1 AND (?2='' "
            "OR "
            "model=?2)",
            count, before_ms, model);
        return counted
                   ? database_->run("DELETE FROM answers WHERE kept_ms<?1 AND (?2='' OR model=?2)", before_ms, model)
                   : counted;
    };
    const Result<void> done = database_->transaction(work);
    if (!done) {
        return std::unexpected(done.error());
    }
    return out;
}

// Newest first, summing up: what lies beyond the limit goes.
Result<AnswerFile::Pruned> AnswerFile::prune_to(std::int64_t bytes) {
    std::int64_t sum = 0;
    std::vector<std::int64_t> beyond;
    Pruned out;
    const auto read = [&](const Query& row) {
        sum += row.integer(1);
        if (sum > bytes) {
            beyond.push_back(row.integer(0));
            out.bytes += row.integer(1);
        }
        return true;
    };
    const auto work = [&]() -> Result<void> {
        Result<void> done = database_->rows(
            "SELECT key, length(CAST(answer AS BLOB)) FROM answers ORDER BY kept_ms DESC, key DESC", read);
        for (std::size_t i = 0; done && i < beyond.size(); ++i) {
            done = database_->run("DELETE FROM answers WHERE key=?", beyond[i]);
        }
        return done;
    };
    const Result<void> done = database_->transaction(work);
    if (!done) {
        return std::unexpected(done.error());
    }
    out.answers = static_cast<std::int64_t>(beyond.size());
    return out;
}

Result<void> AnswerFile::compact() {
    return database_->script("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
}

std::string answer_file_of(const std::string& store_file) {
    return (fs::path(store_file).parent_path() / "answers.db").string();
}

}  // namespace sosia::storage
