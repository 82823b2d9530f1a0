#include "user/reader_data.h"

#include <algorithm>
#include <string>
#include <utility>

#include "sosia_user_data_data.h"

namespace sosia::user {
namespace {

// "reader_en" of "data/reader_en.yaml"
std::string_view stem_of(std::string_view path) {
    path.remove_prefix(std::min(path.size(), path.find_last_of('/') + 1));
    return path.substr(0, path.find('.'));
}

}  // namespace

Result<std::string_view> reader_data(std::string_view name) {
    for (const sosia_user_data::EmbeddedFile& file : sosia_user_data::embedded_files()) {
        if (stem_of(file.name) == name) {
            return file.text;
        }
    }
    return fail(ErrorKind::unavailable, "the reader's rules are not compiled in: " + std::string(name));
}

std::vector<std::string_view> reader_data_parts(std::string_view name) {
    const std::string prefix = std::string(name) + "_";
    std::vector<std::pair<std::string_view, std::string_view>> parts;
    for (const sosia_user_data::EmbeddedFile& file : sosia_user_data::embedded_files()) {
        if (stem_of(file.name).starts_with(prefix)) {
            parts.emplace_back(stem_of(file.name), file.text);
        }
    }
    std::ranges::sort(parts);
    std::vector<std::string_view> out;
    for (const auto& [stem, text] : parts) {
        out.push_back(text);
    }
    return out;
}

}  // namespace sosia::user
