// What can go wrong at run time, as a value. Bugs are exceptions or assertions, never an Error.
#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sosia {

// Says what the caller should do next, not where the error came from.
enum class ErrorKind {
    usage,        // the user's command line or files are wrong: exit code 4
    unavailable,  // a file, server or disk is not there right now; trying again may help
    timeout,      // a deadline passed
    malformed,    // a peer or file sent bytes that do not follow the format
    limit,        // a size, depth or count bound was exceeded
    cancelled,    // somebody asked us to stop
    conflict,     // the stored state is not what the caller believes (newer schema, locked store, id taken)
};

struct Error {
    ErrorKind kind = ErrorKind::usage;
    std::string message;  // one sentence for a person: what was found, what was expected
    std::string hint;     // the likely fix; empty when there is none
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string message, std::string hint = {}) {
    return std::unexpected<Error>(Error{kind, std::move(message), std::move(hint)});
}

std::string_view to_string(ErrorKind kind);

}  // namespace sosia
