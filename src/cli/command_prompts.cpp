#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include "cli/outcomes.h"
#include "prompt/book.h"

namespace sosia::cli {
namespace {

int prompts_command(const Context& context, const std::string& directory) {
    for (const auto& [name, text] : prompt::shipped()) {
        const std::string path = fmt::format("{}/{}.mustache", directory, name);
        if (const Result<std::string> there = read_text_file(path); there && *there != text) {
            return report_error(context, Error{ErrorKind::usage, path + " is there already and has been edited",
                                               "name an empty folder"});
        }
        if (const Result<void> written = write_text_file(path, text); !written) {
            return report_error(context, written.error());
        }
        context.out() << path << "\n";
    }
    context.out() << fmt::format("edit what you need, delete the rest, and set \"prompts: {}\" in sosia.yaml\n",
                                 directory);
    return exit_passed;
}

}  // namespace

void add_prompts(CLI::App& app, Context& context, int& exit_code) {
    auto directory = std::make_shared<std::string>("prompts");
    CLI::App* command = app.add_subcommand("prompts", "Write the prompts that models are given, to be edited");
    command->footer("Examples:\n  sosia prompts\n  sosia prompts my-suite/prompts");
    command->add_option("folder", *directory, "where they are written")->type_name("DIR")->capture_default_str();
    command->callback([directory, &context, &exit_code] { exit_code = prompts_command(context, *directory); });
}

}  // namespace sosia::cli
