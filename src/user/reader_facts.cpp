#include "user/reader_facts.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <utility>

#include "user/reader_words.h"

namespace sosia::user {
namespace {

// Words of the phrase matched at words[at]; 0 when it does not stand there.
std::size_t match_length(const std::vector<std::string>& stems, AskWords words, std::size_t at) {
    std::size_t i = at;
    for (std::size_t k = 0; k < stems.size(); ++i) {
        if (i >= words.size()) {
            return 0;
        }
        if (words[i].stem == stems[k]) {
            ++k;
        } else if (k == 0 || !words[i].is(WordFlag::article)) {
            return 0;
        }
    }
    return i - at;
}

bool is_pronoun(std::string_view word) {
    return word == "you" || word == "it" || word == "i" || word == "we";
}

}  // namespace

void PhraseBook::add(const std::vector<std::string>& stems, std::size_t target) {
    insert(stems, target);
    // "when were you charged" is also asked as "tell me when you were charged".
    if (stems.size() > 3 && is_pronoun(stems[2])) {
        std::vector<std::string> turned = stems;
        std::swap(turned[1], turned[2]);
        insert(turned, target);
    }
    add_inverted(stems, target);
}

// "library card number" is also asked for as "the number on your library card".
void PhraseBook::add_inverted(const std::vector<std::string>& stems, std::size_t target) {
    constexpr std::array<std::string_view, 5> heads{"number", "name", "date", "code", "address"};
    if (stems.size() < 2 || std::ranges::find(heads, stems.back()) == heads.end()) {
        return;
    }
    for (const char* link : {"on", "of", "for"}) {
        std::vector<std::string> turned{stems.back(), link};
        turned.insert(turned.end(), stems.begin(), stems.end() - 1);
        insert(turned, target);
    }
}

void PhraseBook::insert(const std::vector<std::string>& stems, std::size_t target) {
    if (stems.empty() || exact(stems) != nullptr) {
        return;
    }
    std::vector<Phrase>& list = by_first_[stems.front()];
    const auto longer = [](const Phrase& phrase) { return phrase.stems.size(); };
    list.insert(std::ranges::upper_bound(list, stems.size(), std::ranges::greater{}, longer), {stems, target});
}

void read_ask_words(std::string_view text, const Lexicon& lexicon, std::vector<AskWord>& out) {
    out.clear();
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t space = std::min(text.find(' ', i), text.size());
        if (space > i) {
            const std::string_view word = text.substr(i, space - i);
            const std::string_view stemmed = stem(word);
            out.push_back({word, stemmed, word_hash(stemmed), lexicon.find(word)});
        }
        i = space + 1;
    }
}

PhraseBook::Found PhraseBook::find(AskWords words, std::size_t at) const {
    const std::vector<Phrase>* list = by_first_.find(words[at].stem, words[at].stem_hash);
    if (list == nullptr) {
        return {};
    }
    for (const Phrase& phrase : *list) {
        if (const std::size_t length = match_length(phrase.stems, words, at); length > 0) {
            return {phrase.target, length};
        }
    }
    return {};
}

const std::size_t* PhraseBook::exact(const std::vector<std::string>& stems) const {
    const std::vector<Phrase>* list = stems.empty() ? nullptr : by_first_.find(stems.front());
    if (list == nullptr) {
        return nullptr;
    }
    const auto at = std::ranges::find(*list, stems, &Phrase::stems);
    return at == list->end() ? nullptr : &at->target;
}

Result<Concepts> Concepts::load(std::string_view yaml) {
    Concepts out;
    try {
        std::size_t number = 0;
        for (const auto& entry : YAML::Load(std::string(yaml))["facts"]) {
            for (const auto& phrase : entry) {
                out.phrases.add(phrase_stems(phrase.as<std::string>()), number);
            }
            ++number;
        }
    } catch (const YAML::Exception& e) {
        return fail(ErrorKind::malformed, std::string("the reader's fact names are not valid YAML: ") + e.what());
    }
    return out;
}

const std::string* FactIndex::Impl::of_concept(std::size_t concept_number, const Concepts& concepts,
                                               const Lexicon& lexicon) const {
    for (std::size_t i = 0; i < names.size(); ++i) {
        for (const std::vector<std::string>& phrase : stems[i]) {
            if (phrase.empty()) {
                continue;
            }
            std::vector<AskWord> words;
            for (const std::string& word : phrase) {
                words.push_back({word, word, word_hash(word), lexicon.find(word)});
            }
            const PhraseBook::Found found = concepts.phrases.find(words, 0);
            if (found.words == words.size() && found.target == concept_number) {
                return &names[i];
            }
        }
    }
    return nullptr;
}

FactIndex::FactIndex(std::span<const FactQuery> facts) : impl_(std::make_unique<Impl>()) {
    for (const FactQuery& fact : facts) {
        const std::size_t number = impl_->names.size();
        impl_->names.push_back(fact.name);
        std::vector<std::vector<std::string>>& phrases = impl_->stems.emplace_back();
        phrases.push_back(phrase_stems(fact.name));
        for (const std::string& phrase : fact.asked_by) {
            phrases.push_back(phrase_stems(phrase));
        }
        for (const std::vector<std::string>& phrase : phrases) {
            impl_->phrases.add(phrase, number);
        }
    }
}

FactIndex::~FactIndex() = default;
FactIndex::FactIndex(FactIndex&&) noexcept = default;
FactIndex& FactIndex::operator=(FactIndex&&) noexcept = default;

}  // namespace sosia::user
