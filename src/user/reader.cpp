#include "user/reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "user/reader_acts.h"
#include "user/reader_asks.h"
#include "user/reader_characters.h"
#include "user/reader_claims.h"
#include "user/reader_clauses.h"
#include "user/reader_data.h"
#include "user/reader_entities.h"
#include "user/reader_facts.h"
#include "user/reader_lexicon.h"
#include "user/reader_rules.h"
#include "user/reader_text.h"
#include "user/reader_words.h"

namespace sosia::user {
namespace {

constexpr std::size_t max_text = std::size_t{64} << 10U;
constexpr std::array<std::string_view, 3> languages = {"en", "es", "de"};

struct Language {
    std::string name;
    Lexicon lexicon;
    RuleBook rules;
    Concepts concepts;
    ClaimLexicon claims;
};

std::string_view bounded(std::string_view text) {
    if (text.size() <= max_text) {
        return text;
    }
    std::size_t end = max_text;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return text.substr(0, end);
}

template <class T>
const Error* error_of(const Result<T>& result) {
    return result ? nullptr : &result.error();
}

Result<Language> load_language(const std::string& name) {
    const Result<std::string_view> words = reader_data("reader_" + name);
    const Result<std::string_view> fact_names = reader_data("reader_facts_" + name);
    const Result<std::string_view> claim_words = reader_data("reader_claims_" + name);
    for (const Result<std::string_view>* text : {&words, &fact_names, &claim_words}) {
        if (!*text) {
            return std::unexpected(text->error());
        }
    }
    std::vector<std::string_view> rule_texts = reader_data_parts("reader_" + name);
    rule_texts.insert(rule_texts.begin(), *words);
    Result<Lexicon> lexicon = load_lexicon(*words);
    Result<RuleBook> rules = RuleBook::load(rule_texts);
    Result<Concepts> concepts = Concepts::load(*fact_names);
    Result<ClaimLexicon> claims = ClaimLexicon::load(*claim_words);
    for (const Error* error : {error_of(lexicon), error_of(rules), error_of(concepts), error_of(claims)}) {
        if (error != nullptr) {
            return std::unexpected(Error{error->kind, error->message + " (" + name + ")", error->hint});
        }
    }
    return Language{name, std::move(*lexicon), std::move(*rules), std::move(*concepts), std::move(*claims)};
}

// Reads one message.
class MessageReader {
  public:
    MessageReader(std::string_view text, const FactIndex::Impl& facts, const Language& language)
        : text_(text), language_(language), context_{facts, language.concepts, language.lexicon} {}

    Reading run() {
        reading_.language = language_.name;
        reading_.acts.reserve(8);
        reading_.entities = find_entities(text_);
        reading_.claims = find_claims(text_, reading_.entities, language_.claims);
        sentences_ = split_sentences(text_, reading_.entities, language_.lexicon);
        for (std::size_t i = 0; i < sentences_.size(); ++i) {
            read_sentence(i);
        }
        const std::size_t first = text_.find_first_not_of(" \t\r\n\f\v");
        if (reading_.acts.empty() && first != std::string_view::npos) {
            reading_.acts.push_back({Act::inform, {}, first, text_.size()});  // marks alone
        }
        return std::move(reading_);
    }

  private:
    void read_sentence(std::size_t number) {
        const Sentence& sentence = sentences_[number];
        read_words(text_, sentence.range, reading_.entities, language_.lexicon, row_);
        build_units(row_, sentence.question, units_);
        SentenceFacts known{.claims = place_claims(sentence)};
        known.list_follows = number + 1 < sentences_.size() && sentences_[number + 1].item && !sentence.item;
        known.asked_item = sentence.item && list_asked_;
        list_asked_ = list_asked_ && sentence.item;
        const std::size_t first = reading_.acts.size();
        for (const Unit& unit : units_) {
            read_unit(unit, sentence, known, number == 0, first);
        }
    }

