#include "prompt/quote.h"

#include <boost/json/serialize.hpp>

#include "base/text.h"

namespace sosia::prompt {

std::string quoted(const boost::json::value& value) {
    std::string out = boost::json::serialize(value);
    out = replace_all(std::move(out), "<", "\\u003c");
    out = replace_all(std::move(out), ">", "\\u003e");
    out = replace_all(std::move(out), "\u2028", "\\u2028");
    return replace_all(std::move(out), "\u2029", "\\u2029");
}

std::string_view json_part(std::string_view answer) {
    answer = trim(answer);
    constexpr std::string_view fence = "```";
    if (!answer.starts_with(fence) || !answer.ends_with(fence) || answer.size() < 2 * fence.size()) {
        return answer;
    }
    answer.remove_prefix(fence.size());
    answer.remove_suffix(fence.size());
    const std::size_t brace = answer.find_first_of("{[");
    const std::size_t line = answer.find('\n');
    return line != std::string_view::npos && line < brace ? trim(answer.substr(line)) : trim(answer);
}

}  // namespace sosia::prompt
