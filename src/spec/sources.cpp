#include "spec/sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "base/text.h"
#include "spec/diagnostics.h"

namespace sosia::spec {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 20'000;

bool is_hidden(const fs::path& path) {
    return path.filename().string().starts_with('.');
}

bool is_suite_data(const fs::path& path) {
    const std::string extension = lower(path.extension().string());
    return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

// Regular files below `folder`; folders that cannot be read are passed over.
std::vector<fs::path> files_below(const fs::path& folder) {
    std::vector<fs::path> out;
    std::error_code error;
    fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error);
    for (; !error && at != fs::recursive_directory_iterator() && out.size() <= most_files; at.increment(error)) {
        std::error_code ignored;
        if (is_hidden(at->path())) {
            at.disable_recursion_pending();
        } else if (at->is_regular_file(ignored)) {
            out.push_back(at->path());
        }
    }
    std::ranges::sort(out);
    return out;
}

// The nearest name beside a missing file or folder.
std::string hint_among_siblings(const fs::path& missing) {
    const fs::path path = missing.has_filename() ? missing : missing.parent_path();  // without a last "/"
    const fs::path folder = path.parent_path().empty() ? fs::path(".") : path.parent_path();
    constexpr std::size_t most_names = 1000;
    std::vector<std::string> names;
    std::error_code error;
    fs::directory_iterator at(folder, error);
    for (; !error && at != fs::directory_iterator() && names.size() < most_names; at.increment(error)) {
        names.push_back(at->path().filename().string());
    }
    std::ranges::sort(names);
    return did_you_mean(path.filename().string(), names);
}

// "[a-c]" at the front of `pattern`: does it hold `c`? Takes it off the pattern; nullopt when it is not closed.
std::optional<bool> take_class(std::string_view& pattern, char c) {
    const std::size_t end = pattern.find(']', 2);
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view members = pattern.substr(1, end - 1);
    pattern.remove_prefix(end + 1);
    const bool negated = members.starts_with('!') || members.starts_with('^');
    members.remove_prefix(negated ? 1 : 0);
    bool inside = false;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const bool range = i + 2 < members.size() && members[i + 1] == '-';
        const char last = range ? members[i + 2] : members[i];
        inside = inside || (c >= members[i] && c <= last);
        i += range ? 2 : 0;
    }
    return inside != negated && c != '/';
}

bool matches_from(std::string_view pattern, std::string_view path, int& budget) {
    while (!pattern.empty()) {
        if (--budget < 0) {
            return false;  // a pattern made to be slow
        }
        if (pattern.front() == '*') {
            const bool deep = pattern.starts_with("**");
            std::string_view rest = pattern.substr(deep ? 2 : 1);
            if (deep && rest.starts_with('/') && matches_from(rest.substr(1), path, budget)) {
                return true;  // "**/" may stand for no folder at all
            }
            for (std::size_t skip = 0; skip <= path.size(); ++skip) {
                if (matches_from(rest, path.substr(skip), budget)) {
                    return true;
                }
                if (skip < path.size() && path[skip] == '/' && !deep) {
                    return false;
                }
            }
            return false;
        }
        if (path.empty()) {
            return false;
        }
        if (pattern.front() == '[') {
            if (const auto inside = take_class(pattern, path.front())) {
                if (!*inside) {
                    return false;
                }
                path.remove_prefix(1);
                continue;
            }
        }
        const bool same = pattern.front() == path.front() || (pattern.front() == '?' && path.front() != '/');
        if (!same) {
            return false;
        }
        pattern.remove_prefix(1);
        path.remove_prefix(1);
    }
    return path.empty();
}

// The part of a glob before its first wildcard is a plain folder.
std::pair<std::string, std::string> split_glob(std::string_view pattern) {
    const std::size_t slash = pattern.substr(0, pattern.find_first_of("*?[")).rfind('/');
    return slash == std::string_view::npos
               ? std::pair{std::string{}, std::string(pattern)}
               : std::pair{std::string(pattern.substr(0, slash + 1)), std::string(pattern.substr(slash + 1))};
}

std::expected<std::vector<fs::path>, SourceProblem> find_glob(const fs::path& base, std::string_view written) {
    const auto [folder, pattern] = split_glob(written);
    const fs::path root = base / folder;
    std::vector<fs::path> out;
    for (const fs::path& file : files_below(root.empty() ? "." : root)) {
        const std::string relative = file.lexically_relative(root.empty() ? "." : root).generic_string();
        if (glob_matches(pattern, relative)) {
            out.push_back(root / relative);
        }
    }
    if (out.empty()) {
        std::error_code error;
        const bool folder_exists = folder.empty() || fs::is_directory(root, error);
        return std::unexpected(SourceProblem{fmt::format("no file matches {}", in_quotes(written)),
                                             folder_exists ? "" : hint_among_siblings(root)});
    }
    return out;
}

}  // namespace

bool is_glob(std::string_view text) {
    return text.find_first_of("*?[") != std::string_view::npos;
}

bool glob_matches(std::string_view pattern, std::string_view path) {
    int budget = 100'000;
    return matches_from(pattern, path, budget);
}

std::expected<std::vector<fs::path>, SourceProblem> find_files(const fs::path& base, std::string_view written) {
    const fs::path path = base / fs::path(std::string(written));
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
        std::vector<fs::path> out = files_below(path);
        std::erase_if(out, [](const fs::path& file) { return !is_suite_data(file); });
        if (out.empty()) {
            return std::unexpected(
                SourceProblem{fmt::format("the folder {} holds no .yaml file", in_quotes(written)), ""});
        }
        return out;
    }
    if (fs::is_regular_file(status)) {
        return std::vector{path};
    }
    if (fs::exists(status)) {
        return std::unexpected(SourceProblem{fmt::format("{} is neither a file nor a folder", in_quotes(written)), ""});
    }
    if (is_glob(written)) {
        return find_glob(base, written);
    }
    return std::unexpected(
        SourceProblem{fmt::format("there is no file or folder {}", in_quotes(written)), hint_among_siblings(path)});
}

}  // namespace sosia::spec
