#include <fmt/format.h>
#include <unistd.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <filesystem>
#include <utility>

#include "base/text.h"
#include "storage/lookup.h"
#include "storage/sqlite_store.h"

namespace sosia::storage {
namespace {

std::string names_json(const std::vector<std::string>& names) {
    if (names.empty()) {
        return "";
    }
    return boost::json::serialize(boost::json::array(names.begin(), names.end()));
}

}  // namespace

SqliteRunStore::SqliteRunStore(std::unique_ptr<Database> database, std::unique_ptr<Database> for_log,
                               const SqliteOptions& options)
    : database_(std::move(database)),
      locks_(database_->file()),
      log_(*database_, std::move(for_log), options.checkpoint_pages),
      step_file_bytes_(options.step_file_bytes) {}

Result<void> SqliteRunStore::create_run(const RunInfo& run) {
    Result<void> done = database_->transaction([&] { return insert_run(run); });
    if (!done) {
        release(run.id);
        return std::unexpected(with_holder(done.error()));
    }
    if (run.state != RunState::running) {
        release(run.id);
    }
    return {};
}

Result<void> SqliteRunStore::insert_run(const RunInfo& run) {
    const auto taken = database_->number("SELECT 1 FROM runs WHERE id = ?", run.id);
    if (!taken) {
        return std::unexpected(taken.error());
    }
    if (*taken) {
        return run_exists(run.id);
    }
    const Result<void> inserted = database_->run(
        "INSERT INTO runs (id, suite, suite_hash, started_ms, finished_ms, state, planned, spec, summary, writer) "
        "VALUES (?,?,?,?,?,?,?,?,?,?)",
        run.id, run.suite, run.suite_hash, run.started_ms, run.finished_ms, to_string(run.state), run.planned,
        boost::json::serialize(run.spec), boost::json::serialize(run.summary), ::getpid());
    return inserted ? claim_key(run.id, database_->last_key()) : inserted;
}

Result<void> SqliteRunStore::update_run(const RunInfo& run) {
    const Result<Claim*> claimed = claim(run.id);
    if (!claimed) {
        return std::unexpected(claimed.error());
    }
    const Result<void> done = database_->run(
        "UPDATE runs SET suite=?, suite_hash=?, started_ms=?, finished_ms=?, state=?, planned=?, spec=?, summary=? "
        "WHERE key=?",
        run.suite, run.suite_hash, run.started_ms, run.finished_ms, to_string(run.state), run.planned,
        boost::json::serialize(run.spec), boost::json::serialize(run.summary), (*claimed)->key);
    if (!done) {
        return std::unexpected(with_holder(done.error()));
    }
    if (run.state != RunState::running) {
        if (!(*claimed)->lent) {
            const Result<void> ignored = open_steps(**claimed);  // so that it goes if nobody needs it
        }
        release(run.id);
    }
    return {};
}

Result<void> SqliteRunStore::write(std::string_view run, const Batch& batch) {
    const Result<Claim*> claimed = claim(run);
    if (!claimed) {
        return std::unexpected(claimed.error());
    }
    Result<void> done = write_steps(**claimed, batch.journal);
    done = done ? write_finished(**claimed, batch.finished) : done;
    if (!done) {
        return std::unexpected(with_holder(done.error()));
    }
    log_.after_write();
    return {};
}

Result<void> SqliteRunStore::open_steps(Claim& claim) {
    if (claim.steps != nullptr) {
        return {};
    }
    const auto finished = [this, &claim](const std::string& id) { return is_finished(claim.key, id); };
    Result<std::unique_ptr<StepLog>> log =
        StepLog::open(step_file_name(database_->file(), claim.key), step_file_bytes_, finished);
    if (!log) {
        return std::unexpected(log.error());
    }
    claim.steps = *std::move(log);
    return {};
}

Result<std::unique_ptr<Journal>> SqliteRunStore::open_journal(std::string_view run) {
    const Result<Claim*> claimed = claim(run);
    if (!claimed) {
        return std::unexpected(claimed.error());
    }
    Claim& claim = **claimed;
    if (claim.lent) {
        return fail(ErrorKind::conflict, fmt::format("the journal of run {} is open already", run));
    }
    const Result<void> opened = open_steps(claim);
    if (!opened) {
        return std::unexpected(opened.error());
    }
    claim.lent = true;
    return std::unique_ptr<Journal>(std::move(claim.steps));
}

Result<void> SqliteRunStore::write_steps(Claim& claim, const std::vector<JournalEntry>& entries) {
    if (entries.empty()) {
        return {};
    }
    if (claim.lent) {
        return fail(ErrorKind::conflict, "the steps of this run are written by the holder of its journal");
    }
    Result<void> done = open_steps(claim);
    for (auto entry = entries.begin(); done && entry != entries.end(); ++entry) {
        done = claim.steps->append(*entry);
    }
    return done;
}

Result<void> SqliteRunStore::write_finished(Claim& claim, const std::vector<Batch::Finished>& finished) {
    if (finished.empty()) {
        return {};
    }
    const auto insert_all = [&]() -> Result<void> {
        for (const Batch::Finished& conversation : finished) {
            const Result<void> done = insert(claim.key, conversation);
            if (!done) {
                return done;
            }
        }
        return {};
    };
    const Result<void> done = database_->transaction(insert_all);
    if (done && claim.steps != nullptr) {
        for (const Batch::Finished& conversation : finished) {
            claim.steps->forget(conversation.brief.id);
        }
    }
    return done;
}

Result<void> SqliteRunStore::insert(std::int64_t run, const Batch::Finished& finished) {
    const ConversationBrief& brief = finished.brief;
    if (is_finished(run, brief.id)) {
        return {};
    }
    const Result<void> done = database_->run("INSERT INTO records (record) VALUES (?)", finished.record);
    if (!done) {
        return done;
    }
    const Cell& cell = brief.cell;
    return database_->run(
        "INSERT INTO conversations (run, ordinal, id, record, persona, scenario, edge_case, adversary, repetition, "
        "outcome, fault, ended, user_turns, duration_ms, score, failed_checks, player) "
        "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        run, brief.ordinal, brief.id, database_->last_key(), cell.persona, cell.scenario, cell.edge_case,
        cell.adversary, cell.repetition, to_string(brief.outcome), to_string(brief.fault), to_string(brief.ended),
        brief.user_turns, brief.duration_ms, brief.score, names_json(brief.failed_checks), cell.user);
}

// A failure reads as "no": whatever is written next meets it again and reports it.
bool SqliteRunStore::is_finished(std::int64_t run, std::string_view conversation) {
    const auto known = database_->number("SELECT 1 FROM conversations WHERE run=? AND id=?", run, conversation);
    return known && known->has_value();
}

Result<void> SqliteRunStore::delete_run(std::string_view run) {
    const Result<Claim*> claimed = claim(run);
    if (!claimed) {
        return std::unexpected(claimed.error());
    }
    const auto remove = [&, key = (*claimed)->key]() -> Result<void> {
        Result<void> done =
            database_->run("DELETE FROM records WHERE key IN (SELECT record FROM conversations WHERE run=?)", key);
        done = done ? database_->run("DELETE FROM conversations WHERE run=?", key) : done;
        return done ? database_->run("DELETE FROM runs WHERE key=?", key) : done;
    };
    const Result<void> done = database_->transaction(remove);
    const std::string steps = step_file_name(database_->file(), (*claimed)->key);
    release(run);
    if (!done) {
        return std::unexpected(with_holder(done.error()));
    }
    for (const std::string& file : step_files(steps)) {
        std::error_code ignored;
        std::filesystem::remove(file, ignored);
    }
    return {};
}

Result<void> SqliteRunStore::compact() {
    Result<void> done = database_->script("VACUUM");
    done = done ? database_->script("PRAGMA wal_checkpoint(TRUNCATE)") : done;
    if (!done) {
        return std::unexpected(with_holder(done.error()));
    }
    return {};
}

Result<SqliteRunStore::Claim*> SqliteRunStore::claim(std::string_view run) {
    if (const auto held = claims_.find(run); held != claims_.end()) {
        return &held->second;
    }
    const auto key = database_->number("SELECT key FROM runs WHERE id=?", run);
    if (!key) {
        return std::unexpected(key.error());
    }
    if (!*key) {
        return no_such_run(run);
    }
    Result<void> done = claim_key(run, **key);
    done = done ? database_->run("UPDATE runs SET writer=? WHERE key=?", ::getpid(), **key) : done;
    if (!done) {
        release(run);
        return std::unexpected(with_holder(done.error()));
    }
    return &claims_.find(run)->second;
}

Result<void> SqliteRunStore::claim_key(std::string_view run, std::int64_t key) {
    const Result<bool> claimed = locks_.claim(key);
    if (!claimed) {
        return std::unexpected(claimed.error());
    }
    if (*claimed) {
        claims_.emplace(run, Claim{.key = key});
        return {};
    }
    const auto writer = database_->number("SELECT writer FROM runs WHERE key=?", key);
    const std::int64_t process = writer && *writer ? **writer : 0;
    return fail(ErrorKind::conflict, fmt::format("run {} is being written by process {}", run, process),
                "wait until it has finished, or stop that process first");
}

void SqliteRunStore::release(std::string_view run) {
    if (const auto held = claims_.find(run); held != claims_.end()) {
        held->second.steps.reset();
        locks_.release(held->second.key);
        claims_.erase(held);
    }
}

// A locked store says who has it: the runs that other processes are writing.
Error SqliteRunStore::with_holder(Error error) {
    if (error.kind != ErrorKind::conflict || !error.message.ends_with(locked_by_another)) {
        return error;
    }
    std::vector<std::string> holders;
    const auto collect = [&](const Query& row) {
        if (locks_.is_claimed(row.integer(0))) {
            holders.push_back(fmt::format("run {} (process {})", row.text(1), row.integer(2)));
        }
        return true;
    };
    const Result<void> read = database_->rows("SELECT key, id, writer FROM runs WHERE state='running'", collect);
    if (read && !holders.empty()) {
        error.message += ", which is writing " + join(holders, ", ");
    }
    return error;
}

}  // namespace sosia::storage
