// The tables of a store and how an older store becomes a current one. Room-internal.
#pragma once
#include <span>
#include <string>

#include "base/error.h"
#include "storage/sqlite_database.h"

namespace sosia::storage {

enum class SchemaOutcome { current, created, migrated };

// Step i turns schema version i into i + 1; version 0 is an empty file. Steps are never edited once released, only
// added.
std::span<const std::string> schema_steps();

// Brings the store to the last version, in one transaction. A newer store is ErrorKind::conflict, a file that is not
// ours or is damaged ErrorKind::malformed; both are left untouched.
Result<SchemaOutcome> migrate(Database& database, std::span<const std::string> steps);

// Whether there is nothing for migrate() to do. Fails as it does, and changes nothing.
Result<bool> is_current(Database& database, std::span<const std::string> steps);

// For read-only access: the store must be ours and have exactly the last version.
Result<void> check_schema(Database& database, std::span<const std::string> steps);

}  // namespace sosia::storage
