// Options that change what of a suite runs; shared by plan and run, and kept with the run so that resume repeats them.
#pragma once
#include <CLI/App.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "domain/suite.h"

namespace sosia::cli {

struct SuiteOptions {
    std::string path = ".";
    std::optional<std::uint64_t> seed;
    std::optional<int> runs;
    std::optional<int> sample;
    std::optional<std::string> cover;
    std::optional<int> concurrency;
    std::vector<std::string> tags;
    std::vector<std::string> skip_tags;
    std::vector<std::string> personas;
    std::vector<std::string> scenarios;
    std::vector<std::string> adversaries;
    std::optional<std::string> shard;  // "2/5": see shard.h; only sosia run takes it
};

void add_suite_options(CLI::App& command, SuiteOptions& options);

// The same with the suite as --suite, for commands whose arguments are something else.
void add_merge_options(CLI::App& command, SuiteOptions& options);

// Changes the suite accordingly. An unknown persona, scenario or adversary is a usage error with a suggestion.
Result<void> apply(const SuiteOptions& options, Suite& suite);

boost::json::object to_json(const SuiteOptions& options);
SuiteOptions suite_options_from_json(const boost::json::object& json);

// The same as words of a command line, without the path.
std::vector<std::string> arguments_of(const SuiteOptions& options);

}  // namespace sosia::cli
