// A comparison in words, as JSON and as Markdown: three views of one struct.
#pragma once
#include <boost/json/object.hpp>
#include <string>

#include "analysis/compare.h"
#include "report/terminal.h"

namespace sosia::report {

// Answer first, then the numbers, then where it changed. look.all_slices shows every slice.
std::string comparison_text(const analysis::Comparison& comparison, const Look& look);

boost::json::object comparison_json(const analysis::Comparison& comparison);

std::string comparison_markdown(const analysis::Comparison& comparison);

// One workflow command a newly failing cell ("::error title=...::..."), which GitHub Actions shows as annotations.
std::string comparison_annotations(const analysis::Comparison& comparison);

// "pass rate", "category billing", "criterion accuracy"
std::string name_of(const analysis::Difference& difference);

// The slices, checks and criteria that changed beyond chance (false discoveries at most `level`), worst first.
std::vector<const analysis::Difference*> telling(const analysis::Comparison& comparison, double level);

}  // namespace sosia::report
