#include "storage/sqlite_schema.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace sosia::storage {
namespace {

constexpr std::int64_t application_id = 0x536f7369;  // "Sosi": tells our files from other SQLite databases

// Lists read `conversations` in plan order, so it is clustered that way; transcripts are many times larger and lie
// apart, in the order they were finished. The journal is appended to and shrinks again: rows by number are cheapest
// there.
constexpr const char* first_version = R"sql(
CREATE TABLE runs (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  suite TEXT NOT NULL,
  suite_hash TEXT NOT NULL,
  started_ms INTEGER NOT NULL,
  finished_ms INTEGER NOT NULL,
  state TEXT NOT NULL,
  planned INTEGER NOT NULL,
  spec TEXT NOT NULL,
  summary TEXT NOT NULL,
  writer INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE conversations (
  run INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  id TEXT NOT NULL,
  record INTEGER NOT NULL,
  persona TEXT NOT NULL,
  scenario TEXT NOT NULL,
  edge_case TEXT NOT NULL,
  adversary TEXT NOT NULL,
  repetition INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  fault TEXT NOT NULL,
  ended TEXT NOT NULL,
  user_turns INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  score REAL,
  failed_checks TEXT NOT NULL,
  PRIMARY KEY (run, ordinal, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX conversations_by_id ON conversations (run, id);
CREATE TABLE records (
  key INTEGER PRIMARY KEY,
  record TEXT NOT NULL
);
)sql";

// Who played the user, in runs where several do; "" in all others.
constexpr const char* second_version = R"sql(
ALTER TABLE conversations ADD COLUMN player TEXT NOT NULL DEFAULT '';
)sql";

struct Stamp {
    std::int64_t application = 0;
    std::int64_t version = 0;
    std::int64_t tables = 0;

    bool empty() const { return application == 0 && version == 0 && tables == 0; }
};

Result<Stamp> read_stamp(Database& database) {
    Stamp stamp;
    const auto read = [&]() -> Result<void> {
        for (const auto& [sql, to] :
             {std::pair("PRAGMA application_id", &stamp.application), std::pair("PRAGMA user_version", &stamp.version),
              std::pair("SELECT count(*) FROM sqlite_schema", &stamp.tables)}) {
            const auto number = database.number(sql);
            if (!number) {
                return std::unexpected(number.error());
            }
            *to = number->value_or(0);
        }
        return {};
    };
    // Together, or a store that another process is just creating looks like half of one.
    const bool inside = sqlite3_get_autocommit(database.handle()) == 0;
    const Result<void> done = inside ? read() : database.transaction(read, "BEGIN");
    if (!done) {
        return std::unexpected(done.error());
    }
    return stamp;
}

Result<void> check_ours(const Stamp& stamp, std::size_t last, const std::string& file) {
    if (stamp.application != application_id || stamp.version < 1) {
        return fail(ErrorKind::malformed, fmt::format("{} is a database, but not a Sosia store", file),
                    "choose another file for the store");
    }
    if (stamp.version > static_cast<std::int64_t>(last)) {
        return fail(ErrorKind::conflict,
                    fmt::format("{} was written by a newer Sosia (store version {}, this one knows {})", file,
                                stamp.version, last),
                    "update Sosia, or use another store");
    }
    return {};
}

// Does nothing when the version is the last one already.
Result<void> apply(Database& database, std::int64_t from, std::span<const std::string> steps) {
    for (std::size_t i = static_cast<std::size_t>(from); i < steps.size(); ++i) {
        const Result<void> done = database.script(steps[i]);
        if (!done) {
            return done;
        }
    }
    return database.script(
        fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", application_id, steps.size()));
}

}  // namespace

std::span<const std::string> schema_steps() {
    static const std::array<std::string, 2> steps{first_version, second_version};
    return steps;
}

Result<bool> is_current(Database& database, std::span<const std::string> steps) {
    const Result<Stamp> stamp = read_stamp(database);
    if (!stamp) {
        return std::unexpected(stamp.error());
    }
    if (stamp->empty()) {
        return false;
    }
    const Result<void> ours = check_ours(*stamp, steps.size(), database.file());
    if (!ours) {
        return std::unexpected(ours.error());
    }
    return stamp->version == static_cast<std::int64_t>(steps.size());
}

Result<SchemaOutcome> migrate(Database& database, std::span<const std::string> steps) {
    SchemaOutcome outcome = SchemaOutcome::current;
    const Result<bool> current = is_current(database, steps);
    if (!current) {
        return std::unexpected(current.error());
    }
    if (*current) {
        return outcome;
    }
    // The version is read again inside the transaction, because another process may be doing the same right now.
    const auto bring_up = [&]() -> Result<void> {
        const Result<Stamp> stamp = read_stamp(database);
        if (!stamp) {
            return std::unexpected(stamp.error());
        }
        if (stamp->version < static_cast<std::int64_t>(steps.size())) {
            outcome = stamp->empty() ? SchemaOutcome::created : SchemaOutcome::migrated;
        }
        return apply(database, stamp->version, steps);
    };
    const Result<void> done = database.transaction(bring_up);
    if (!done) {
        return std::unexpected(done.error());
    }
    return outcome;
}

Result<void> check_schema(Database& database, std::span<const std::string> steps) {
    const Result<Stamp> stamp = read_stamp(database);
    if (!stamp) {
        return std::unexpected(stamp.error());
    }
    const Result<void> ours = check_ours(*stamp, steps.size(), database.file());
    if (ours && stamp->version < static_cast<std::int64_t>(steps.size())) {
        return fail(ErrorKind::conflict,
                    fmt::format("{} was written by an older Sosia (store version {}, this one reads {})",
                                database.file(), stamp->version, steps.size()),
                    "open it once with a command that writes, such as `sosia run`: that brings it up to date");
    }
    return ours;
}

}  // namespace sosia::storage
