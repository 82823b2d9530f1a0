#include "judge/votes.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "base/text.h"
#include "judge/case_text.h"
#include "prompt/quote.h"

namespace sosia::judge {
namespace json = boost::json;
namespace {

constexpr std::size_t longest_reason = 600;  // bytes
constexpr std::size_t most_evidence = 6;
constexpr std::size_t shortest_quote = 2;  // bytes: less proves nothing

json::object typed(const char* type) {
    return {{"type", type}};
}

json::object closed(json::object properties) {
    json::array required;
    for (const auto& [name, schema] : properties) {
        required.emplace_back(name);
    }
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"required", std::move(required)},
            {"additionalProperties", false}};
}

// Runs of white space as one blank.
std::string collapsed(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool white = c == ' ' || c == '\n' || c == '\r' || c == '\t';
        if (!white) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    return std::string(trim(out));
}

std::string text_at(const json::object& object, const char* name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

// Whole numbers only; anything else is -1.
int number_at(const json::object& object, const char* name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr || !value->is_number()) {
        return -1;
    }
    boost::system::error_code error;
    const int number = value->to_number<int>(error);
    return error ? -1 : number;
}

std::vector<Quote> evidence_of(const json::object& vote) {
    std::vector<Quote> out;
    const json::value* list = vote.if_contains("evidence");
    if (list == nullptr || !list->is_array()) {
        return out;
    }
    for (const json::value& item : list->as_array()) {
        if (const json::object* quote = item.if_object(); quote != nullptr && out.size() < most_evidence) {
            out.push_back({.turn = number_at(*quote, "turn"), .text = text_at(*quote, "quote")});
        }
    }
    return out;
}

const Turn* turn_numbered(const Conversation& c, int n) {
    const auto found = std::ranges::find(c.turns, n, &Turn::n);
    return found == c.turns.end() ? nullptr : &*found;
}

std::string objection_to(const Vote& vote, const Conversation& c) {
    if (vote.evidence.empty()) {
        return "it gives no evidence";
    }
    const auto invented =
        std::ranges::find_if(vote.evidence, [&](const Quote& quote) { return !is_verbatim(c, quote); });
    if (invented != vote.evidence.end()) {
        return fmt::format("its evidence does not stand in turn {}", invented->turn);
    }
    return {};
}

Vote vote_of(const json::object& entry, const Conversation& c, Role rated) {
    Vote vote{.criterion = text_at(entry, "criterion"),
              .level = number_at(entry, "level"),
              .evidence = evidence_of(entry),
              .reason = shorten(collapsed(text_at(entry, "reason")), longest_reason),
              .first_bad_turn = number_at(entry, "first_bad_turn")};
    const Turn* bad = turn_numbered(c, vote.first_bad_turn);
    if (bad == nullptr || bad->role != rated) {
        vote.first_bad_turn = 0;
    }
    vote.objection = objection_to(vote, c);
    return vote;
}

// Everything a parser may fail at, as one sentence.
std::expected<json::array, std::string> entries_of(std::string_view answer) {
    const std::string_view part = prompt::json_part(answer);
    if (part.empty()) {
        return std::unexpected("the answer is empty");
    }
    boost::system::error_code error;
    json::value value = json::parse(json::string_view(part.data(), part.size()), error);
    const json::object* object = error ? nullptr : value.if_object();
    const json::value* list = object == nullptr ? nullptr : object->if_contains("criteria");
    if (list == nullptr || !list->is_array()) {
        return std::unexpected("the answer is not the JSON object asked for");
    }
    return list->as_array();
}

}  // namespace

json::object answer_schema(std::span<const Rubric> rubrics) {
    json::array names;
    for (const Rubric& rubric : rubrics) {
        names.emplace_back(rubric.name);
    }
    json::object evidence = closed({{"turn", typed("integer")}, {"quote", typed("string")}});
    json::object entry = closed({{"criterion", json::object{{"type", "string"}, {"enum", std::move(names)}}},
                                 {"evidence", json::object{{"type", "array"}, {"items", std::move(evidence)}}},
                                 {"reason", typed("string")},
                                 {"level", typed("integer")},
                                 {"first_bad_turn", typed("integer")}});
    return closed({{"criteria", json::object{{"type", "array"}, {"items", std::move(entry)}}}});
}

bool is_verbatim(const Conversation& c, const Quote& quote) {
    const Turn* turn = turn_numbered(c, quote.turn);
    const std::string words = collapsed(quote.text);
    return turn != nullptr && words.size() >= shortest_quote &&
           collapsed(shorten(turn->text, longest_turn)).contains(words);
}

std::expected<std::vector<Vote>, std::string> read_votes(std::string_view answer, std::span<const Rubric> rubrics,
                                                         const Conversation& c, Role rated) {
    const auto entries = entries_of(answer);
    if (!entries) {
        return std::unexpected(entries.error());
    }
    std::vector<Vote> given;
    for (const json::value& entry : *entries) {
        if (!entry.is_object()) {
            return std::unexpected("the answer holds something that is no vote");
        }
        given.push_back(vote_of(entry.as_object(), c, rated));
    }
    std::vector<Vote> out;
    for (const Rubric& rubric : rubrics) {
        const auto of_rubric = [&](const Vote& vote) { return vote.criterion == rubric.name; };
        if (std::ranges::count_if(given, of_rubric) != 1) {
            return std::unexpected(fmt::format("the answer does not rate {} exactly once", rubric.name));
        }
        out.push_back(*std::ranges::find_if(given, of_rubric));
        if (!rubric.has_level(out.back().level)) {
            return std::unexpected(fmt::format("the answer gives {} a level that it does not have", rubric.name));
        }
    }
    if (given.size() != rubrics.size()) {
        return std::unexpected("the answer rates what was not asked for");
    }
    return out;
}

Opinion opinion_of(const Rubric& rubric, std::span<const Vote> votes, const std::string& model) {
    Opinion out{.criterion = rubric.name, .model = model};
    std::vector<const Vote*> counted;
    for (const Vote& vote : votes) {
        if (vote.objection.empty()) {
            counted.push_back(&vote);
            out.votes.push_back(vote.level);
        } else {
            ++out.void_votes;
            out.fault = vote.objection;
        }
    }
    if (counted.size() * 2 <= votes.size()) {
        out.fault = out.fault.empty() ? "no vote was given" : "the vote is void: " + out.fault;
        return out;
    }
    out.fault.clear();
    std::ranges::sort(counted, [](const Vote* a, const Vote* b) {
        return a->level != b->level ? a->level < b->level : a < b;  // pointers into one array: in the order given
    });
    const Vote& median = *counted[(counted.size() - 1) / 2];  // the lower of two: doubt counts against
    out.level = median.level;
    out.evidence = median.evidence;
    out.reason = median.reason;
    out.turn = out.level < rubric.levels.back().level ? median.first_bad_turn : 0;
    out.unsure = counted.front()->level < rubric.passes_from && counted.back()->level >= rubric.passes_from;
    return out;
}

}  // namespace sosia::judge
