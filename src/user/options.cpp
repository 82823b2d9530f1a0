#include "user/options.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace sosia::user {
namespace {

constexpr std::size_t longest_option = 60;  // bytes

std::string_view strip(std::string_view text) {
    text = trim(text);
    while (!text.empty() && std::string_view("?.!,;:*-_`").contains(text.back())) {
        text.remove_suffix(1);
    }
    while (!text.empty() && std::string_view(",;:*-_`").contains(text.front())) {
        text.remove_prefix(1);
    }
    return trim(text);
}

// What a person would type of it: "**SW416**, departing 9:40" is SW416, without the marks.
std::string spoken_option(std::string_view option) {
    const std::size_t open = option.find("**");
    const std::size_t close = open == std::string_view::npos ? open : option.find("**", open + 2);
    if (close != std::string_view::npos && close > open + 2) {
        return std::string(strip(option.substr(open + 2, close - open - 2)));
    }
    std::string plain(strip(option));
    std::erase_if(plain, [](char c) { return c == '*' || c == '`'; });
    return plain;
}

// The last few words before " or ", after the last comma, colon or preference verb.
std::string_view left_option(std::string_view text) {
    std::size_t start = text.find_last_of(",:;(");
    start = start == std::string_view::npos ? 0 : start + 1;
    for (const std::string_view verb : {" prefer ", " like ", " want ", " choose ", " be ", " have ", " take ",
                                        " with ", " for ", " concerns ", " about "}) {
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
        const bool numbered =
            line.size() > 3 && line[0] >= '1' && line[0] <= '9' && (line[1] == '.' || line[1] == ')') && line[2] == ' ';
        if (bullet || numbered) {
            options.push_back(trim(line.substr(line.find(' ') + 1)));
        }
    }
    return options;
}

// "internet, plan, " before "bill or cancel": the items of a list, the last first.
void add_items_before(std::string_view text, std::vector<std::string_view>& options) {
    constexpr std::ptrdiff_t most_words = 5;
    const std::size_t colon = text.rfind(':');
    text = colon == std::string_view::npos ? text : text.substr(colon + 1);
    const std::vector<std::string_view> items = split(text, ',');
    for (std::size_t i = items.size() - 1; i-- > 0;) {
        const std::string_view item = i == 0 ? left_option(items[0]) : strip(items[i]);
        if (item.empty() || std::ranges::count(item, ' ') >= most_words) {
            return;
        }
        options.push_back(item);
    }
}

std::vector<std::string_view> options_of_question(std::string_view sentence) {
    const std::size_t at = sentence.rfind(" or ");
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view left = left_option(sentence.substr(0, at));
    const std::string_view right = right_option(sentence.substr(at + 4));
    if (right.empty() || left.size() > longest_option || right.size() > longest_option) {
        return {};
    }
    std::vector<std::string_view> options;
    if (!left.empty()) {
        options.push_back(left);
    }
    add_items_before(sentence.substr(0, at), options);
    std::ranges::reverse(options);
    options.push_back(right);
    return options.size() < 2 ? std::vector<std::string_view>{} : options;
}

bool is_question(Act act) {
    return act == Act::ask_confirm || act == Act::ask_open || act == Act::offer || act == Act::ask_fact;
}

bool is_dismissal(std::string_view option) {
    const std::string text = lower(option);
    return text == "not" || text.starts_with("something else") || text.starts_with("someone else") ||
           text.starts_with("is there") || text.starts_with("do you") || text.starts_with("would you") ||
           text.starts_with("shall i") || text.starts_with("should i");
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

namespace {

bool names_a_time(std::string_view option) {
    return std::ranges::any_of(option, [](char c) { return c >= '0' && c <= '9'; });
}

// "Would any of these suit you?": leaves a choice, where "Shall I go ahead?" only wants a yes to what was listed.
bool leaves_a_choice(std::string_view question) {
    constexpr std::array<std::string_view, 33> words{
        "book one",    "reserve one", "one for you", "like one",  "which",    "one of",   "either",
        "any of",      "do any",      "would any",   "does any",  "of these", "of those", "prefer",
        "option",      "choose",      "pick",        "select",    "welch",    "davon",    "lieber",
        "möglichkeit", "wähl",        "eines der",   "einer der", "cuál",     "cual",     "alguna",
        "alguno",      "algún",       "prefier",     "opci",      "elij"};
    const std::string said = lower(question);
    return std::ranges::any_of(words, [&](std::string_view word) { return said.contains(word); });
}

std::vector<std::string_view> options_in(std::string_view agent_text, const Reading& reading) {
    std::vector<std::string_view> options;
    bool asked = false;
    bool may_choose = false;
    for (const ReadAct& act : reading.acts) {
        const std::string_view sentence = agent_text.substr(act.begin, act.end - act.begin);
        if (!is_question(act.act)) {
            continue;
        }
        asked |= act.act != Act::offer || sentence.contains('?');  // "happy to help" above a list asks for nothing
        const bool yes_or_no = act.act == Act::ask_confirm || act.act == Act::offer;
        may_choose |= !yes_or_no || leaves_a_choice(sentence) || trim(sentence).ends_with(':');
        const std::vector<std::string_view> found = options_of_question(sentence);
        if (!found.empty()) {
            options = found;
        }
    }
    if (asked && may_choose && options.empty()) {
        options = listed(agent_text);
    }
    if (asked && options.empty() && reading.has(Act::ask_open)) {
        options = dated_options(agent_text, reading);
    }
    std::erase_if(options,
                  [](std::string_view o) { return o.empty() || o.size() > longest_option || is_dismissal(o); });
    return options;
}

bool is_yes_or_no(const std::vector<std::string_view>& options) {
    return std::ranges::any_of(options, [](std::string_view o) { return lower(strip(o)) == "no"; });
}

}  // namespace

std::optional<std::string> choose_option(std::string_view agent_text, const Reading& reading, const GoalWords& words,
                                         const std::set<std::string>& goal_topics,
                                         const std::vector<std::string>& wanted) {
    const std::vector<std::string_view> options = options_in(agent_text, reading);
    if (options.size() < 2 || is_yes_or_no(options)) {
        return std::nullopt;
    }
    for (const std::string_view option : options) {
        if (std::ranges::any_of(wanted, [&](const std::string& w) {
                return lower(option).contains(lower(w)) || lower(w).contains(lower(strip(option)));
            })) {
            return spoken_option(option);
        }
    }
    for (const std::string_view option : options) {
        const std::set<std::string> topics = words.topics(option);
        if (std::ranges::any_of(topics, [&](const std::string& t) { return goal_topics.contains(t); })) {
            return spoken_option(option);
        }
    }
    constexpr std::size_t menu = 3;  // a menu of matters, none of which is the user's
    if (options.size() >= menu && std::ranges::none_of(options, names_a_time)) {
        return std::nullopt;
    }
    return spoken_option(options.front());
}

}  // namespace sosia::user
