// A folder that exists as long as a test needs it, filled with files.
#pragma once
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "spec/load.h"

namespace sosia::spec {

class TestFolder {
  public:
    TestFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "sosia-spec-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~TestFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;

    void write(const std::string& name, std::string_view text) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << text;
    }

    LoadResult load(const Environment& environment = {}) const { return load_suite(path_.string(), environment); }
    const std::filesystem::path& path() const { return path_; }

    // All diagnostics as printed, with the folder's name taken out.
    std::string report(const LoadResult& result) const {
        std::string out;
        for (const Diagnostic& diagnostic : result.diagnostics) {
            out += render(diagnostic) + "\n";
        }
        const std::string prefix = path_.string() + "/";
        for (std::size_t at = out.find(prefix); at != std::string::npos; at = out.find(prefix)) {
            out.erase(at, prefix.size());
        }
        return out;
    }

  private:
    std::filesystem::path path_;
};

}  // namespace sosia::spec
