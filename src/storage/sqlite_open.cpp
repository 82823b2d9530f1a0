// Opening a store: everything that can be wrong with a path, before and while SQLite looks at it.
#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "storage/sqlite_schema.h"
#include "storage/sqlite_store.h"

namespace sosia::storage {
namespace {

namespace fs = std::filesystem;

Result<void> check_path(const std::string& file, Access access) {
    std::error_code ignored;
    const fs::file_status status = fs::status(file, ignored);
    if (fs::is_directory(status)) {
        return fail(ErrorKind::usage, fmt::format("{} is a folder, but the store is a file", file),
                    fmt::format("for example {}", (fs::path(file) / "runs.db").string()));
    }
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        return fail(ErrorKind::usage, fmt::format("{} is not a regular file", file),
                    "choose another file for the store");
    }
    if (status.type() == fs::file_type::not_found && access == Access::read_only) {
        return fail(ErrorKind::usage, fmt::format("there is no store at {}", file),
                    "start a run with `sosia run`, or name the store it was written to");
    }
    return {};
}

Result<void> make_folder(const std::string& file) {
    const fs::path folder = fs::path(file).parent_path();
    std::error_code error;
    if (folder.empty() || fs::exists(folder, error)) {
        return {};
    }
    fs::create_directory(folder, error);
    if (error) {
        return fail(ErrorKind::unavailable,
                    fmt::format("cannot create the folder {}: {}", folder.string(), error.message()),
                    "create it, or choose another store");
    }
    return {};
}

Result<bool> keeps_log(Database& database, std::string_view pragma) {
    std::string mode;
    const auto read_mode = [&mode](const Query& row) {
        mode = row.text(0);
        return false;
    };
    const Result<void> done = database.rows(pragma, read_mode);
    if (!done) {
        return std::unexpected(done.error());
    }
    return mode == "wal";
}

// Switching to the log fails when two processes do it at once, so whoever finds the store not ready waits for its turn.
// Nothing is changed, and no lock file made, before the file is known to be new or ours.
Result<void> set_up(Database& database) {
    const Result<bool> current = is_current(database, schema_steps());
    if (!current) {
        return std::unexpected(current.error());
    }
    const Result<bool> logging = keeps_log(database, "PRAGMA journal_mode");
    if (logging && *current && *logging) {
        return {};
    }
    RunLocks turn(database.file());
    const Result<void> waited = turn.wait_for_setup();
    if (!waited) {
        return waited;
    }
    const Result<SchemaOutcome> schema = migrate(database, schema_steps());
    if (!schema) {
        return std::unexpected(schema.error());
    }
    const Result<bool> switched = keeps_log(database, "PRAGMA journal_mode=WAL");
    if (!switched) {
        return std::unexpected(switched.error());
    }
    if (!*switched) {
        return fail(ErrorKind::unavailable, fmt::format("{} cannot keep a write-ahead log here", database.file()),
                    "keep the store on a local disk");
    }
    return {};
}

// NORMAL: a commit survives the death of the process; the last ones before a power cut may be missing, but nothing is
// torn. secure_delete=FAST costs no extra writes. Reading the version makes the connection know the log.
constexpr const char* writer_settings =
    "PRAGMA synchronous=NORMAL; PRAGMA secure_delete=FAST; PRAGMA cache_size=-8000; PRAGMA user_version";

Result<std::unique_ptr<Database>> open_writer(const std::string& file, const SqliteOptions& options) {
    Result<std::unique_ptr<Database>> database = Database::open(file, {.busy_ms = options.busy_ms});
    if (!database) {
        return database;
    }
    if (sqlite3_db_readonly((*database)->handle(), "main") == 1) {
        return std::unexpected(sqlite_error(SQLITE_READONLY, 0, "", file));
    }
    Result<void> done = (*database)->script(fmt::format("PRAGMA page_size={}", options.page_bytes));
    done = done ? set_up(**database) : done;
    done = done ? (*database)->script(writer_settings) : done;
    if (!done) {
        return std::unexpected(done.error());
    }
    return database;
}

// Another connection to a store that open_writer() has set up.
Result<std::unique_ptr<Database>> open_again(const std::string& file, int busy_ms, const char* settings) {
    Result<std::unique_ptr<Database>> database = Database::open(file, {.busy_ms = busy_ms});
    if (!database) {
        return database;
    }
    const Result<void> done = (*database)->script(settings);
    if (!done) {
        return std::unexpected(done.error());
    }
    return database;
}

Result<Store> open_read_write(const std::string& file, const SqliteOptions& options) {
    const Result<void> folder = make_folder(file);
    if (!folder) {
        return std::unexpected(folder.error());
    }
    Result<std::unique_ptr<Database>> writer = open_writer(file, options);
    if (!writer) {
        return std::unexpected(writer.error());
    }
    Result<std::unique_ptr<Database>> for_log = open_again(file, options.busy_ms, writer_settings);
    if (!for_log) {
        return std::unexpected(for_log.error());
    }
    // With write access, so that the last to close can put the log away; but it changes nothing else.
    Result<std::unique_ptr<Database>> reader = open_again(file, options.busy_ms, "PRAGMA query_only=1");
    if (!reader) {
        return std::unexpected(reader.error());
    }
    return Store{std::make_unique<SqliteRunStore>(*std::move(writer), *std::move(for_log), options),
                 std::make_unique<SqliteRunReader>(*std::move(reader))};
}

Result<Store> reader_of(Result<std::unique_ptr<Database>> database) {
    if (!database) {
        return std::unexpected(database.error());
    }
    const Result<void> ours = check_schema(**database, schema_steps());
    if (!ours) {
        return std::unexpected(ours.error());
    }
    return Store{nullptr, std::make_unique<SqliteRunReader>(*std::move(database))};
}

bool has_log(const std::string& file) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(file + "-wal", error);
    return !error && size > 0;
}

// Readers of a write-ahead log share memory through a file beside the store. Where that file can be neither opened nor
// made (read-only media), the store is readable only if its log is empty: then the file alone is everything.
Result<Store> open_read_only(const std::string& file, const SqliteOptions& options) {
    Result<Store> store = reader_of(Database::open(file, {.write = false, .busy_ms = options.busy_ms}));
    if (store || store.error().kind != ErrorKind::unavailable) {
        return store;
    }
    if (has_log(file)) {
        return fail(ErrorKind::unavailable,
                    fmt::format("{0} is in a read-only place and its last changes are still in {0}-wal", file),
                    "copy both files to a folder you can write to, and read the store there");
    }
    return reader_of(Database::open(file, {.write = false, .immutable = true}));
}

}  // namespace

Result<Store> open_sqlite(const std::string& file, Access access, const SqliteOptions& options) {
    const Result<void> path = check_path(file, access);
    if (!path) {
        return std::unexpected(path.error());
    }
    return access == Access::read_write ? open_read_write(file, options) : open_read_only(file, options);
}

Result<Store> open_sqlite(const std::string& file, Access access) {
    return open_sqlite(file, access, SqliteOptions{});
}

}  // namespace sosia::storage
