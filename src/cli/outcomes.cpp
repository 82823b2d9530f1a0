#include "cli/outcomes.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "analysis/baseline.h"
#include "analysis/record_scores.h"
#include "cli/stored.h"

namespace sosia::cli {
namespace json = boost::json;
namespace {

// Runs of versions before pins were kept: what their run.json says.
analysis::Pins pins_from_summary(const json::object& summary) {
    analysis::Pins out;
    const json::value* hashes = summary.if_contains("hashes");
    if (hashes == nullptr || !hashes->is_object()) {
        return out;
    }
    out["scorecard"] = std::string(hashes->at("scorecard").as_string());
    out["seed"] = std::to_string(summary.at("seed").to_number<std::uint64_t>());
    for (const auto& [key, prefix] : {std::pair{"personas", "persona "}, std::pair{"scenarios", "scenario "},
                                      std::pair{"adversaries", "adversary "}}) {
        for (const auto& [id, hash] : hashes->at(key).as_object()) {
            out[prefix + std::string(id)] = std::string(hash.as_string());
        }
    }
    return out;
}

analysis::Pins pins_of_run(const storage::RunInfo& run) {
    const json::value* pins = run.spec.if_contains("pins");
    if (pins == nullptr || !pins->is_object()) {
        return pins_from_summary(run.summary);
    }
    analysis::Pins out;
    for (const auto& [name, value] : pins->as_object()) {
        out[std::string(name)] = std::string(value.as_string());
    }
    return out;
}

// Criteria by name, in the order in which they are first seen; all conversations of a run are scored by the same ones.
struct CriteriaTable {
    std::vector<std::string> names;
    std::vector<std::vector<double>> levels;  // by conversation in plan order, each in the order of names
    std::vector<std::uint64_t> transcripts;   // likewise

    void add(const std::vector<std::pair<std::string, double>>& scores) {
        if (names.empty()) {
            for (const auto& [name, level] : scores) {
                names.push_back(name);
            }
        }
        std::vector<double> row;
        for (std::size_t i = 0; i < scores.size() && i < names.size() && scores[i].first == names[i]; ++i) {
            row.push_back(scores[i].second);
        }
        levels.push_back(std::move(row));
    }
};

// The records come in plan order like the briefs.
Result<CriteriaTable> criteria_of(storage::RunReader& reader, const std::string& run, std::size_t conversations) {
    CriteriaTable table;
    table.levels.reserve(conversations);
    const Result<void> read = reader.records(run, [&](std::string_view record) {
        table.add(analysis::scores_in_record(record));
        table.transcripts.push_back(analysis::transcript_in_record(record));
        return true;
    });
    table.levels.resize(conversations);
    table.transcripts.resize(conversations, 0);
    return read ? Result<CriteriaTable>(std::move(table)) : std::unexpected(read.error());
}

// Of a run with several who play the user: the one who decides; "" where there is one.
std::string decider_of(const storage::RunInfo& run) {
    const json::value* users = run.spec.if_contains("users");
    return users != nullptr && users->is_array() && !users->get_array().empty()
               ? std::string(users->get_array().front().as_string())
               : "";
}

std::string agent_field(const storage::RunInfo& run, const char* key) {
    const json::value* agent = run.summary.if_contains("agent");
    return agent == nullptr ? "" : std::string(agent->at(key).as_string());
}

Result<analysis::Outcomes> baseline_at(const std::string& path) {
    Result<std::string> text = read_text_file(path);
    if (!text) {
        return std::unexpected(text.error());
    }
    Result<analysis::Outcomes> outcomes = analysis::baseline_from_text(*text);
    if (!outcomes) {
        // A file of the project's is wrong, whatever is wrong with it: exit code 4.
        return fail(ErrorKind::usage, path + ": " + outcomes.error().message, outcomes.error().hint);
    }
    return outcomes;
}

bool is_file(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored);
}

std::string field(const json::object& o, const char* key) {
    const json::value* value = o.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

}  // namespace

void add_folder_option(CLI::App& command, BaselineFolder& folder) {
    command.add_option("--baselines", folder.path, "folder of baselines and of marks of flaky cells")
        ->capture_default_str();
}

Result<void> check_baseline_name(const std::string& name) {
    const bool plain = !name.empty() && name.front() != '.' && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-';
    });
    if (!plain || name == "latest" || name == "flaky" || name == "clusters") {
        return fail(ErrorKind::usage, "\"" + name + "\" cannot be the name of a baseline",
                    "use letters, digits, \".\", \"_\" and \"-\", such as main");
    }
    return {};
}

Result<std::string> read_text_file(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        return fail(ErrorKind::usage, path + " is a folder, not a file");
    }
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    if (!file) {
        return fail(ErrorKind::usage, "cannot read " + path);
    }
    return text.str();
}

Result<void> write_text_file(const std::string& path, const std::string& text) {
    std::error_code ignored;
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (!folder.empty()) {
        std::filesystem::create_directories(folder, ignored);
    }
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    return file ? Result<void>{} : fail(ErrorKind::unavailable, "cannot write " + path);
}

