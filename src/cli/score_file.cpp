#include "cli/score_file.h"

#include <CLI/CLI.hpp>

#include <filesystem>

#include "cli/outcomes.h"

namespace sosia::cli {

void add_score_cache_option(CLI::App& command, std::string& path) {
    command
        .add_option("--score-cache", path,
                    "file of judge scores: conversations that are the same as before are not judged again")
        ->type_name("FILE");
}

Result<std::unique_ptr<scoring::ScoreCache>> open_score_cache(const std::string& path) {
    if (path.empty()) {
        return std::unique_ptr<scoring::ScoreCache>();
    }
    auto cache = std::make_unique<scoring::ScoreCache>(SOSIA_VERSION);
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
        return cache;
    }
    const Result<std::string> text = read_text_file(path);
    const Result<void> read = text ? cache->read(*text) : std::unexpected(text.error());
    if (!read) {
        return fail(ErrorKind::usage, path + ": " + read.error().message, read.error().hint);
    }
    return cache;
}

Result<void> save_score_cache(const std::string& path, const scoring::ScoreCache* cache) {
    if (cache == nullptr) {
        return {};
    }
    const std::string fresh = path + ".new";
    if (Result<void> written = write_text_file(fresh, cache->text()); !written) {
        return written;
    }
    std::error_code error;
    std::filesystem::rename(fresh, path, error);
    return error ? fail(ErrorKind::unavailable, "cannot write " + path + ": " + error.message()) : Result<void>{};
}

}  // namespace sosia::cli
