#include "storage/sqlite_database.h"

#include <cerrno>
#include <utility>

namespace sosia::storage {

Query::Query(Database& database, std::string_view sql)
    : database_(database), sql_(sql), statement_(database.take(sql)) {}

Query::~Query() {
    if (statement_ != nullptr) {
        database_.give_back(sql_, statement_);
    }
}

void Query::bind(std::int64_t value) {
    sqlite3_bind_int64(statement_, ++bound_, value);
}

void Query::bind(std::string_view value) {
    // A null pointer would bind NULL.
    const char* data = value.data() == nullptr ? "" : value.data();
    sqlite3_bind_text64(statement_, ++bound_, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Query::bind(const std::optional<double>& value) {
    ++bound_;
    if (value) {
        sqlite3_bind_double(statement_, bound_, *value);
    }
}

Result<bool> Query::next() {
    const int code = statement_ == nullptr ? SQLITE_ERROR : sqlite3_step(statement_);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code == SQLITE_DONE) {
        return false;
    }
    return std::unexpected(database_.error());
}

Result<void> Query::finish() {
    while (true) {
        const Result<bool> row = next();
        if (!row) {
            return std::unexpected(row.error());
        }
        if (!*row) {
            return {};
        }
    }
}

std::int64_t Query::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::optional<double> Query::real(int column) const {
    if (sqlite3_column_type(statement_, column) == SQLITE_NULL) {
        return std::nullopt;
    }
    return sqlite3_column_double(statement_, column);
}

std::string_view Query::text(int column) const {
    const void* data = sqlite3_column_text(statement_, column);
    if (data == nullptr) {
        return {};
    }
    return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

namespace {

// The name as a URI, so that parameters can follow; every byte that could end the path is escaped.
std::string uri(const std::string& file, bool immutable) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string out = file.starts_with('/') ? "file://" : "file:";
    for (const char c : file) {
        if (c == '%' || c == '?' || c == '#') {
            const auto byte = static_cast<unsigned char>(c);
            out += {'%', digits[byte >> 4U], digits[byte & 15U]};
        } else {
            out += c;
        }
    }
    return immutable ? out + "?immutable=1" : out;
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::string& file, const Options& options) {
    const int access = options.write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(uri(file, options.immutable).c_str(), &handle,
                                     access | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
    std::unique_ptr<Database> database(new Database(file, handle));
    if (code != SQLITE_OK) {
        const int system_errno = handle == nullptr ? 0 : sqlite3_system_errno(handle);
        return std::unexpected(sqlite_error(code, system_errno, sqlite3_errstr(code), file));
    }
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, options.busy_ms);
    return database;
}

// Statements hold the connection; they must go first.
Database::~Database() {
    idle_.clear();
}

Result<void> Database::script(const std::string& sql) {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return std::unexpected(error());
    }
    return {};
}

Error Database::error() const {
    const int last_errno = errno;  // SQLite notes the reason of a failed write in a statement, but not in a commit
    const int code = sqlite3_extended_errcode(handle_.get());
    const int noted = sqlite3_system_errno(handle_.get());
    return sqlite_error(code, code == SQLITE_IOERR_WRITE ? last_errno : noted, sqlite3_errmsg(handle_.get()), file_);
}

sqlite3_stmt* Database::take(std::string_view sql) {
    Statement& slot = idle_[sql];
    if (slot) {
        return slot.release();
    }
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                       nullptr);
    return statement;
}

void Database::give_back(std::string_view sql, sqlite3_stmt* statement) {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    idle_[sql].reset(statement);
}

void Database::roll_back() {
    // SQLite rolls back by itself after some errors; then there is nothing left to do.
    if (sqlite3_get_autocommit(handle_.get()) == 0) {
        sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

}  // namespace sosia::storage