Result<storage::RunInfo> find_run(storage::RunReader& reader, const std::string& text) {
    constexpr std::string_view back = "latest~";
    if (!text.starts_with(back)) {
        return reader.run(text);
    }
    std::size_t steps = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data() + back.size(), end, steps);
    const Result<std::vector<storage::RunInfo>> runs = reader.runs();
    if (!runs) {
        return std::unexpected(runs.error());
    }
    if (error != std::errc{} || stopped != end || steps >= runs->size()) {
        return fail(ErrorKind::usage, fmt::format("there is no run \"{}\"; the store holds {}", text, runs->size()));
    }
    return (*runs)[steps];
}

Result<analysis::Outcomes> outcomes_of_run(storage::RunReader& reader, const storage::RunInfo& run) {
    const Result<std::vector<storage::ConversationBrief>> briefs = reader.briefs(run.id);
    if (!briefs) {
        return std::unexpected(briefs.error());
    }
    // A run that is still going on may grow between the two readings: then which levels are whose is not known.
    Result<CriteriaTable> table = run.state == storage::RunState::running
                                      ? CriteriaTable{.levels = std::vector<std::vector<double>>(briefs->size()),
                                                      .transcripts = std::vector<std::uint64_t>(briefs->size(), 0)}
                                      : criteria_of(reader, run.id, briefs->size());
    if (!table) {
        return std::unexpected(table.error());
    }
    analysis::OutcomesBuilder builder({.run = run.id,
                                       .suite = run.suite,
                                       .agent = agent_field(run, "reached_by"),
                                       .agent_version = agent_field(run, "version"),
                                       .pins = pins_of_run(run),
                                       .criteria = table->names});
    const std::string decider = decider_of(run);
    for (std::size_t i = 0; i < briefs->size(); ++i) {
        const storage::ConversationBrief& brief = (*briefs)[i];
        if (brief.cell.user != decider) {
            continue;  // shown beside the one who decides, and compared with nobody
        }
        Cell cell = brief.cell;
        cell.user.clear();  // the same cell as that of a suite with one user
        builder.add(cell, {.repetition = brief.cell.repetition,
                           .outcome = brief.outcome,
                           .conversation = brief.id,
                           .score = brief.score,
                           .failed_checks = brief.failed_checks,
                           .transcript = table->transcripts[i],
                           .criteria = std::move(table->levels[i])});
    }
    return builder.finish();
}

Result<analysis::Outcomes> outcomes_named(const Context& context, const BaselineFolder& folder,
                                          const std::string& text) {
    if (text.ends_with(".json") && is_file(text)) {
        return baseline_at(text);
    }
    if (check_baseline_name(text) && is_file(folder.baseline(text))) {
        return baseline_at(folder.baseline(text));
    }
    const Result<storage::Store> store = storage::open_sqlite(context.store_path, storage::Access::read_only);
    if (!store) {
        return fail(store.error().kind,
                    fmt::format("there is no baseline \"{}\" in {}, and runs cannot be read: {}", text, folder.path,
                                store.error().message),
                    store.error().hint);
    }
    const Result<storage::RunInfo> run = find_run(*store->read, text);
    if (!run && !text.starts_with("latest")) {
        return fail(run.error().kind,
                    fmt::format("there is no baseline \"{}\" in {}, and {}", text, folder.path, run.error().message),
                    "sosia baseline list names the baselines, sosia list the runs");
    }
    return run ? outcomes_of_run(*store->read, *run) : std::unexpected(run.error());
}

std::optional<Suite> suite_of_outcomes(const Context& context, const analysis::Outcomes& outcomes) {
    const Result<storage::Store> store = storage::open_sqlite(context.store_path, storage::Access::read_only);
    const Result<storage::RunInfo> run = store ? store->read->run(outcomes.run) : std::unexpected(store.error());
    return run ? suite_of_run(context, *run) : std::nullopt;
}

Result<std::vector<analysis::FlakyMark>> read_flaky(const BaselineFolder& folder) {
    std::vector<analysis::FlakyMark> out;
    if (!is_file(folder.flaky())) {
        return out;
    }
    const Result<std::string> text = read_text_file(folder.flaky());
    boost::system::error_code error;
    const json::value root = text ? json::parse(*text, error) : json::value();
    if (error || !root.is_array()) {
        return fail(ErrorKind::usage, folder.flaky() + " is not a JSON list of marks");
    }
    for (const json::value& item : root.as_array()) {
        if (const json::object* o = item.if_object(); o != nullptr && !field(*o, "cell").empty()) {
            out.push_back({field(*o, "cell"), field(*o, "since"), field(*o, "expires"), field(*o, "note")});
        }
    }
    return out;
}

Result<void> write_flaky(const BaselineFolder& folder, const std::vector<analysis::FlakyMark>& marks) {
    std::string text = "[";
    for (const analysis::FlakyMark& m : marks) {
        text += (text.size() == 1 ? "\n  " : ",\n  ") +
                json::serialize(
                    json::object{{"cell", m.cell}, {"since", m.since}, {"expires", m.expires}, {"note", m.note}});
    }
    return write_text_file(folder.flaky(), text + "\n]\n");
}

std::string date(const Clock& clock, int days) {
    constexpr std::int64_t day_ms = 86'400'000;
    return iso8601(clock.unix_ms() + days * day_ms).substr(0, 10);
}

}  // namespace sosia::cli
