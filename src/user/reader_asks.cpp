#include "user/reader_asks.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace sosia::user {
namespace {

using Words = AskWords;

bool is_mark(std::string_view word) {
    return word == "," || word == ":" || word == ";" || word == "!" || word == "?";
}
bool is_value(std::string_view word) {
    return word == "<email>" || word == "<id>" || word == "<phone>" || word == "<card>" || word == "#";
}
bool is_clause(std::string_view word) {
    return word == "<if>" || word == "<when>" || word == "<so>";
}

class AskReader {
  public:
    AskReader(const AskContext& context, Asked& asked) : context_(context), asked_(asked) {}

    // After "could you provide": facts until the sentence turns to something else. `checks`: the request is to confirm;
    // `in_clause`: it stands in a condition, which asks for nothing unless it names a fact.
    void strong(const Words& words, bool checks, bool in_clause) {
        if (!words.empty() && words.front().is(WordFlag::complement)) {
            asked_.confirm = asked_.confirm || checks;
            return;
        }
        const bool found = scan(words, {.lead = 8, .checks = checks});
        if (!found && !asked_.confirm && !in_clause) {
            unknown_object(words);
        }
    }

    // After "I will need".
    void need(const Words& words) {
        if (!scan(words, {.lead = 8}) && !words.empty() && words.front().is(WordFlag::yours)) {
            const bool vague = words.size() < 2 || words[1].is(WordFlag::vague);
            if (!vague) {
                note({});
            }
        }
    }

    // From a question word on: only what it asks for directly counts.
    bool weak(const Words& words) { return scan(words, {.lead = 3, .stop_early = true}); }

    // Anywhere in the words.
    bool anywhere(const Words& words) {
        bool found = false;
        for (std::size_t i = 0; i < words.size();) {
            const std::size_t length = take(words, i);
            found = found || length > 0;
            i += std::max<std::size_t>(length, 1);
        }
        return found;
    }

    // Phrases that are questions of their own: "when did you buy", "how many people".
    void question_phrases(const Words& words) {
        for (std::size_t i = 0; i < words.size(); ++i) {
            const bool opens = words[i].is(WordFlag::question_word);
            const PhraseBook::Found listed = context_.facts.phrases.find(words, i);
            const PhraseBook::Found known = context_.concepts.phrases.find(words, i);
            if (std::max(listed.words, known.words) >= (opens ? 2U : 4U)) {
                i += take(words, i) - 1;
            }
        }
    }

    // "Order number and e-mail, please?": nothing but facts and small words.
    // What leads to it ("For verification, ...") does not count.
    bool fragment(Words words, bool question) {
        for (std::size_t i = 1; i < std::min<std::size_t>(words.size(), 6) && words.front().is(WordFlag::stop); ++i) {
            if (words[i].text == ",") {
                words = words.subspan(i);
                break;
            }
        }
        if (words.size() > 9) {
            return false;
        }
        std::size_t strange = 0;
        std::size_t known = 0;
        bool polite = question;
        for (std::size_t i = 0; i < words.size();) {
            const PhraseBook::Found found = best(words, i);
            if (found.words > 0) {
                ++known;
                i += found.words;
                continue;
            }
            polite = polite || words[i].is(WordFlag::resume) || words[i].text == "<if>";
            strange += small(words[i]) || words[i].text == "<if>" || (known > 0 && words[i].is(WordFlag::stop)) ? 0 : 1;
            ++i;
        }
        return polite && known > 0 && strange == 0 && anywhere(words);
    }

  private:
    struct Limits {
        std::size_t lead = 8;     // words that may stand before the first fact
        bool stop_early = false;  // a stop word before the first fact ends the search
        bool checks = false;      // "confirm your email is ...": a value that follows is only to be confirmed
    };

    static bool small(const AskWord& word) {
        return is_mark(word.text) || word.is(WordFlag::article) || word.is(WordFlag::connector) ||
               word.is(WordFlag::filler) || word.is(WordFlag::resume);
    }

    PhraseBook::Found best(const Words& words, std::size_t i) const {
        const PhraseBook::Found listed = context_.facts.phrases.find(words, i);
        const PhraseBook::Found known = context_.concepts.phrases.find(words, i);
        return listed.words >= known.words ? listed : known;
    }

