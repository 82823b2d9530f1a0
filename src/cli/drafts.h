// The folder where drafts wait for a person's yes, and the suite they are to join.
#pragma once
#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "generate/axes_covered.h"
#include "generate/draft.h"
#include "generate/duplicates.h"

namespace sosia::cli {

// Beside the files of the same kind, so that the suite's own list finds it; `usual` when none is in a folder.
template <class T>
std::string part_folder(const Suite& suite, const std::vector<T>& parts, const std::string& usual) {
    const auto written =
        std::ranges::find_if(parts, [](const T& part) { return std::filesystem::path(part.file).has_parent_path(); });
    const std::filesystem::path folder =
        written == parts.end() ? std::filesystem::path(usual) : std::filesystem::path(written->file).parent_path();
    return (std::filesystem::path(suite.directory) / folder).string();
}

// The suite at `path`, or what a folder without one stands for: an empty suite. Nothing when its files are wrong; the
// problems are printed then.
std::optional<Suite> suite_to_join(const Context& context, const std::string& path);

// A file that holds a draft.
struct DraftFile {
    std::string path;
    std::string text;
    generate::PartKind kind = generate::PartKind::scenario;
    spec::PartFile part;
};

// Reads one; a usage error when it is no draft, or its problems (all of them) when it cannot be used.
Result<DraftFile> read_draft(const Context& context, const std::string& path);

// Every draft below `folder`, by name; none when there is no such folder. What cannot be read is left out.
std::vector<DraftFile> drafts_below(const Context& context, const std::string& folder);

// What texts of the suite's personas or scenarios are compared with.
std::vector<generate::Known> known_parts(const Context& context, const Suite& suite, generate::PartKind kind);

// The table of axes, the suite beside the suite with these drafts.
std::string axes_table(const Suite& suite, const std::vector<DraftFile>& drafts, const std::vector<spec::Axis>& axes);

// The commands about drafts; their files are named for them.
void add_scenarios(CLI::App& app, Context& context, int& exit_code);
void add_drafts(CLI::App& app, Context& context, int& exit_code);

}  // namespace sosia::cli
