// What others have written down, as a suite of ours.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "cli/context.h"
#include "cli/json_file.h"
#include "world/import_tau_bench.h"

namespace sosia::cli {
namespace {

namespace fs = std::filesystem;

struct ImportOptions {
    std::string directory;
    std::string out;
    std::string name;
    std::string script;
};

// Every JSON file but the two that are no collections.
std::vector<std::string> collections_in(const fs::path& directory) {
    std::vector<std::string> out;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory, ignored)) {
        const std::string name = entry.path().stem().string();
        if (entry.path().extension() == ".json" && name != "tools" && name != "trajectories") {
            out.push_back(name);
        }
    }
    std::ranges::sort(out);
    return out;
}

Result<world::TauBenchDomain> read_domain(const ImportOptions& options) {
    const fs::path directory = fs::absolute(options.directory).lexically_normal();
    std::error_code ignored;
    if (!fs::is_directory(directory, ignored)) {
        return fail(ErrorKind::usage, "there is no folder " + options.directory,
                    "expected the folder of a domain: tools.json, trajectories.json and its collections");
    }
    world::TauBenchDomain domain;
    const fs::path last = directory.filename().empty() ? directory.parent_path().filename() : directory.filename();
    domain.name = options.name.empty() ? last.string() : options.name;
    domain.directory = directory.string();
    domain.collections = collections_in(directory);
    for (const auto& [file, into] :
         {std::pair{"tools.json", &domain.tools}, {"trajectories.json", &domain.trajectories}}) {
        Result<boost::json::value> value = read_json_file(directory / file);
        if (!value) {
            return std::unexpected(value.error());
        }
        *into = std::move(*value);
    }
    // The data stays where it is, but a suite over data that nobody can read helps nobody.
    for (const std::string& name : domain.collections) {
        Result<boost::json::value> documents = read_json_file(directory / (name + ".json"));
        if (!documents) {
            return std::unexpected(documents.error());
        }
        if (name == "users") {
            domain.users = std::move(*documents);
        }
    }
    if (!options.script.empty()) {
        Result<std::string> script = read_text_file(options.script);
        if (!script) {
            return std::unexpected(script.error());
        }
        domain.script = std::move(*script);
    }
    return domain;
}

Result<void> write_all(const fs::path& directory, const std::map<std::string, std::string>& files) {
    for (const auto& [name, text] : files) {
        const fs::path path = directory / name;
        std::error_code ignored;
        fs::create_directories(path.parent_path(), ignored);
        if (fs::exists(path, ignored)) {
            return fail(ErrorKind::usage, path.string() + " is there already", "choose another folder with --out");
        }
        std::ofstream file(path, std::ios::binary);
        file << text;
        file.close();
        if (!file) {
            return fail(ErrorKind::unavailable, "cannot write " + path.string());
        }
    }
    return {};
}

int import_command(const Context& context, const ImportOptions& options) {
    const Result<world::TauBenchDomain> domain = read_domain(options);
    if (!domain) {
        return report_error(context, domain.error());
    }
    const auto files = world::import_tau_bench(*domain);
    if (!files) {
        return report_error(context, files.error());
    }
    const std::string out = options.out.empty() ? domain->name : options.out;
    if (const Result<void> written = write_all(out, *files); !written) {
        return report_error(context, written.error());
    }
    context.out() << fmt::format("wrote {}: {} files; the data stays in {}\n", out, files->size(), domain->directory);
    if (domain->script.empty()) {
        context.out() << fmt::format("next: write the tools in {}/worlds/{}.lua\n", out, domain->name);
    }
    return exit_passed;
}

}  // namespace

void add_import_tau_bench(CLI::App& import, Context& context, int& exit_code) {
    const auto options = std::make_shared<ImportOptions>();
    CLI::App* command = import.add_subcommand(
        "tau-bench", "A domain of tau-bench: tasks become scenarios and personas, tools and data a world");
    command->footer(
        "Example:\n  sosia import tau-bench tau-bench-airline --script examples/airline/worlds/airline.lua --out "
        "airline");
    command
        ->add_option("directory", options->directory, "folder with tools.json, trajectories.json and the collections")
        ->required();
    command->add_option("--out", options->out, "folder to write (default: the domain's name)");
    command->add_option("--name", options->name, "name of the suite and the world (default: the folder's)");
    command->add_option("--script", options->script, "Lua file with a function per tool");
    command->callback([options, &context, &exit_code] { exit_code = import_command(context, *options); });
}

}  // namespace sosia::cli
