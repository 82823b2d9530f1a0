// The two halves of the SQLite store. Room-internal; everybody else calls open_sqlite().
#pragma once
#include <map>
#include <memory>
#include <string>

#include "storage/log_tidier.h"
#include "storage/run_lock.h"
#include "storage/sqlite_database.h"
#include "storage/step_log.h"
#include "storage/store.h"

namespace sosia::storage {

struct SqliteOptions {
    int busy_ms = 10'000;                     // how long a write waits for another process's transaction
    int page_bytes = 4096;                    // of a new store
    std::int64_t checkpoint_pages = 2'000;    // so much write-ahead log makes tidy() worth while
    std::int64_t step_file_bytes = 32 << 20;  // the journal begins a new file when one has grown so large
};

class SqliteRunStore final : public RunStore {
  public:
    // `for_log` is a second connection to the same file.
    SqliteRunStore(std::unique_ptr<Database> database, std::unique_ptr<Database> for_log, const SqliteOptions& options);

    Result<void> create_run(const RunInfo& run) override;
    Result<void> update_run(const RunInfo& run) override;
    Result<void> write(std::string_view run, const Batch& batch) override;
    Result<std::unique_ptr<Journal>> open_journal(std::string_view run) override;
    Result<void> delete_run(std::string_view run) override;
    bool is_untidy() const override { return log_.due(); }
    void tidy() override { log_.run(); }
    Result<void> compact() override;

    Database& database() { return *database_; }

  private:
    // A run this store may write.
    struct Claim {
        std::int64_t key = 0;
        std::unique_ptr<StepLog> steps;  // opened when it is needed
        bool lent = false;               // somebody else writes the steps
    };

    Result<Claim*> claim(std::string_view run);
    Result<void> claim_key(std::string_view run, std::int64_t key);
    void release(std::string_view run);
    Result<void> insert_run(const RunInfo& run);
    Result<void> open_steps(Claim& claim);
    Result<void> write_steps(Claim& claim, const std::vector<JournalEntry>& entries);
    Result<void> write_finished(Claim& claim, const std::vector<Batch::Finished>& finished);
    Result<void> insert(std::int64_t run, const Batch::Finished& finished);
    bool is_finished(std::int64_t run, std::string_view conversation);
    Error with_holder(Error error);

    std::unique_ptr<Database> database_;
    RunLocks locks_;
    std::map<std::string, Claim, std::less<>> claims_;  // by run id
    LogTidier log_;
    std::int64_t step_file_bytes_;
};

class SqliteRunReader final : public RunReader {
  public:
    explicit SqliteRunReader(std::unique_ptr<Database> database);

    Result<std::vector<RunInfo>> runs() override;
    Result<RunInfo> run(std::string_view id_prefix) override;
    Result<std::vector<ConversationBrief>> briefs(std::string_view run) override;
    Result<std::vector<std::string>> finished_ids(std::string_view run) override;
    Result<std::uint64_t> finished_count(std::string_view run) override;
    Result<std::vector<JournalEntry>> journal(std::string_view run) override;
    Result<void> records(std::string_view run, const std::function<bool(std::string_view)>& each) override;
    Result<Found> find(std::string_view id_prefix, std::string_view run) override;

  private:
    Result<std::int64_t> key_of(std::string_view run);
    bool is_finished(std::int64_t run, std::string_view conversation);
    RunInfo as_it_is(RunInfo run, std::int64_t key);
    Result<std::string> newest();
    Result<std::string> run_by_prefix(std::string_view prefix);
    Result<std::vector<std::string>> runs_to_search(std::string_view run);
    Result<std::optional<Found>> find_in(const std::string& run, std::string_view prefix);

    // The first column of every row.
    template <class... Args>
    Result<std::vector<std::string>> texts(std::string_view sql, const Args&... args) {
        std::vector<std::string> found;
        const auto add = [&found](const Query& row) {
            found.emplace_back(row.text(0));
            return true;
        };
        const Result<void> done = database_->rows(sql, add, args...);
        if (!done) {
            return std::unexpected(done.error());
        }
        return found;
    }

    std::unique_ptr<Database> database_;
    RunLocks locks_;
};

Result<Store> open_sqlite(const std::string& file, Access access, const SqliteOptions& options);

}  // namespace sosia::storage
