// SQLite with values and errors of ours: a connection that keeps its prepared statements, and a query that resets
// itself. Room-internal. One thread at a time per Database.
#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.h"

namespace sosia::storage {

class Database;

// One execution of a prepared statement. Bound texts must outlive it. Errors show at next(), never earlier.
class Query {
  public:
    Query(Database& database, std::string_view sql);
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    void bind(std::int64_t value);
    void bind(int value) { bind(static_cast<std::int64_t>(value)); }
    void bind(std::uint64_t value) { bind(static_cast<std::int64_t>(value)); }
    void bind(std::string_view value);
    void bind(const std::string& value) { bind(std::string_view(value)); }
    void bind(const std::optional<double>& value);

    Result<bool> next();    // true: there is a row to read
    Result<void> finish();  // runs it to its end, ignoring rows

    std::int64_t integer(int column) const;
    std::optional<double> real(int column) const;
    std::string_view text(int column) const;  // valid until next() or the end of the query

  private:
    Database& database_;
    std::string_view sql_;
    sqlite3_stmt* statement_ = nullptr;
    int bound_ = 0;
};

class Database {
  public:
    struct Options {
        bool write = true;       // false: nothing may be changed through this connection
        bool immutable = false;  // the file is on read-only media: ignore locks and the log
        int busy_ms = 10'000;    // how long to wait for another process's transaction
    };
    static Result<std::unique_ptr<Database>> open(const std::string& file, const Options& options);

    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // Runs one statement. `sql` must be a literal: prepared statements are kept under its text.
    template <class... Args>
    Result<void> run(std::string_view sql, const Args&... args) {
        Query query(*this, sql);
        (query.bind(args), ...);
        return query.finish();
    }

    // Calls each(query) per row, until there is none or it returns false.
    template <class Each, class... Args>
    Result<void> rows(std::string_view sql, Each each, const Args&... args) {
        Query query(*this, sql);
        (query.bind(args), ...);
        while (true) {
            const Result<bool> row = query.next();
            if (!row) {
                return std::unexpected(row.error());
            }
            if (!*row || !each(std::as_const(query))) {
                return {};
            }
        }
    }

    // The first column of the first row; absent without a row.
    template <class... Args>
    Result<std::optional<std::int64_t>> number(std::string_view sql, const Args&... args) {
        std::optional<std::int64_t> found;
        const auto first = [&found](const Query& row) {
            found = row.integer(0);
            return false;
        };
        const Result<void> done = rows(sql, first, args...);
        if (!done) {
            return std::unexpected(done.error());
        }
        return found;
    }

    Result<void> script(const std::string& sql);  // several statements, nothing kept

    // Calls work() inside a transaction (by default one that writes): all of it or nothing.
    template <class Work>
    Result<void> transaction(Work work, std::string_view begin = "BEGIN IMMEDIATE") {
        Result<void> done = run(begin);
        if (!done) {
            return done;
        }
        done = work();
        if (done) {
            done = run("COMMIT");
        }
        if (!done) {
            roll_back();
        }
        return done;
    }

    std::int64_t last_key() const { return sqlite3_last_insert_rowid(handle_.get()); }
    const std::string& file() const { return file_; }
    sqlite3* handle() const { return handle_.get(); }
    Error error() const;  // what the last call on this connection found, for a person

  private:
    friend class Query;
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

    Database(std::string file, sqlite3* handle) : file_(std::move(file)), handle_(handle) {}
    sqlite3_stmt* take(std::string_view sql);
    void give_back(std::string_view sql, sqlite3_stmt* statement);
    void roll_back();

    std::string file_;
    std::unique_ptr<sqlite3, Close> handle_;
    std::unordered_map<std::string_view, Statement> idle_;  // a statement in use leaves an empty slot
};

// How the message about a busy store ends, so that who knows the holder can add it.
inline constexpr std::string_view locked_by_another = "is locked by another process";

// SQLite's result code and errno as an Error about `file`.
Error sqlite_error(int code, int system_errno, std::string_view text, const std::string& file);

}  // namespace sosia::storage
