#include "llm/mock/mock_faithful.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <string>
#include <string_view>

#include "base/text.h"
#include "llm/json_read.h"

namespace sosia::llm::mock {
namespace {

namespace json = boost::json;

// What stands between the last <name> line and the </name> line after it. Foreign text in our prompts holds no tags.
std::optional<std::string_view> between(std::string_view text, const std::string& name) {
    const std::string open = "<" + name + ">\n";
    const std::size_t begin = text.rfind(open);
    const std::size_t end = begin == std::string_view::npos ? begin : text.find("</" + name + ">", begin);
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    return trim(text.substr(begin + open.size(), end - begin - open.size()));
}

// The newest message of the caller that holds such a part: what is asked again points back to it.
std::optional<std::string_view> newest(const MockQuestion& question, const std::string& name) {
    for (auto at = question.messages.rbegin(); at != question.messages.rend(); ++at) {
        if (const auto part = at->role == Role::user ? between(at->text, name) : std::nullopt) {
            return part;
        }
    }
    return std::nullopt;
}

// Words of the first turn of the side that is rated, or of any turn: {"turn": 2, "quote": "..."}.
json::array evidence_in(std::string_view transcript, std::string_view speaker) {
    constexpr std::size_t enough = 80;
    json::object any;
    for (const std::string_view line : split(transcript, '\n')) {
        const auto turn = parse_json(line);
        const json::object* object = turn ? turn->if_object() : nullptr;
        const std::string_view text = object == nullptr ? std::string_view{} : trim(text_in(*object, "text"));
        std::size_t end = std::min(enough, text.size());
        while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
            --end;
        }
        constexpr std::size_t shortest = 2;
        if (end < shortest) {
            continue;
        }
        json::object quote{{"turn", count_in(*object, "turn")}, {"quote", text.substr(0, end)}};
        if (text_in(*object, "speaker") == speaker) {
            return {std::move(quote)};
        }
        any = any.empty() ? std::move(quote) : std::move(any);
    }
    return any.empty() ? json::array{} : json::array{std::move(any)};
}

// The highest level that the prompt describes below the criterion's line: "tone: ..." and then "  5: ...".
int best_level(std::string_view prompt, std::string_view criterion) {
    constexpr int usual = 5;
    const std::string head = std::string(criterion) + ":";
    int best = 0;
    bool here = false;
    for (const std::string_view line : split(prompt, '\n')) {
        if (line.starts_with(head)) {
            here = true;
            best = 0;
        } else if (here && line.starts_with("  ")) {
            int level = 0;
            const std::string_view digits = trim(line);
            const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), level);
            const bool is_level = problem == std::errc{} && end != digits.data() + digits.size() && *end == ':';
            best = is_level ? std::max(best, level) : best;
        } else if (here && !trim(line).empty()) {
            here = false;
        }
    }
    return best > 0 ? best : usual;
}

// The criteria's names stand in the schema of the answer.
json::array criteria_in(const MockQuestion& question) {
    if (question.shape) {
        boost::system::error_code error;
        const json::value schema(question.shape->schema);
        const json::value* names = schema.find_pointer("/properties/criteria/items/properties/criterion/enum", error);
        if (names != nullptr && names->is_array()) {
            return names->get_array();
        }
    }
    return {};
}

json::value votes(const MockQuestion& question, std::string_view transcript) {
    const json::array criteria = criteria_in(question);
    const bool of_the_user = criteria.size() == 1 && criteria.front() == "realism";
    const json::array evidence = evidence_in(transcript, of_the_user ? "user" : "agent");
    std::string prompt;
    for (const Message& message : question.messages) {
        prompt += message.role == Role::user ? message.text + "\n" : "";
    }
    const std::size_t after = prompt.rfind("</transcript>");
    json::array out;
    for (const json::value& name : criteria) {
        const std::string_view criterion = name.is_string() ? std::string_view(name.get_string()) : "";
        out.push_back(json::object{{"criterion", criterion},
                                   {"evidence", evidence},
                                   {"reason", "nothing speaks against it"},
                                   {"level", best_level(std::string_view(prompt).substr(after), criterion)},
                                   {"first_bad_turn", 0}});
    }
    return json::object{{"criteria", std::move(out)}};
}

}  // namespace

std::optional<json::value> faithful_answer(const MockQuestion& question) {
    if (const auto move = newest(question, "move")) {
        const auto read = parse_json(*move);
        const json::object* object = read ? read->if_object() : nullptr;
        return json::object{{"text", object == nullptr ? std::string_view{} : text_in(*object, "draft")}};
    }
    if (const auto transcript = newest(question, "transcript")) {
        return votes(question, *transcript);
    }
    return std::nullopt;
}

}  // namespace sosia::llm::mock