    bool scan(const Words& words, Limits limits) {
        bool found = false;
        std::size_t strange = 0;
        for (std::size_t i = 0; i < words.size();) {
            const std::size_t length = take(words, i);
            if (length > 0) {
                if (states_value(words, i + length, limits)) {
                    drop_last();
                    asked_.confirm = true;
                    return found;
                }
                found = true;
                strange = 0;
                i += length;
                continue;
            }
            if (!found && words[i].is(WordFlag::vague)) {
                const std::size_t list = list_begin(words, i);
                if (list == words.size()) {
                    break;
                }
                i = list;
                continue;
            }
            if (found && words[i].is(WordFlag::stop)) {
                if (const std::size_t next = past_aside(words, i); next > i) {
                    i = next;
                    continue;
                }
            }
            if (is_clause(words[i].text) || ends_list(words, i, found, limits) ||
                ++strange > (found ? 4 : limits.lead)) {
                break;
            }
            strange -= small(words[i]) ? 1 : 0;
            ++i;
        }
        return found;
    }

    // After "more details": where they are named ("...: your order number", "..., such as"), else the end.
    static std::size_t list_begin(const Words& words, std::size_t i) {
        while (i < words.size() && words[i].text != ":" && words[i].text != ",") {
            ++i;
        }
        return std::min(i + 1, words.size());
    }

    // "your order number (it starts with A-) and ...": past the aside when the list goes on behind it, else `i`.
    static std::size_t past_aside(Words words, std::size_t i) {
        for (std::size_t k = i; k + 1 < words.size() && k < i + 7; ++k) {
            if (words[k].text == "," && words[k + 1].is(WordFlag::connector)) {
                return k + 1;
            }
        }
        return i;
    }

    bool ends_list(const Words& words, std::size_t i, bool found, Limits limits) const {
        return i > 0 && words[i].is(WordFlag::stop) && (found || limits.stop_early);
    }

    // "... your email is a@b.com": the value stands right there, so it is only to be confirmed.
    bool states_value(const Words& words, std::size_t next, Limits limits) const {
        if (next >= words.size()) {
            return false;
        }
        if (is_value(words[next].text)) {
            return true;
        }
        if (next + 1 >= words.size()) {
            return false;
        }
        const std::string_view value = words[next + 1].text;
        if (words[next].text == ":" || words[next].text == ",") {
            return is_value(value) && value != "#";  // "(10 digits)" describes
        }
        if (!words[next].is(WordFlag::auxiliary)) {
            return false;
        }
        return is_value(value) || (limits.checks && !is_mark(value) && !is_clause(value));
    }

    // Notes the fact named at words[i]; returns its length in words.
    std::size_t take(const Words& words, std::size_t i) {
        const PhraseBook::Found listed = context_.facts.phrases.find(words, i);
        const PhraseBook::Found known = context_.concepts.phrases.find(words, i);
        if (listed.words > 0 && listed.words >= known.words) {
            note(context_.facts.names[listed.target]);
            return listed.words;
        }
        if (known.words > 0) {
            const std::string* name = context_.facts.of_concept(known.target, context_.concepts, context_.lexicon);
            note(name != nullptr ? *name : std::string{});
        }
        return known.words;
    }

    void note(const std::string& fact) {
        fresh_ = std::ranges::find(asked_.facts, fact) == asked_.facts.end();
        if (fresh_) {
            asked_.facts.push_back(fact);
        }
    }

    void drop_last() {
        if (fresh_) {
            asked_.facts.pop_back();
        }
    }

    // "... your photo": asked for, though nobody knows it; "... more details": an open question.
    void unknown_object(const Words& words) {
        bool named = false;
        for (std::size_t i = 0; i < std::min<std::size_t>(words.size(), 5); ++i) {
            if (is_mark(words[i].text) && i > 0) {
                break;
            }
            if (i == 0 && is_clause(words[i].text)) {
                return;  // "let me know if ..."
            }
            if (words[i].is(WordFlag::vague) || words[i].is(WordFlag::question_word) || is_clause(words[i].text)) {
                asked_.open = true;
                return;
            }
            named = named || (words[i].is(WordFlag::article) && i + 1 < words.size());
        }
        if (named) {
            note({});
        } else {
            asked_.open = true;
        }
    }

