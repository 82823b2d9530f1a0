#include "cli/json_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/stream_parser.hpp>
#include <fstream>
#include <sstream>

namespace sosia::cli {
namespace fs = std::filesystem;
namespace json = boost::json;

Result<std::string> read_text_file(const fs::path& path) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
        return fail(ErrorKind::usage, "there is no file " + path.string());
    }
    if (fs::is_directory(path, ignored)) {
        return fail(ErrorKind::usage, path.string() + " is a folder", "name the file in it");
    }
    std::ifstream stream(path, std::ios::binary);
    std::stringstream text;
    text << stream.rdbuf();
    return stream ? Result<std::string>(text.str()) : fail(ErrorKind::usage, "cannot read " + path.string());
}

Result<json::value> read_json_file(const fs::path& path) {
    const Result<std::string> text = read_text_file(path);
    if (!text) {
        return std::unexpected(text.error());
    }
    json::stream_parser parser;
    boost::system::error_code error;
    const std::size_t read = parser.write_some(*text, error);
    if (error) {
        const auto line = 1 + std::count(text->begin(), text->begin() + static_cast<std::ptrdiff_t>(read), '\n');
        return fail(ErrorKind::usage,
                    fmt::format("{} is not JSON: {} in line {}", path.string(), error.message(), line));
    }
    parser.finish(error);
    if (error) {
        return fail(ErrorKind::usage,
                    fmt::format("{} is not whole: it ends in the middle, after {} bytes", path.string(), text->size()));
    }
    if (text->find_first_not_of(" \t\r\n", read) != std::string::npos) {
        return fail(ErrorKind::usage, path.string() + " has more after the end of its JSON");
    }
    return parser.release();
}

}  // namespace sosia::cli
