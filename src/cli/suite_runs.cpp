#include "cli/suite_runs.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/suite_options.h"

namespace sosia::cli {
namespace json = boost::json;
namespace {

constexpr std::size_t most_at_once = 2;  // runs of one suite

std::string text_of(const json::object& o, const char* key) {
    const json::value* value = o.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

// One name for a file however it was written down.
std::filesystem::path canonical(const std::string& file) {
    std::error_code ignored;
    const std::filesystem::path absolute = std::filesystem::absolute(file);
    const std::filesystem::path out = std::filesystem::weakly_canonical(absolute, ignored);
    return out.empty() ? absolute : out;
}

}  // namespace

Result<std::unique_ptr<SuiteRuns>> SuiteRuns::of(const Context& context, const std::vector<std::string>& paths) {
    std::unique_ptr<SuiteRuns> out(new SuiteRuns(std::filesystem::absolute(context.store_path).string()));
    for (const std::string& path : paths) {
        const std::optional<Suite> suite = load(context, path);
        if (!suite) {
            return fail(ErrorKind::usage, path + " cannot be served: its files have the problems above");
        }
        const std::filesystem::path file = canonical(suite->file);
        out->suites_.push_back({.name = suite->name,
                                .file = file.string(),
                                .directory = file.parent_path().string(),
                                .words = {},
                                .processes = {}});
    }
    return out;
}

SuiteRuns::Served* SuiteRuns::suite_of(const storage::RunInfo& run) {
    const std::string file = text_of(run.spec, "suite_file");
    const auto at = std::ranges::find(suites_, file.empty() ? file : canonical(file).string(), &Served::file);
    return at == suites_.end() ? nullptr : &*at;
}

std::vector<std::string> SuiteRuns::actions(const storage::RunInfo& run) {
    if (suite_of(run) == nullptr) {
        return {};
    }
    switch (run.state) {
        case storage::RunState::running:
            return {"stop"};
        case storage::RunState::interrupted:
            return {"resume", "again"};
        case storage::RunState::finished:
            return {"again"};
    }
    return {};
}

Result<void> SuiteRuns::act(const storage::RunInfo& run, const std::string& action) {
    Served& suite = *suite_of(run);
    if (action == "stop") {
        const json::value* process = run.spec.if_contains("process");
        return interrupt_process(process != nullptr && process->is_object() ? process->get_object() : json::object{});
    }
    if (action == "resume") {
        return spawn(suite, {"resume", run.id, "--quiet"});
    }
    const json::value* options = run.spec.if_contains("options");
    std::vector<std::string> arguments{"run", suite.file, "--quiet"};
    if (options != nullptr && options->is_object()) {
        for (std::string& word : arguments_of(suite_options_from_json(options->get_object()))) {
            arguments.push_back(std::move(word));
        }
    }
    return spawn(suite, std::move(arguments));
}

Result<void> SuiteRuns::start(std::size_t suite) {
    return spawn(suites_.at(suite), {"run", suites_.at(suite).file, "--quiet"});
}

Result<void> SuiteRuns::spawn(Served& suite, std::vector<std::string> arguments) {
    take_note(suite);
    if (suite.processes.size() >= most_at_once) {
        return fail(ErrorKind::conflict, fmt::format("{} runs of this suite are going on already", most_at_once));
    }
    arguments.insert(arguments.end(), {"--store", store_});
    Result<Spawned> started = Spawned::start(arguments, suite.directory);
    if (!started) {
        return std::unexpected(started.error());
    }
    suite.words.clear();
    suite.processes.push_back(std::move(*started));
    return {};
}

// A run that came to a verdict is in the store; one that did not begin says why on its output.
void SuiteRuns::take_note(Served& suite) {
    std::vector<Spawned> going_on;
    for (Spawned& process : suite.processes) {
        if (process.running()) {
            going_on.push_back(std::move(process));
        } else if (process.exit_code() == exit_usage || process.exit_code() == exit_not_valid) {
            suite.words = process.said();
        }
    }
    suite.processes = std::move(going_on);
}

json::array SuiteRuns::suites() {
    json::array out;
    for (Served& suite : suites_) {
        take_note(suite);
        out.emplace_back(json::object{{"name", suite.name},
                                      {"folder", std::filesystem::path(suite.directory).filename().string()},
                                      {"running", suite.processes.size()},
                                      {"words", suite.words}});
    }
    return out;
}

}  // namespace sosia::cli
