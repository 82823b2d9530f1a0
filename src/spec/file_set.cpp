#include "spec/file_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <system_error>

#include "spec/environment.h"
#include "spec/yaml_read.h"

namespace sosia::spec {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_bytes_together = std::size_t{256} << 20;

std::string relative_to(const fs::path& path, const fs::path& directory) {
    const fs::path relative = path.lexically_normal().lexically_relative(directory.lexically_normal());
    return relative.empty() ? path.generic_string() : relative.generic_string();
}

}  // namespace

const SourceFile& FileSet::read(const fs::path& path, std::string_view hint_when_missing) {
    const fs::path normal = path.lexically_normal();
    files_.push_back({.path = normal.generic_string(),
                      .relative = relative_to(path, directory_.empty() ? "." : directory_),
                      .text = {}});
    diagnostics_.announce(files_.back());
    read_bytes(files_.back(), hint_when_missing);
    return files_.back();
}

void FileSet::read_bytes(SourceFile& file, std::string_view hint_when_missing) {
    const auto refuse = [&](std::string message, std::string_view hint = {}) {
        diagnostics_.error(file, {}, std::move(message), std::string(hint));
        unreadable_.push_back(&file);
    };
    const YamlLimits limits;
    std::error_code error;
    const auto status = fs::status(file.path, error);
    if (!fs::is_regular_file(status)) {
        return fs::exists(status) ? refuse("this is no regular file")
                                  : refuse("there is no such file", hint_when_missing);
    }
    const auto size = fs::file_size(file.path, error);
    if (!error && size > limits.bytes) {
        return refuse(fmt::format("the file has {} bytes; at most {} are read", size, limits.bytes));
    }
    total_bytes_ += size;
    if (total_bytes_ > most_bytes_together) {
        return refuse(fmt::format("the suite's files have more than {} MB together", most_bytes_together >> 20));
    }
    std::ifstream stream(file.path, std::ios::binary);
    std::string bytes(limits.bytes + 1, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!stream.is_open() || stream.bad()) {
        return refuse("the file cannot be read (permissions?)");
    }
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    file.text = std::move(bytes);
}

std::vector<Node> FileSet::documents(const SourceFile& file) {
    if (!is_whole(file)) {
        return {};
    }
    auto documents = read_yaml(file.text);
    if (!documents) {
        diagnostics_.error(file, documents.error().place, documents.error().message, documents.error().hint);
        unreadable_.push_back(&file);
        return {};
    }
    for (Node& document : *documents) {
        replace_environment(document, file, environment_, diagnostics_, secrets_);
    }
    return std::move(*documents);
}

bool FileSet::is_whole(const SourceFile& file) const {
    return std::ranges::find(unreadable_, &file) == unreadable_.end();
}

std::vector<std::string> FileSet::paths() const {
    std::vector<std::string> out;
    std::ranges::transform(files_, std::back_inserter(out), &SourceFile::path);
    return out;
}

}  // namespace sosia::spec
