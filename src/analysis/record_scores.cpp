#include "analysis/record_scores.h"

#include <algorithm>

#include <boost/json/stream_parser.hpp>

#include "base/hash.h"

namespace sosia::analysis {
namespace json = boost::json;
namespace {

// Quotes inside of texts are escaped, and what an agent may name freely (tools, metadata) comes earlier in a record.
constexpr std::string_view start = R"(],"scores":[{"criterion":)";

json::value array_at(std::string_view text) {
    json::stream_parser parser;
    boost::system::error_code error;
    parser.write_some(text.data(), text.size(), error);
    return !error && parser.done() ? parser.release() : json::value(json::array{});
}

}  // namespace

std::vector<std::pair<std::string, double>> scores_in_record(std::string_view record) {
    const std::size_t at = record.rfind(start);
    std::vector<std::pair<std::string, double>> out;
    if (at == std::string_view::npos) {
        return out;
    }
    const json::value scores = array_at(record.substr(at + start.find('[')));
    for (const json::value& score : scores.as_array()) {
        const json::object* fields = score.if_object();
        const json::value* criterion = fields == nullptr ? nullptr : fields->if_contains("criterion");
        const json::value* value = fields == nullptr ? nullptr : fields->if_contains("value");
        if (criterion != nullptr && criterion->is_string() && value != nullptr && value->is_number()) {
            out.emplace_back(std::string(criterion->as_string()), value->to_number<double>());
        }
    }
    return out;
}

std::uint64_t transcript_in_record(std::string_view record) {
    constexpr std::string_view first = "\"turns\":[";
    constexpr std::string_view last = "],\"checks\":[";
    constexpr std::string_view clock = "_ms\":";
    const std::size_t from = record.find(first);
    const std::size_t to = record.rfind(last);
    if (from == std::string_view::npos || to == std::string_view::npos || to < from) {
        return 0;
    }
    std::string_view rest = record.substr(from, to - from);
    std::uint64_t hash = 1;
    while (!rest.empty()) {
        const std::size_t at = rest.find(clock);
        const std::size_t end = at == std::string_view::npos ? rest.size() : at + clock.size();
        hash = hash64(rest.substr(0, end), hash);
        rest.remove_prefix(end);
        rest.remove_prefix(std::min(rest.find_first_not_of("0123456789.-+eE"), rest.size()));
    }
    return hash == 0 ? 1 : hash;
}

}  // namespace sosia::analysis
