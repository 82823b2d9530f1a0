// Every way SQLite can fail, as a sentence for a person and something to do about it.
#include <fmt/format.h>

#include <cerrno>

#include "storage/sqlite_database.h"

namespace sosia::storage {
namespace {

bool is_disk_full(int code, int system_errno) {
    const bool write_failed = (code & 0xff) == SQLITE_IOERR;
    return (code & 0xff) == SQLITE_FULL ||
           (write_failed && (system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG));
}

Error disk_full(const std::string& file) {
    return {ErrorKind::unavailable,
            fmt::format("the disk is full: {} cannot grow; everything written before is safe and no finished "
                        "conversation was lost",
                        file),
            "free some space, then continue with `sosia resume`"};
}

Error corrupt(std::string_view text, const std::string& file) {
    return {ErrorKind::malformed, fmt::format("{} is damaged or is not a Sosia store ({})", file, text),
            "use another file, restore a backup, or try: sqlite3 FILE .recover"};
}

Error read_only(const std::string& file) {
    return {ErrorKind::unavailable, fmt::format("{} is read-only: nothing can be written to it", file),
            "change its permissions, or choose another store"};
}

Error cannot_open(std::string_view text, const std::string& file) {
    return {ErrorKind::unavailable, fmt::format("cannot open {}: {}", file, text),
            "check that the folder exists and that you may read and write in it"};
}

}  // namespace

Error sqlite_error(int code, int system_errno, std::string_view text, const std::string& file) {
    if (is_disk_full(code, system_errno)) {
        return disk_full(file);
    }
    switch (code & 0xff) {
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
        case SQLITE_ERROR:  // tables or columns that should be there are not
        case SQLITE_MISMATCH:
            return corrupt(text, file);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorKind::conflict, fmt::format("{} {}", file, locked_by_another),
                    "wait until it is done, or use another store"};
        case SQLITE_READONLY:
            return read_only(file);
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return cannot_open(system_errno == 0 ? text : sqlite3_errstr(code), file);
        case SQLITE_TOOBIG:
            return {ErrorKind::limit, fmt::format("a record is too large for {}: {}", file, text), ""};
        default:
            return {ErrorKind::unavailable, fmt::format("cannot use {}: {}", file, text), "check the disk"};
    }
}

}  // namespace sosia::storage