    void read_unit(const Unit& unit, const Sentence& sentence, const SentenceFacts& known, bool opening,
                   std::size_t first) {
        asks_.clear();
        Signals found;
        language_.rules.match(unit.main, {.question = unit.question, .first = opening, .side = false}, found, asks_,
                              scratch_);
        if (!unit.side.empty()) {
            language_.rules.match(unit.side, {.question = unit.question, .first = opening, .side = true}, found, asks_,
                                  scratch_);
        }
        Asked asked;
        if (known.asked_item) {
            asked = read_asked_item(unit, context_, ask_words_);
        } else if (!asks_.empty() || unit.question || may_be_fragment(unit)) {
            asked = read_asks(unit, asks_, context_, ask_words_);
        }
        const Signals acts = settle(unit, found, asked, known);
        const bool requests = !asks_.empty() && !acts.has_any({Act::confirm_done, Act::refuse});
        if (known.list_follows && (acts.has(Act::ask_fact) || (found.has(Hint::list_lead) && requests))) {
            list_asked_ = true;
        }
        add_acts(acts, asked, sentence, first, reading_.acts);
    }

    static bool may_be_fragment(const Unit& unit) { return (unit.polite || unit.conditional) && unit.main.size() < 70; }

    // Gives the claims of this sentence their range and mood; true when there are any.
    bool place_claims(const Sentence& sentence) {
        const std::size_t first = claim_;
        while (claim_ < reading_.claims.size() && reading_.claims[claim_].begin < sentence.range.end) {
            ++claim_;
        }
        place(std::span(reading_.claims).subspan(first, claim_ - first), sentence, row_);
        return claim_ > first;
    }

  public:
    static void place(std::span<Claim> claims, const Sentence& sentence, const WordRow& row) {
        if (claims.empty()) {
            return;
        }
        const std::vector<Range> conditions = condition_ranges(row);
        for (Claim& claim : claims) {
            claim.sentence_begin = sentence.range.begin;
            claim.sentence_end = sentence.range.end;
            const auto inside = [&](const Range& r) { return r.begin <= claim.begin && claim.end <= r.end; };
            claim.question = sentence.question || std::ranges::any_of(conditions, inside);
        }
    }

  private:
    std::string_view text_;
    const Language& language_;
    AskContext context_;
    Reading reading_;
    std::vector<Sentence> sentences_;
    WordRow row_;
    std::vector<Unit> units_;
    std::vector<AskHit> asks_;
    std::vector<AskWord> ask_words_;
    std::vector<int> scratch_;
    std::size_t claim_ = 0;
    bool list_asked_ = false;
};

}  // namespace

struct Reader::Impl {
    std::vector<Language> languages;

    const Language& language(std::string_view name) const {
        const auto at = std::ranges::find(languages, name.substr(0, 2), &Language::name);
        return at == languages.end() ? languages.front() : *at;
    }
};

Reader::Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

Result<Reader> Reader::create() {
    auto impl = std::make_unique<Impl>();
    for (const std::string_view name : languages) {
        Result<Language> language = load_language(std::string(name));
        if (!language) {
            return std::unexpected(language.error());
        }
        impl->languages.push_back(std::move(*language));
    }
    return Reader(std::move(impl));
}

// FactIndex::Impl is reachable here because FactIndex names Reader its friend.
Reading Reader::read(std::string_view agent_text, const FactIndex& facts, std::string_view language) const {
    return MessageReader(bounded(agent_text), *facts.impl_, impl_->language(language)).run();
}

std::vector<Claim> Reader::claims(std::string_view text, std::string_view language) const {
    text = bounded(text);
    const Language& rules = impl_->language(language);
    const std::vector<Entity> found = find_entities(text);
    std::vector<Claim> out = find_claims(text, found, rules.claims);
    std::size_t claim = 0;
    WordRow row;
    for (const Sentence& sentence : split_sentences(text, found, rules.lexicon)) {
        const std::size_t first = claim;
        while (claim < out.size() && out[claim].begin < sentence.range.end) {
            ++claim;
        }
        if (claim > first) {
            read_words(text, sentence.range, found, rules.lexicon, row);
            MessageReader::place(std::span(out).subspan(first, claim - first), sentence, row);
        }
    }
    return out;
}

std::vector<Entity> Reader::entities(std::string_view text) const {
    return find_entities(bounded(text));
}

}  // namespace sosia::user
