#include "scoring/masked.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <optional>
#include <utility>

#include "base/text.h"

namespace sosia::scoring {
namespace json = boost::json;
namespace {

enum class Kind { none, card, account };

template <std::size_t n>
bool has_any(std::string_view text, const std::array<std::string_view, n>& words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return text.contains(word); });
}

// What a key of a document, or a sentence, speaks of.
Kind kind_of(std::string_view text) {
    constexpr std::array<std::string_view, 13> cards{"card",      "karte",  "tarjeta", "visa",   "mastercard",
                                                     "amex",      "debit",  "last4",   "last_4", "last four",
                                                     "last_four", "last 4", "lastfour"};
    constexpr std::array<std::string_view, 5> accounts{"iban", "account", "konto", "cuenta", "sepa"};
    const std::string said = lower(text);
    return has_any(said, cards) ? Kind::card : has_any(said, accounts) ? Kind::account : Kind::none;
}

// A phone number is neither card nor account, however it is masked.
bool speaks_of_something_else(std::string_view sentence) {
    constexpr std::array<std::string_view, 14> others{"phone",     "mobile", "cell",     "telefon", "handy",
                                                      "teléfono",  "móvil",  "order",    "booking", "policy",
                                                      "reference", "ticket", "passport", "meter"};
    return has_any(lower(sentence), others);
}

// "•••• 4242" alone is how cards are written; "ending in 2026" may be anything until a card is spoken of.
Kind kind_of_number(std::string_view text, const MaskedNumber& number, std::string_view sentence) {
    const Kind said = kind_of(sentence);
    const bool dots =
        static_cast<unsigned char>(text[number.begin]) >= 0x80 || lower(text.substr(number.begin, 2)) == "xx";
    return said == Kind::none && dots && !speaks_of_something_else(sentence) ? Kind::card : said;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// The digits of each number in a text: blanks, dashes and points may stand between them.
std::vector<std::string> numbers_in(std::string_view text) {
    std::vector<std::string> out;
    std::string digits;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const bool joins = i + 1 < text.size() && std::string_view(" -.").contains(text[i]) && is_digit(text[i + 1]);
        if (i < text.size() && is_digit(text[i])) {
            digits += text[i];
        } else if (!digits.empty() && !joins) {
            out.push_back(std::exchange(digits, {}));
        }
    }
    return out;
}

// What is known at a turn.
class KnownNumbers {
  public:
    void learn_text(std::string_view text, Kind kind, std::string_view name) {
        constexpr std::size_t shortest = 4;
        for (std::string& number : numbers_in(text)) {
            if (number.size() >= shortest) {
                entries_.push_back({kind, std::string(name), std::move(number)});
            }
        }
    }
    void learn_json(const json::value& value, std::string_view key, Kind kind) {
        const Kind named = kind_of(key);
        kind = named == Kind::none ? kind : named;
        if (value.is_object()) {
            for (const auto& member : value.get_object()) {
                learn_json(member.value(), member.key(), kind);
            }
        } else if (value.is_array()) {
            for (const json::value& item : value.get_array()) {
                learn_json(item, key, kind);
            }
        } else {
            learn_text(value.is_string() ? std::string(value.get_string()) : json::serialize(value), kind, key);
        }
    }
    bool ends_so(std::string_view digits) const {
        return std::ranges::any_of(entries_, [&](const Entry& e) { return e.digits.ends_with(digits); });
    }
    // "card: ... 4242", of the first that is known of this kind; empty when none is.
    std::string example(Kind kind) const {
        constexpr std::size_t shown = 4;
        const auto found = std::ranges::find(entries_, kind, &Entry::kind);
        return found == entries_.end() ? ""
                                       : found->name + ": ... " + found->digits.substr(found->digits.size() - shown);
    }

  private:
    struct Entry {
        Kind kind;
        std::string name;
        std::string digits;
    };
    std::vector<Entry> entries_;
};

KnownNumbers known_before(const CaseFile& file) {
    KnownNumbers out;
    for (const auto& [name, text] : file.truth) {
        out.learn_text(text, kind_of(name), name);
    }
    out.learn_json(file.context, "context", Kind::none);
    for (const Fact& fact : file.persona.facts) {
        out.learn_text(fact.value, kind_of(fact.name), fact.name);
    }
    return out;
}

// What the user wrote and what tools took and gave, up to here. True when a tool's answer is not on record.
bool learn_turn(const AgentTurn& a, KnownNumbers& known) {
    bool unseen = false;
    if (a.user != nullptr) {
        known.learn_text(a.user->text, Kind::none, "the user");
    }
    for (const ToolCall& tool : a.turn->tools) {
        unseen |= !tool.result.has_value();
        if (tool.result) {
            known.learn_json(*tool.result, tool.name, Kind::none);
        }
    }
    return unseen;
}

}  // namespace

std::vector<MaskedNumber> masked_numbers(std::string_view text) {
    static const RE2 pattern(
        "(?i)((?:\\b(?:end(?:ing|s|et|end)? (?:in|with|on|auf|mit)|ending|(?:last|final) (?:four|4|three|3)(?: digits)?"
        "(?: are| is|:)?|(?:letzten|letzte) (?:vier|4|drei|3) (?:ziffern|stellen)(?: sind|:)?|endziffern?|"
        "(?:termina(?:da|do)?|acaba(?:da|do)?) en)|[uú]ltim[oa]s (?:cuatro|4|tres|3) (?:d[ií]gitos|cifras)(?: son|:)?)"
        "[\\s:*_`(.…]*|(?:[•●·∙⋅]\\s?){2,}[\\s-]*|(?:[*#]\\s?){3,}[\\s-]*|x{2,}[\\sx-]*|(?:…|\\.\\.\\.)-?)(\\d{3,4})"
        "\\b");
    std::vector<MaskedNumber> out;
    re2::StringPiece rest(text.data(), text.size());
    re2::StringPiece mask;
    re2::StringPiece digits;
    while (RE2::FindAndConsume(&rest, pattern, &mask, &digits)) {
        const auto begin = static_cast<std::size_t>(mask.data() - text.data());
        const auto end = static_cast<std::size_t>(digits.data() - text.data()) + digits.size();
        const bool goes_on =
            end + 1 < text.size() && std::string_view(".,:-/ ").contains(text[end]) && is_digit(text[end + 1]);
        if (!goes_on) {
            out.push_back({std::string(digits), begin, end});
        }
    }
    return out;
}

void add_masked_numbers(const Transcript& t, std::vector<Finding>& found) {
    std::optional<KnownNumbers> known;  // made once there is something to hold against it
    bool unseen = false;
    std::size_t learnt = 0;
    for (const AgentTurn& a : t.agent) {
        for (const MaskedNumber& number : masked_numbers(a.turn->text)) {
            known = known ? std::move(known) : known_before(t.file);
            while (learnt < t.agent.size() && t.agent[learnt].turn->n <= a.turn->n) {
                unseen |= learn_turn(t.agent[learnt++], *known);
            }
            const std::string_view sentence = sentence_at(a.turn->text, number.begin);
            const Kind kind = kind_of_number(a.turn->text, number, sentence);
            const std::string truth = known->example(kind);
            if (kind == Kind::none || truth.empty() || known->ends_so(number.digits)) {
                continue;
            }
            found.push_back(
                {a.turn->n,
                 "says \"..." + number.digits + "\", in which nothing known ends (the truth is " + truth + ")",
                 quote_of(sentence), !unseen && !sentence.ends_with('?')});
        }
    }
}

}  // namespace sosia::scoring
