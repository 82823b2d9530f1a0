#include "cli/served_run.h"

#include <algorithm>
#include <array>

#include <boost/json/parse.hpp>

#include "analysis/summary.h"
#include "cli/judge_card.h"
#include "cli/stored.h"
#include "cli/stored_run.h"
#include "domain/record_json.h"
#include "report/html.h"

namespace sosia::cli {
namespace json = boost::json;
namespace {

constexpr std::uint64_t few = 2000;  // conversations whose transcripts are read in a moment

// What views need of run.json; a run of an older version may lack some and is counted again.
bool is_complete(const json::object& summary) {
    constexpr std::array keys{"run",    "suite",    "started_at", "duration_ms",
                              "agent",  "seed",     "hashes",     "counts",
                              "gate",   "checks",   "pass_rate",  "pass_rate_invalid_as_failed",
                              "slices", "findings", "metrics",    "invalid_examples"};
    return std::ranges::all_of(keys, [&](const char* key) { return summary.contains(key); });
}

Conversation conversation_of(const storage::ConversationBrief& brief) {
    Conversation c;
    c.id = brief.id;
    c.cell = brief.cell;
    c.outcome = brief.outcome;
    c.fault = brief.fault;
    c.ended = brief.ended;
    c.metrics.user_turns = brief.user_turns;
    c.metrics.duration_ms = brief.duration_ms;
    c.metrics.score = brief.score;
    for (const std::string& check : brief.failed_checks) {
        c.checks.push_back({.name = check, .passed = false, .detail = {}, .quote = {}, .category = {}});
    }
    return c;
}

// Takes conversations in plan order, with or without their transcripts.
struct Counting {
    Counting(const Context& context, const storage::RunInfo& the_run)
        : run(the_run),
          now_ms(context.process.clock->unix_ms()),
          is_counted(is_complete(the_run.summary)),
          suite(suite_of_run(context, the_run)),
          html((suite ? *suite : suite.emplace(Suite{.name = the_run.suite}))),
          summary(*suite, the_run.planned) {
        html.explain_judge(judge_card(*suite));
    }

    void add(std::string_view record, const Conversation& c) {
        if (!is_counted) {
            summary.add(c, ordinal++);
        }
        html.add(record, c);
    }

    json::object run_json() {
        if (is_counted) {
            return run.summary;
        }
        report::RunMeta meta = meta_of_stored(run, *suite);
        if (run.state == storage::RunState::running) {
            meta.stopped.clear();
            meta.duration_ms = now_ms - run.started_ms;
        }
        return report::run_json(meta, summary.finish(meta.stopped), *suite);
    }

    const storage::RunInfo& run;
    std::int64_t now_ms;
    bool is_counted;  // its run.json is in the store
    std::optional<Suite> suite;
    report::HtmlReport html;
    analysis::SummaryBuilder summary;
    std::uint64_t ordinal = 0;
};

Result<void> add_transcripts(Counting& counting, storage::RunReader& reader, const std::atomic<bool>& stop) {
    Result<void> read = reader.records(counting.run.id, [&](std::string_view record) {
        boost::system::error_code error;
        const json::value parsed = json::parse(json::string_view(record.data(), record.size()), error);
        if (const Result<Conversation> c = error ? fail(ErrorKind::malformed, "") : conversation_from_json(parsed)) {
            counting.add(record, *c);
        }
        return !stop;
    });
    if (read && stop) {
        return fail(ErrorKind::cancelled, "the server is ending");
    }
    return read;
}

Result<void> add_briefs(Counting& counting, storage::RunReader& reader) {
    const Result<std::vector<storage::ConversationBrief>> briefs = reader.briefs(counting.run.id);
    if (!briefs) {
        return std::unexpected(briefs.error());
    }
    for (const storage::ConversationBrief& brief : *briefs) {
        counting.add("", conversation_of(brief));
    }
    return {};
}

}  // namespace

Result<std::string> served_run(const Context& context, const storage::RunInfo& run, storage::RunReader& reader,
                               bool whole, const std::atomic<bool>& stop) {
    const Result<std::uint64_t> done = reader.finished_count(run.id);
    if (!done) {
        return std::unexpected(done.error());
    }
    const bool reads_all = whole || *done <= few;
    Counting counting(context, run);
    const Result<void> added = reads_all ? add_transcripts(counting, reader, stop) : add_briefs(counting, reader);
    if (!added) {
        return std::unexpected(added.error());
    }
    const std::string index = counting.html.served_index(counting.run_json());
    return std::string(reads_all ? "{\"whole\":true,\"report\":" : "{\"whole\":false,\"report\":") + index + "}";
}

}  // namespace sosia::cli
