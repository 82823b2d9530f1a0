#include "spec/condition.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace sosia::spec {
namespace {

bool is_known(std::string_view condition) {
    const std::string word = lower(condition);
    if (std::ranges::find(plain_conditions(), word) != plain_conditions().end()) {
        return true;
    }
    return (word.starts_with("said ") && word.size() > 5) ||
           (word.starts_with("fact ") && word.ends_with(" told") && word.size() > 10);
}

}  // namespace

const std::vector<std::string>& plain_conditions() {
    static const std::vector<std::string> conditions{
        "agent refuses", "agent claims",     "agent promises",     "agent done",       "agent asks",
        "agent offers",  "agent hands over", "agent offers human", "agent apologises", "goal met",
        "goal open",     "goal promised",    "repeated ask",       "unhelpful",        "frustrated"};
    return conditions;
}

void check_condition(const Fields& fields, std::string_view key) {
    const Node* node = fields.find(key);
    if (node == nullptr || !node->is_scalar()) {
        return;
    }
    for (std::string_view part : split(node->text, ',')) {
        part = trim(part);
        part = trim(part.starts_with('!') ? part.substr(1) : part);
        if (part.empty() || is_known(part)) {
            continue;
        }
        fields.binding().error(node->place,
                               fmt::format("unknown condition {}; expected {}, said <phrase> or fact <name> told",
                                           in_quotes(part), join(plain_conditions(), ", ")),
                               did_you_mean(part, plain_conditions()));
    }
}

}  // namespace sosia::spec
