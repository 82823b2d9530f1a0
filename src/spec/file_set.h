// The files of one suite: each read once, kept for messages.
#pragma once
#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "spec/diagnostics.h"
#include "spec/yaml_node.h"

namespace sosia::spec {

class FileSet {
  public:
    FileSet(std::filesystem::path directory, const Environment& environment, Diagnostics& diagnostics)
        : directory_(std::move(directory)), environment_(environment), diagnostics_(diagnostics) {}

    // The file's documents with ${NAME} replaced; empty after a problem, which has been reported.
    std::vector<Node> documents(const SourceFile& file);
    // Reads the bytes. Always gives a SourceFile (its text empty after a problem), valid as long as this set.
    const SourceFile& read(const std::filesystem::path& path, std::string_view hint_when_missing = {});

    // False after a problem that kept its content from being known.
    bool is_whole(const SourceFile& file) const;

    const std::filesystem::path& directory() const { return directory_; }
    Diagnostics& diagnostics() { return diagnostics_; }
    std::vector<std::string>& secrets() { return secrets_; }
    std::vector<std::string> paths() const;

  private:
    void read_bytes(SourceFile& file, std::string_view hint_when_missing);

    std::filesystem::path directory_;
    const Environment& environment_;
    Diagnostics& diagnostics_;
    std::deque<SourceFile> files_;
    std::vector<const SourceFile*> unreadable_;
    std::vector<std::string> secrets_;
    std::size_t total_bytes_ = 0;
};

}  // namespace sosia::spec
