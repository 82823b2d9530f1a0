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

inline constexpr std::string_view small_suite = "agent: http://127.0.0.1:1/chat\n";
inline constexpr std::string_view small_persona = "id: ann\n";
inline constexpr std::string_view small_scenario = "id: refund\nintent: get a refund\n";

// A suite of three files in which `name` has the text `text`.
inline std::string report_with(const std::string& name, std::string_view text, const Environment& environment = {}) {
    const TestFolder folder;
    folder.write("sosia.yaml", small_suite);
    folder.write("personas/ann.yaml", small_persona);
    folder.write("scenarios/refund.yaml", small_scenario);
    folder.write(name, text);
    return folder.report(folder.load(environment));
}

}  // namespace sosia::spec
