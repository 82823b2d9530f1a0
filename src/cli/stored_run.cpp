#include "cli/stored_run.h"

#include <algorithm>

#include <boost/json/parse.hpp>

#include "cli/stored.h"
#include "domain/record_json.h"

namespace sosia::cli {
report::RunMeta meta_of_stored(const storage::RunInfo& run, const Suite& suite) {
    const std::string stopped = run.state == storage::RunState::finished ? "" : "not finished";
    report::RunMeta meta{.id = run.id,
                         .suite = run.suite,
                         .suite_hash = run.suite_hash,
                         .agent_version = suite.agent.version,
                         .seed = suite.matrix.seed,
                         .started_ms = run.started_ms,
                         .duration_ms = std::max<std::int64_t>(0, run.finished_ms - run.started_ms),
                         .stopped = stopped};
    if (const auto* agent = run.summary.if_contains("agent")) {
        meta.agent = std::string(agent->at("reached_by").as_string());
        meta.cells = run.summary.at("counts").at("cells").to_number<std::uint64_t>();
    }
    return meta;
}

Result<StoredRun> load_run(const Context& context, storage::RunReader& reader, const std::string& id) {
    const Result<storage::RunInfo> run = reader.run(id);
    if (!run) {
        return std::unexpected(run.error());
    }
    StoredRun out{.suite = std::make_unique<Suite>()};
    if (std::optional<Suite> suite = suite_of_run(context, *run)) {
        *out.suite = std::move(*suite);
    } else {
        // The files are gone or broken: traits and hashes are missing from the slices, the rest is in the records.
        context.err() << "the suite of this run cannot be read any more; slices by trait and hashes are left out\n";
        out.suite->name = run->suite;
    }
    out.meta = meta_of_stored(*run, *out.suite);
    analysis::SummaryBuilder builder(*out.suite, run->planned);
    std::uint64_t ordinal = 0;
    const Result<void> read = reader.records(run->id, [&](std::string_view record) {
        if (const Result<Conversation> c =
                conversation_from_json(boost::json::parse(boost::json::string_view(record.data(), record.size())))) {
            builder.add(*c, ordinal);
        }
        ++ordinal;
        return true;
    });
    if (!read) {
        return std::unexpected(read.error());
    }
    out.summary = builder.finish(out.meta.stopped);
    return out;
}

Result<report::HtmlContents> finish_html(report::HtmlReport& html, storage::RunReader& reader, const std::string& run,
                                         const std::string& path, const report::RunMeta& meta,
                                         const analysis::Summary& summary) {
    do {
        std::size_t row = 0;
        const Result<void> read = reader.records(run, [&](std::string_view record) {
            if (html.wants(row)) {
                html.hold(row, record);
            }
            ++row;
            return true;
        });
        if (!read) {
            return std::unexpected(read.error());
        }
    } while (html.again());
    return html.write(path, meta, summary);
}

}  // namespace sosia::cli
