// Runs a shell command with text on its standard input and collects what it prints, within a time and a size.
#pragma once
#include <cstdint>
#include <string>

namespace sosia::scoring {

struct CommandResult {
    int exit_code = 0;
    std::string output;  // standard output, at most 64 KB
    std::string error;   // why it could not be run or was stopped; empty when it ran to its end
};

// `directory` is where the command runs. Its process group is killed after `timeout_ms`.
CommandResult run_command_with_input(const std::string& command, const std::string& directory, const std::string& input,
                                     std::int64_t timeout_ms);

}  // namespace sosia::scoring
