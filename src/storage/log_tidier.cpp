#include "storage/log_tidier.h"

#include <utility>

namespace sosia::storage {
namespace {

// Called by SQLite after each commit.
int remember_length(void* length, sqlite3*, const char*, int pages) {
    *static_cast<std::int64_t*>(length) = pages;
    return SQLITE_OK;
}

}  // namespace

LogTidier::LogTidier(Database& writer, std::unique_ptr<Database> own, std::int64_t due_pages)
    : writer_(writer), own_(std::move(own)), due_pages_(due_pages), next_own_copy_(too_long()) {
    // This takes the place of SQLite's automatic checkpoint, which would run inside a commit.
    sqlite3_wal_hook(writer_.handle(), remember_length, &length_);
}

LogTidier::~LogTidier() {
    sqlite3_wal_hook(writer_.handle(), nullptr, nullptr);
}

bool LogTidier::due() const {
    const std::int64_t copied = copied_;
    const std::int64_t fresh = length_ < copied ? length_ : length_ - copied;  // shorter: the log has started over
    return fresh >= due_pages_ && length_ < next_own_copy_;
}

void LogTidier::after_write() {
    if (length_ < copied_) {
        copied_ = 0;
        next_own_copy_ = too_long();
    }
    if (length_ >= next_own_copy_) {
        copy(writer_);
        next_own_copy_ =
            length_ + due_pages_;  // a long reader may have kept the log from being copied; do not try every time
    }
}

void LogTidier::run() {
    copy(*own_);
}

// Never waits for readers. A failure (a full disk, somebody else copying) leaves the log as it is, and the log is
// complete.
void LogTidier::copy(Database& database) {
    int copied = 0;
    if (sqlite3_wal_checkpoint_v2(database.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, &copied) ==
        SQLITE_OK) {
        copied_ = copied;
    }
}

}  // namespace sosia::storage
