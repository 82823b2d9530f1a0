#include "agent/detail/start_options.h"

#include <filesystem>
#include <utility>

#include "agent/detail/args.h"

namespace sosia::agent::detail {

Result<ProcessOptions> start_options(const Setup& setup, std::string command,
                                     const std::vector<std::string>& environment) {
    Args args(setup.spec->args);
    ProcessOptions options{.command = std::move(command),
                           .environment = args.take(environment_arg(setup.spec->args)),
                           .log_file = setup.log_file};
    const std::filesystem::path directory = std::filesystem::path(setup.directory) / args.text("directory");
    options.directory = directory.string();
    options.environment.insert(options.environment.end(), environment.begin(), environment.end());
    if (args.error()) {
        return std::unexpected(*args.error());
    }
    return options;
}

}  // namespace sosia::agent::detail
