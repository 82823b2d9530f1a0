#include <CLI/CLI.hpp>

#include "cli/context.h"

namespace sosia::cli {

void add_personas(CLI::App&, Context&, int&) {}

}  // namespace sosia::cli
