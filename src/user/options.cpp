#include "user/options.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace sosia::user {
namespace {

constexpr std::size_t longest_option = 60;  // bytes

std::string_view strip(std::string_view text) {
    text = trim(text);
    while (!text.empty() && std::string_view("?.!,;:*-").contains(text.back())) {
        text.remove_suffix(1);
    }
    while (!text.empty() && std::string_view(",;:*-").contains(text.front())) {
        text.remove_prefix(1);
    }
    return trim(text);
}

// The last few words before " or ", after the last comma, colon or preference verb.
std::string_view left_option(std::string_view text) {
    std::size_t start = text.find_last_of(",:;(");
    start = start == std::string_view::npos ? 0 : start + 1;
    for (const std::string_view verb : {" prefer ", " like ", " want ", " choose ", " be ", " have ", " take ", " with ", " for "}) {
        const std::size_t at = text.rfind(verb);
        if (at != std::string_view::npos && at + verb.size() > start) {
            start = at + verb.size();
        }
    }
    return strip(text.substr(start));
}

std::string_view right_option(std::string_view text) {
    const std::size_t end = text.find_first_of("?.!,;");
    return strip(text.substr(0, end));
}

// Options in a list: lines that begin with "-", "*", "1." or "1)".
std::vector<std::string_view> listed(std::string_view text) {
    std::vector<std::string_view> options;
    for (std::string_view line : split(text, '\n')) {
        line = trim(line);
        const bool bullet = line.starts_with("- ") || line.starts_with("* ") || line.starts_with("• ");
        const bool numbered = line.size() > 3 && line[0] >= '1' && line[0] <= '9' && (line[1] == '.' || line[1] == ')') && line[2] == ' ';
        if (bullet || numbered) {
            options.push_back(strip(line.substr(line.find(' ') + 1)));
        }
    }
    return options;
}

std::vector<std::string_view> options_of_question(std::string_view sentence) {
    const std::size_t at = sentence.rfind(" or ");
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view left = left_option(sentence.substr(0, at));
    const std::string_view right = right_option(sentence.substr(at + 4));
    if (left.empty() || right.empty() || left.size() > longest_option || right.size() > longest_option) {
        return {};
    }
    return {left, right};
}

bool is_question(Act act) {
    return act == Act::ask_confirm || act == Act::ask_open || act == Act::offer || act == Act::ask_fact;
}

bool is_dismissal(std::string_view option) {
    const std::string text = lower(option);
    return text == "not" || text.starts_with("something else") || text.starts_with("someone else") || text.starts_with("is there") ||
           text.starts_with("do you") || text.starts_with("would you") || text.starts_with("shall i") || text.starts_with("should i");
}

// A slot among several dates or times named in one question without "or".
std::vector<std::string_view> dated_options(std::string_view text, const Reading& reading) {
    std::vector<std::string_view> options;
    for (const Claim& claim : reading.claims) {
        if (claim.kind == ClaimKind::date || claim.kind == ClaimKind::time) {
            options.push_back(text.substr(claim.begin, claim.end - claim.begin));
        }
    }
    return options.size() >= 2 ? options : std::vector<std::string_view>{};
}

}  // namespace

std::optional<std::string> choose_option(std::string_view agent_text, const Reading& reading, const GoalWords& words,
                                         const std::set<std::string>& goal_topics, const std::vector<std::string>& wanted) {
    std::vector<std::string_view> options;
    bool asked = false;
    for (const ReadAct& act : reading.acts) {
        if (!is_question(act.act)) {
            continue;
        }
        asked = true;
        const std::vector<std::string_view> found = options_of_question(agent_text.substr(act.begin, act.end - act.begin));
        if (!found.empty()) {
            options = found;
        }
    }
    if (asked && options.empty()) {
        options = listed(agent_text);
    }
    if (asked && options.empty() && reading.has(Act::ask_open)) {
        options = dated_options(agent_text, reading);
    }
    std::erase_if(options, [](std::string_view o) { return o.empty() || o.size() > longest_option || is_dismissal(o); });
    if (options.size() < 2) {
        return std::nullopt;
    }
    for (const std::string_view option : options) {
        if (std::ranges::any_of(wanted, [&](const std::string& w) { return lower(option).contains(lower(w)) || lower(w).contains(lower(option)); })) {
            return std::string(option);
        }
    }
    for (const std::string_view option : options) {
        const std::set<std::string> topics = words.topics(option);
        if (std::ranges::any_of(topics, [&](const std::string& t) { return goal_topics.contains(t); })) {
            return std::string(option);
        }
    }
    return std::string(options.front());
}

}  // namespace sosia::user
