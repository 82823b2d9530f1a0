// sosia.yaml and the files it names -> domain values, with every problem reported at once and with its place.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/suite.h"

namespace sosia::spec {

// One problem in one file. Lines and columns are 1-based; 0 when the whole file is meant.
struct Diagnostic {
    enum class Severity { error, warning };
    Severity severity = Severity::error;
    std::string file;
    int line = 0;
    int column = 0;
    std::string message;  // what was found and what was expected
    std::string hint;     // "did you mean "personas"?"; may be empty
    std::string excerpt;  // the offending line as written (shortened), "" when there is none
    int caret = 0;        // 1-based character of the excerpt the problem stands at
};

// "sosia.yaml:3:1: unknown key "persnoas"; expected one of ... \n    persnoas: people/\n    ^ did you mean "personas"?"
std::string render(const Diagnostic& diagnostic);

using Environment = std::function<std::optional<std::string>(std::string_view name)>;

struct LoadResult {
    std::optional<Suite> suite;           // absent when there is any error
    std::vector<Diagnostic> diagnostics;  // by file, then line
    std::vector<std::string> files;       // every file that was read
};

// `path` is a sosia.yaml or a folder that holds one.
LoadResult load_suite(const std::string& path, const Environment& environment);

// The ready adversaries (src/spec/data/adversaries/*.yaml, embedded): ids that a suite may name without a file.
const std::vector<Adversary>& builtin_adversaries();

}  // namespace sosia::spec
