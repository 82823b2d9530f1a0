// Which files a suite means by "personas/", "personas/*.yaml" or "personas/sandra.yaml".
#pragma once
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace sosia::spec {

struct SourceProblem {
    std::string message;
    std::string hint;
};

// `written` starts at `base`. A folder means every .yaml, .yml and .json file below it, a glob ("*", "?", "[a-z]",
// "**") the files it matches; both sorted by name, hidden files left out, links to folders not followed. Nothing found
// is a problem, with the nearest name that is there.
std::expected<std::vector<std::filesystem::path>, SourceProblem> find_files(const std::filesystem::path& base,
                                                                            std::string_view written);

bool is_glob(std::string_view text);

// Does `path` ("a/b.yaml") match `pattern`? "*" and "?" stay within a folder name, "**" spans folders.
bool glob_matches(std::string_view pattern, std::string_view path);

}  // namespace sosia::spec
