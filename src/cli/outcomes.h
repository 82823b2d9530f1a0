// What "main", "latest", "latest~1" or "r019c" mean to compare and gate: a baseline file or a stored run, as outcomes.
#pragma once
#include <string>
#include <vector>

#include "analysis/compare.h"
#include "cli/context.h"

namespace sosia::cli {

// Where baselines and marks of flaky cells lie: files for the repository.
struct BaselineFolder {
    std::string path = "sosia-baselines";

    std::string baseline(const std::string& name) const { return path + "/" + name + ".json"; }
    std::string flaky() const { return path + "/flaky.json"; }
};

void add_folder_option(CLI::App& command, BaselineFolder& folder);

// Letters, digits, ".", "_" and "-"; not "latest", "flaky" or "clusters".
Result<void> check_baseline_name(const std::string& name);

Result<std::string> read_text_file(const std::string& path);
Result<void> write_text_file(const std::string& path, const std::string& text);  // makes the folder

// A stored run: an id, the beginning of one, "latest", or "latest~2" for the third newest.
Result<storage::RunInfo> find_run(storage::RunReader& reader, const std::string& text);
Result<analysis::Outcomes> outcomes_of_run(storage::RunReader& reader, const storage::RunInfo& run);

// A baseline's name or file, or a run. A baseline wins over a run of the same name.
Result<analysis::Outcomes> outcomes_named(const Context& context, const BaselineFolder& folder,
                                          const std::string& text);

// The suite that tells traits, categories and tags of these outcomes: the one the run was made from, when it is still
// there.
std::optional<Suite> suite_of_outcomes(const Context& context, const analysis::Outcomes& outcomes);

// Marks of flaky cells; none when the file is not there.
Result<std::vector<analysis::FlakyMark>> read_flaky(const BaselineFolder& folder);
Result<void> write_flaky(const BaselineFolder& folder, const std::vector<analysis::FlakyMark>& marks);

// "2026-03-14", `days` from now.
std::string date(const Clock& clock, int days = 0);

}  // namespace sosia::cli
