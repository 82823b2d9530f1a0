#include "agent/detail/prompt_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"

namespace sosia::agent::detail {
namespace {

constexpr std::size_t most_bytes = 1U << 20U;

bool looks_like_a_file(std::string_view text) {
    static constexpr std::array<std::string_view, 5> endings = {".md", ".txt", ".prompt", ".mustache", ".text"};
    const bool one_word = text.find_first_of(" \t\n") == std::string_view::npos;
    return one_word && std::ranges::any_of(endings, [text](std::string_view end) { return text.ends_with(end); });
}

bool is_file(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored);
}

Result<std::string> checked(std::string text, const std::string& what) {
    if (trim(text).empty()) {
        return fail(ErrorKind::usage, what + " is empty", "for example prompt: prompts/desk.md");
    }
    if (text.size() > most_bytes) {
        return fail(ErrorKind::usage, what + " is longer than 1 MB");
    }
    if (!is_valid_utf8(text)) {
        return fail(ErrorKind::usage, what + " is not UTF-8");
    }
    return text;
}

Result<std::string> read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(file), {});
    if (!file.is_open() || file.bad()) {
        return fail(ErrorKind::usage, fmt::format("agent.prompt: cannot read {}", path.string()),
                    "the name is looked up from the suite's folder");
    }
    return checked(std::move(text), fmt::format("agent.prompt: {}", path.string()));
}

}  // namespace

Result<std::string> prompt_text(std::string_view written, const std::string& directory) {
    constexpr std::size_t longest_name = 1024;
    const bool one_line = written.find('\n') == std::string_view::npos && written.size() < longest_name;
    const std::filesystem::path path = std::filesystem::path(directory) / std::string(trim(written));
    if (one_line && !trim(written).empty() && (looks_like_a_file(trim(written)) || is_file(path))) {
        return read(path);
    }
    return checked(std::string(written), "agent.prompt");
}

}  // namespace sosia::agent::detail
