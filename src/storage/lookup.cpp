#include "storage/lookup.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "storage/store.h"

namespace sosia::storage {

Result<std::string> only_match(std::string_view what, std::string_view prefix,
                               const std::vector<std::string>& matches) {
    if (matches.empty()) {
        return fail(ErrorKind::usage, fmt::format("no {} starts with \"{}\"", what, prefix),
                    "`sosia list` names what there is");
    }
    if (matches.size() == 1 || std::ranges::find(matches, prefix) != matches.end()) {
        return matches.size() == 1 ? matches.front() : std::string(prefix);
    }
    const std::vector<std::string> first(
        matches.begin(), matches.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(5, matches.size())));
    return fail(ErrorKind::usage,
                fmt::format("more than one {} starts with \"{}\": {}{}", what, prefix, join(first, ", "),
                            matches.size() > first.size() ? ", ..." : ""),
                "give more characters of the id");
}

std::string after_prefix(std::string_view prefix) {
    return std::string(prefix) + '\xff';
}

std::unexpected<Error> no_such_run(std::string_view id) {
    return fail(ErrorKind::usage, fmt::format("there is no run {} in this store", id), "`sosia list` names the runs");
}

std::unexpected<Error> no_runs_yet() {
    return fail(ErrorKind::usage, "there are no runs in this store yet", "start one with `sosia run`");
}

std::unexpected<Error> run_exists(std::string_view id) {
    return fail(ErrorKind::conflict, fmt::format("there is already a run {} in this store", id), "start the run again");
}

std::string_view to_string(RunState state) {
    switch (state) {
        case RunState::running:
            return "running";
        case RunState::finished:
            return "finished";
        case RunState::interrupted:
            break;
    }
    return "interrupted";
}

}  // namespace sosia::storage
