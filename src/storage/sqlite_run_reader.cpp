#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <map>
#include <unordered_set>
#include <utility>

#include "storage/lookup.h"
#include "storage/sqlite_store.h"

namespace sosia::storage {
namespace {

constexpr std::string_view all_runs =
    "SELECT key, id, suite, suite_hash, started_ms, finished_ms, state, planned, spec, summary FROM runs "
    "ORDER BY started_ms DESC, id DESC";
constexpr std::string_view one_run =
    "SELECT key, id, suite, suite_hash, started_ms, finished_ms, state, planned, spec, summary FROM runs WHERE id=?";
constexpr std::string_view newest_run = "SELECT id FROM runs ORDER BY started_ms DESC, id DESC LIMIT 1";
constexpr std::string_view runs_by_prefix = "SELECT id FROM runs WHERE id>=? AND id<? ORDER BY id LIMIT 6";
constexpr std::string_view conversations_by_prefix =
    "SELECT id FROM conversations WHERE run=? AND id>=? AND id<? ORDER BY id LIMIT 6";
constexpr std::string_view briefs_of_run =
    "SELECT id, ordinal, persona, scenario, edge_case, adversary, repetition, outcome, fault, ended, user_turns, "
    "duration_ms, score, failed_checks, player FROM conversations WHERE run=? ORDER BY ordinal, id";
constexpr std::string_view records_of_run =
    "SELECT records.record FROM conversations CROSS JOIN records ON records.key=conversations.record "
    "WHERE run=? ORDER BY ordinal, id";
constexpr std::string_view one_record =
    "SELECT records.record FROM conversations CROSS JOIN records ON records.key=conversations.record "
    "WHERE run=? AND id=?";

boost::json::object object_of(std::string_view text) {
    boost::system::error_code error;
    boost::json::value value = boost::json::parse({text.data(), text.size()}, error);
    return !error && value.is_object() ? std::move(value.get_object()) : boost::json::object{};
}

std::vector<std::string> names_of(std::string_view text) {
    std::vector<std::string> names;
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse({text.data(), text.size()}, error);
    if (error || !value.is_array()) {
        return names;
    }
    for (const boost::json::value& name : value.get_array()) {
        if (const boost::json::string* string = name.if_string()) {
            names.emplace_back(*string);
        }
    }
    return names;
}

RunState state_of(std::string_view text) {
    if (text == to_string(RunState::running)) {
        return RunState::running;
    }
    return text == to_string(RunState::finished) ? RunState::finished : RunState::interrupted;
}

RunInfo run_of(const Query& row) {
    RunInfo run;
    run.id = row.text(1);
    run.suite = row.text(2);
    run.suite_hash = row.text(3);
    run.started_ms = row.integer(4);
    run.finished_ms = row.integer(5);
    run.state = state_of(row.text(6));
    run.planned = static_cast<std::uint64_t>(row.integer(7));
    run.spec = object_of(row.text(8));
    run.summary = object_of(row.text(9));
    return run;
}

ConversationBrief brief_of(const Query& row) {
    ConversationBrief brief;
    brief.id = row.text(0);
    brief.ordinal = static_cast<std::uint64_t>(row.integer(1));
    brief.cell.persona = row.text(2);
    brief.cell.scenario = row.text(3);
    brief.cell.edge_case = row.text(4);
    brief.cell.adversary = row.text(5);
    brief.cell.repetition = static_cast<int>(row.integer(6));
    brief.outcome = parse_outcome(row.text(7)).value_or(Outcome::invalid);
    brief.fault = parse_fault(row.text(8)).value_or(Fault::none);
    brief.ended = parse_ending(row.text(9)).value_or(Ending::internal_error);
    brief.user_turns = static_cast<int>(row.integer(10));
    brief.duration_ms = row.integer(11);
    brief.score = row.real(12);
    if (const std::string_view failed = row.text(13); !failed.empty()) {
        brief.failed_checks = names_of(failed);
    }
    brief.cell.user = row.text(14);
    return brief;
}

}  // namespace

SqliteRunReader::SqliteRunReader(std::unique_ptr<Database> database)
    : database_(std::move(database)), locks_(database_->file()) {}

// The state as it is, not as a process that was killed left it.
RunInfo SqliteRunReader::as_it_is(RunInfo run, std::int64_t key) {
    if (run.state == RunState::running && !locks_.is_claimed(key)) {
        run.state = RunState::interrupted;
    }
    return run;
}

Result<std::vector<RunInfo>> SqliteRunReader::runs() {
    std::vector<RunInfo> runs;
    const auto add = [&](const Query& row) {
        runs.push_back(as_it_is(run_of(row), row.integer(0)));
        return true;
    };
    const Result<void> done = database_->rows(all_runs, add);
    if (!done) {
        return std::unexpected(done.error());
    }
    return runs;
}

Result<RunInfo> SqliteRunReader::run(std::string_view id_prefix) {
    const Result<std::string> id = id_prefix == "latest" ? newest() : run_by_prefix(id_prefix);
    if (!id) {
        return std::unexpected(id.error());
    }
    std::optional<RunInfo> found;
    const auto take = [&](const Query& row) {
        found = as_it_is(run_of(row), row.integer(0));
        return false;
    };
    const Result<void> done = database_->rows(one_run, take, *id);
    if (!done) {
        return std::unexpected(done.error());
    }
    if (!found) {
        return no_such_run(*id);
    }
    return *std::move(found);
}

Result<std::string> SqliteRunReader::newest() {
    const Result<std::vector<std::string>> ids = texts(newest_run);
    if (!ids) {
        return std::unexpected(ids.error());
    }
    if (ids->empty()) {
        return no_runs_yet();
    }
    return ids->front();
}

Result<std::string> SqliteRunReader::run_by_prefix(std::string_view prefix) {
    const Result<std::vector<std::string>> ids = texts(runs_by_prefix, prefix, after_prefix(prefix));
    if (!ids) {
        return std::unexpected(ids.error());
    }
    return only_match("run", prefix, *ids);
}

Result<std::vector<ConversationBrief>> SqliteRunReader::briefs(std::string_view run) {
    const Result<std::int64_t> key = key_of(run);
    if (!key) {
        return std::unexpected(key.error());
    }
    std::vector<ConversationBrief> briefs;
    const auto add = [&briefs](const Query& row) {
        briefs.push_back(brief_of(row));
        return true;
    };
    const Result<void> done = database_->rows(briefs_of_run, add, *key);
    if (!done) {
        return std::unexpected(done.error());
    }
    return briefs;
}

Result<std::vector<std::string>> SqliteRunReader::finished_ids(std::string_view run) {
    const Result<std::int64_t> key = key_of(run);
    if (!key) {
        return std::unexpected(key.error());
    }
    return texts("SELECT id FROM conversations WHERE run=? ORDER BY ordinal, id", *key);
}

Result<std::uint64_t> SqliteRunReader::finished_count(std::string_view run) {
    const Result<std::int64_t> key = key_of(run);
    if (!key) {
        return std::unexpected(key.error());
    }
    std::uint64_t count = 0;
    const auto take = [&count](const Query& row) {
        count = static_cast<std::uint64_t>(row.integer(0));
        return false;
    };
    const Result<void> done = database_->rows("SELECT count(*) FROM conversations WHERE run=?", take, *key);
    return done ? Result<std::uint64_t>(count) : std::unexpected(done.error());
}

Result<std::vector<JournalEntry>> SqliteRunReader::journal(std::string_view run) {
    const Result<std::int64_t> key = key_of(run);
    if (!key) {
        return std::unexpected(key.error());
    }
    std::map<std::string, std::map<int, std::string>> open;
    std::unordered_set<std::string> finished;
    const auto add = [&](JournalEntry entry) {
        if (finished.contains(entry.conversation)) {
            return;
        }
        auto [steps, is_new] = open.try_emplace(entry.conversation);
        if (is_new && is_finished(*key, entry.conversation)) {
            open.erase(steps);
            finished.insert(std::move(entry.conversation));
            return;
        }
        steps->second.erase(steps->second.lower_bound(entry.step), steps->second.end());
        steps->second.emplace(entry.step, std::move(entry.data));
    };
    const Result<void> read = read_step_log(step_file_name(database_->file(), *key), add);
    if (!read) {
        return std::unexpected(read.error());
    }
    std::vector<JournalEntry> entries;
    for (auto& [conversation, steps] : open) {
        for (auto& [step, data] : steps) {
            entries.push_back({conversation, step, std::move(data)});
        }
    }
    return entries;
}

Result<void> SqliteRunReader::records(std::string_view run, const std::function<bool(std::string_view)>& each) {
    const Result<std::int64_t> key = key_of(run);
    if (!key) {
        return std::unexpected(key.error());
    }
    return database_->rows(records_of_run, [&each](const Query& row) { return each(row.text(0)); }, *key);
}

Result<RunReader::Found> SqliteRunReader::find(std::string_view id_prefix, std::string_view run) {
    Result<std::vector<std::string>> runs = runs_to_search(run);
    if (!runs) {
        return std::unexpected(runs.error());
    }
    for (const std::string& candidate : *runs) {
        Result<std::optional<Found>> found = find_in(candidate, id_prefix);
        if (!found) {
            return std::unexpected(found.error());
        }
        if (*found) {
            return **std::move(found);
        }
    }
    return std::unexpected(only_match("conversation", id_prefix, {}).error());
}

Result<std::vector<std::string>> SqliteRunReader::runs_to_search(std::string_view run) {
    if (run.empty()) {
        return texts("SELECT id FROM runs ORDER BY started_ms DESC, id DESC");
    }
    const Result<std::string> id = run == "latest" ? newest() : run_by_prefix(run);
    if (!id) {
        return std::unexpected(id.error());
    }
    return std::vector<std::string>{*id};
}

Result<std::optional<RunReader::Found>> SqliteRunReader::find_in(const std::string& run, std::string_view prefix) {
    const Result<std::int64_t> key = key_of(run);
    if (!key) {
        return std::unexpected(key.error());
    }
    const Result<std::vector<std::string>> ids = texts(conversations_by_prefix, *key, prefix, after_prefix(prefix));
    if (!ids) {
        return std::unexpected(ids.error());
    }
    if (ids->empty()) {
        return std::optional<Found>{};
    }
    const Result<std::string> id = only_match("conversation", prefix, *ids);
    if (!id) {
        return std::unexpected(id.error());
    }
    Result<std::vector<std::string>> record = texts(one_record, *key, *id);
    if (!record) {
        return std::unexpected(record.error());
    }
    if (record->empty()) {
        return fail(ErrorKind::malformed, fmt::format("{} lost the record of {}", database_->file(), *id),
                    "restore a backup");
    }
    return Found{run, std::move(record->front())};
}

bool SqliteRunReader::is_finished(std::int64_t run, std::string_view conversation) {
    const auto known = database_->number("SELECT 1 FROM conversations WHERE run=? AND id=?", run, conversation);
    return known && known->has_value();
}

Result<std::int64_t> SqliteRunReader::key_of(std::string_view run) {
    const auto key = database_->number("SELECT key FROM runs WHERE id=?", run);
    if (!key) {
        return std::unexpected(key.error());
    }
    if (!*key) {
        return no_such_run(run);
    }
    return **key;
}

}  // namespace sosia::storage
