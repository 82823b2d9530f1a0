// What a run is called, what the store keeps of it besides its conversations, and the exit code it ends with.
#include <filesystem>

#include <boost/json/array.hpp>

#include "analysis/outcomes.h"
#include "base/hash.h"
#include "cli/models.h"
#include "cli/rehearsal.h"
#include "cli/run_process.h"

namespace sosia::cli {
namespace json = boost::json;
namespace {

// "1y4k2m-3f2a": sorts by time, unique enough for one store (create_run refuses a double).
std::string new_run_id(const Clock& clock, const std::string& suite_hash) {
    const auto now = static_cast<std::uint64_t>(clock.unix_ms());
    return "r" + hex(now << 20, 11) + hex(hash64(suite_hash, static_cast<std::uint64_t>(clock.steady_us())), 4);
}

// What a later comparison checks before it believes that two runs differ by the agent alone.
json::object pins_json(const Suite& suite) {
    json::object out;
    for (const auto& [name, value] : analysis::pins_of(suite, SOSIA_VERSION)) {
        out[name] = value;
    }
    for (const auto& [name, value] : model_pins(suite)) {
        out[name] = value;
    }
    return out;
}

}  // namespace

storage::RunInfo run_info(const Rehearsal& r) {
    storage::RunInfo info{.id = r.run_id,
                          .suite = r.suite.name,
                          .suite_hash = r.suite.hash,
                          .started_ms = r.started_ms,
                          .planned = r.plan.conversations.size()};
    info.spec = {{"options", to_json(r.options)},
                 {"suite_file", std::filesystem::absolute(r.suite.file).string()},
                 {"out", r.out_directory},
                 {"pins", pins_json(r.suite)},
                 {"process", this_process()}};
    if (r.suite.has_several_users()) {  // the first decides
        json::array users;
        for (const UserSpec* user : r.suite.users()) {
            users.emplace_back(user->name);
        }
        info.spec["users"] = std::move(users);
    }
    return info;
}

void name_run(const Clock& clock, Rehearsal& r) {
    r.run_id = new_run_id(clock, r.suite.hash);
    r.started_ms = clock.unix_ms();
}

int exit_code_of(const analysis::Summary& summary) {
    switch (summary.verdict) {
        case analysis::Verdict::passed:
            return exit_passed;
        case analysis::Verdict::failed:
            return exit_failed;
        case analysis::Verdict::undecided:
            return exit_undecided;
        case analysis::Verdict::not_valid:
            return exit_not_valid;
    }
    return exit_not_valid;
}

}  // namespace sosia::cli
