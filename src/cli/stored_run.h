// A stored run, counted again from its records: what the files and the HTML report of a run are written from.
#pragma once
#include <memory>

#include "analysis/summary.h"
#include "cli/context.h"
#include "report/html.h"
#include "report/run_meta.h"

namespace sosia::cli {

struct StoredRun {
    std::unique_ptr<Suite>
        suite;  // as it is on disk now; only its name when the files are gone, which is said on stderr
    report::RunMeta meta;
    analysis::Summary summary;
};

// What a report says about a stored run besides its summary.
report::RunMeta meta_of_stored(const storage::RunInfo& run, const Suite& suite);

// `id` as RunReader::run takes it.
Result<StoredRun> load_run(const Context& context, storage::RunReader& reader, const std::string& id);

// The further passes over the records of `run`, whose first has been added to `html`, and the file.
Result<report::HtmlContents> finish_html(report::HtmlReport& html, storage::RunReader& reader, const std::string& run,
                                         const std::string& path, const report::RunMeta& meta,
                                         const analysis::Summary& summary);

}  // namespace sosia::cli
