// Options and output that compare and gate share.
#pragma once
#include <functional>
#include <string>

#include "cli/outcomes.h"

namespace sosia::cli {

struct CompareFlags {
    BaselineFolder folder;
    analysis::CompareOptions options;
    bool json = false;
    bool all = false;
    bool annotations = false;
    std::string markdown;  // file, "" none
    std::function<bool(const char* option)> is_given = [](const char*) { return false; };
};

void add_compare_options(CLI::App& command, CompareFlags& flags);

// Thresholds of the suite's `gate.compare`, where the command line says nothing.
void apply_gate(const GateSpec& gate, CompareFlags& flags);

// Marks of flaky cells and today's date.
Result<void> complete(const Context& context, CompareFlags& flags);

// Prints the comparison, writes the files asked for, and returns the exit code of its answer.
int report_comparison(const Context& context, const CompareFlags& flags, const analysis::Comparison& comparison);

}  // namespace sosia::cli