    const AskContext& context_;
    Asked& asked_;
    bool fresh_ = false;
};

// The words of a unit's text that lie in bytes [begin, end).
Words within(Words words, std::string_view text, std::size_t begin, std::size_t end) {
    const auto offset = [&](const AskWord& word) { return static_cast<std::size_t>(word.text.data() - text.data()); };
    const auto first = std::ranges::lower_bound(words, begin, {}, offset);
    const auto last = std::ranges::lower_bound(first, words.end(), end, {}, offset);
    return {first, last};
}

bool checks(Words trigger) {
    return std::ranges::any_of(trigger, [](const AskWord& word) { return word.is(WordFlag::checking); });
}

void read_hit(const AskHit& hit, Words words, std::string_view text, AskReader& reader, Asked& asked) {
    const Words inside = within(words, text, hit.begin, hit.end);
    const Words after = within(words, text, hit.end, text.size());
    switch (hit.kind) {
        case Hint::ask_strong:
            reader.strong(after, checks(inside), hit.side);
            break;
        case Hint::ask_need:
            reader.need(after);
            break;
        case Hint::ask_before:
            reader.anywhere(within(words, text, 0, hit.begin + 1));
            break;
        case Hint::ask_inside:
            reader.anywhere(inside);
            break;
        default:
            asked.open = !reader.weak(within(words, text, hit.begin, text.size())) || asked.open;
            break;
    }
}

}  // namespace

namespace {

// Words that say what is asked for: not "the", "did", "number of".
bool says_something(std::string_view stem) {
    constexpr std::array<std::string_view, 26> small{
        "of", "the", "your", "you", "on", "for", "did", "do",   "when", "what", "which", "it",    "was",
        "is", "a",   "an",   "at",  "to", "in",  "how", "many", "does", "are",  "would", "where", "happen"};
    return std::ranges::find(small, stem) == small.end();
}

bool all_occur(const std::vector<std::string>& phrase, Words words) {
    std::size_t telling = 0;
    for (const std::string& stem : phrase) {
        if (says_something(stem)) {
            ++telling;
            if (std::ranges::find(words, std::string_view(stem), &AskWord::stem) == words.end()) {
                return false;
            }
        }
    }
    return telling >= 2;
}

// "On which date did the incident occur?" asks for the "date of the incident": the one fact all of whose telling words
// occur; null when there is none, or more than one.
const std::string* fact_by_words(const FactIndex::Impl& facts, Words words) {
    const std::string* found = nullptr;
    for (std::size_t i = 0; i < facts.names.size(); ++i) {
        const bool meant =
            std::ranges::any_of(facts.stems[i], [&](const auto& phrase) { return all_occur(phrase, words); });
        if (meant && found != nullptr) {
            return nullptr;
        }
        found = meant ? &facts.names[i] : found;
    }
    return found;
}

void name_the_fact(const Unit& unit, const AskContext& context, std::vector<AskWord>& words, Asked& asked) {
    const bool unnamed = asked.any_fact() && std::ranges::all_of(asked.facts, &std::string::empty);
    if (!unit.question || !(unnamed || asked.open)) {
        return;
    }
    read_ask_words(unit.main, context.lexicon, words);
    if (const std::string* name = fact_by_words(context.facts, words)) {
        asked.facts = {*name};
        asked.open = false;
    }
}

}  // namespace

Asked read_asks(const Unit& unit, std::span<const AskHit> hits, const AskContext& context,
                std::vector<AskWord>& words) {
    Asked asked;
    AskReader reader(context, asked);
    for (const bool side : {true, false}) {
        const std::string& text = side ? unit.side : unit.main;
        if (side && std::ranges::none_of(hits, &AskHit::side)) {
            continue;
        }
        read_ask_words(text, context.lexicon, words);
        for (const AskHit& hit : hits) {
            if (hit.side == side) {
                read_hit(hit, words, text, reader, asked);
            }
        }
    }
    if (!asked.confirm && !asked.any_fact()) {
        if (unit.question) {
            reader.question_phrases(words);
        }
        if (!asked.any_fact()) {
            reader.fragment(words, unit.question);
        }
    }
    name_the_fact(unit, context, words, asked);
    return asked;
}

Asked read_asked_item(const Unit& unit, const AskContext& context, std::vector<AskWord>& words) {
    Asked asked;
    read_ask_words(unit.main, context.lexicon, words);
    if (!AskReader(context, asked).anywhere(words) && words.size() <= 8) {
        asked.facts.emplace_back();
    }
    return asked;
}

}  // namespace sosia::user
