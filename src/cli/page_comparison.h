// Two runs, or a baseline and a run, as the web application compares them: in `sosia serve` and `sosia report
// --against`.
#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/outcomes.h"
#include "report/comparison_pairs.h"

namespace sosia::cli {

struct PageComparison {
    std::vector<report::ChangedPair> pairs;
    boost::json::object page;  // schemas/output/comparison.schema.json
};

// `before` and `after` as sosia compare takes them. Parts that differ do not hold it up: they are listed.
Result<PageComparison> compare_for_page(const Context& context, const BaselineFolder& folder, const std::string& before,
                                        const std::string& after);

// The transcripts of both sides of the pairs, by conversation, as far as the store has them.
std::vector<std::pair<std::string, std::string>> records_of(storage::RunReader& reader, const PageComparison& compared);

// Baselines in a folder, as schemas/output/served.schema.json lists them; none when there is no such folder.
boost::json::array baselines_json(const BaselineFolder& folder);

}  // namespace sosia::cli
