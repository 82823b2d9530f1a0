// Copies SQLite's write-ahead log back into the store, away from the commits that conversations wait for.
// Room-internal.
//
// Copying waits for the disk, for tens of milliseconds or more. So it runs on a connection and, if the caller likes, a
// thread of its own while the writer goes on. Only when the log has become far too long does the writer itself finish
// the job: the log can start over only when everything in it is copied, which a busy writer never leaves time for.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>

#include "storage/sqlite_database.h"

namespace sosia::storage {

class LogTidier {
  public:
    // `due_pages`: how much more log makes a copy worth while. Eight times that is too long.
    LogTidier(Database& writer, std::unique_ptr<Database> own, std::int64_t due_pages);
    ~LogTidier();
    LogTidier(const LogTidier&) = delete;
    LogTidier& operator=(const LogTidier&) = delete;

    // On the writer's thread.
    bool due() const;
    void after_write();

    // On any one thread, also during a write.
    void run();

  private:
    std::int64_t too_long() const { return 8 * due_pages_; }
    void copy(Database& database);

    Database& writer_;
    std::unique_ptr<Database> own_;
    std::int64_t due_pages_;
    std::int64_t length_ = 0;               // of the log in pages, as the last commit left it
    std::int64_t next_own_copy_;            // the length at which the writer copies
    std::atomic<std::int64_t> copied_ = 0;  // pages of the log that are in the store
};

}  // namespace sosia::storage
