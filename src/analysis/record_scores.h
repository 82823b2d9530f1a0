// The scores in a stored record, without reading the rest of it: comparisons of large runs need nothing else.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sosia::analysis {

// Criterion and level of the scores for the whole conversation, as domain/record_json.h writes them; empty when there
// are none or the text is no record.
std::vector<std::pair<std::string, double>> scores_in_record(std::string_view record);

// Hash of the turns of a stored record with all clocks left out: equal for conversations in which the same was said,
// called and thought. 0 when the text is no record.
std::uint64_t transcript_in_record(std::string_view record);

}  // namespace sosia::analysis
