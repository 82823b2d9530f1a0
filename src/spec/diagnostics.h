// Collects every problem of every file, each with its line.
#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "spec/load.h"
#include "spec/yaml_node.h"

namespace sosia::spec {

// A file that was read. Outlives the loading.
struct SourceFile {
    std::string path;      // as a person would open it
    std::string relative;  // relative to the suite's directory
    std::string text;
};

class Diagnostics {
  public:
    void error(const SourceFile& file, Place place, std::string message, std::string hint = {});
    void warning(const SourceFile& file, Place place, std::string message, std::string hint = {});

    // Problems are listed in the order in which files were announced.
    void announce(const SourceFile& file);

    // So many problems of one file are kept; the rest is only counted.
    static constexpr std::size_t most_per_file = 100;
    bool is_full(const SourceFile& file) const;

    bool has_errors() const { return errors_ > 0; }
    std::size_t errors() const { return errors_; }
    // By file in order of reading, then line and column; equal ones once.
    std::vector<Diagnostic> sorted() const;

  private:
    void add(Diagnostic::Severity severity, const SourceFile& file, Place place, std::string message, std::string hint);

    void add_counts(std::vector<Diagnostic>& sorted) const;

    std::vector<Diagnostic> found_;
    struct PerFile {
        std::size_t order = 0;  // of announcement
        std::size_t problems = 0;
    };

    std::unordered_map<std::string, PerFile> files_;
    std::size_t errors_ = 0;
};

// `text` in double quotes, shortened, without control characters: safe to print whatever a file holds.
std::string in_quotes(std::string_view text);

// "a", "a or b", "a, b or c"
std::string any_of(const std::vector<std::string>& words);

// "did you mean "x"?", or "" when nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace sosia::spec
