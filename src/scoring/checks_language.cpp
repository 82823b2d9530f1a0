// The language of the answers.
#include <algorithm>
#include <array>
#include <cstdio>  // cld2 needs FILE
#include <utility>

#include <cld2/public/compact_lang_det.h>

#include "base/text.h"
#include "scoring/checks.h"

namespace sosia::scoring {
namespace {

constexpr std::size_t enough = 40;        // bytes: shorter texts are not detected reliably
constexpr std::size_t enough_alone = 90;  // bytes from which one turn is proof

// ISO 639-1, "" when unsure.
std::string detect(std::string_view text) {
    bool reliable = false;
    const CLD2::Language language = CLD2::DetectLanguage(text.data(), static_cast<int>(text.size()), true, &reliable);
    return reliable ? CLD2::LanguageCode(language) : "";
}

// "German", "de-AT" and "DE" all mean "de".
std::string code_of(std::string_view written) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 14> names{{{"english", "en"},
                                                                                   {"spanish", "es"},
                                                                                   {"español", "es"},
                                                                                   {"german", "de"},
                                                                                   {"deutsch", "de"},
                                                                                   {"french", "fr"},
                                                                                   {"français", "fr"},
                                                                                   {"italian", "it"},
                                                                                   {"portuguese", "pt"},
                                                                                   {"dutch", "nl"},
                                                                                   {"polish", "pl"},
                                                                                   {"turkish", "tr"},
                                                                                   {"japanese", "ja"},
                                                                                   {"chinese", "zh"}}};
    const std::string lowered = lower(trim(written));
    const auto named = std::ranges::find_if(names, [&](const auto& entry) { return lowered == entry.first; });
    return named != names.end() ? std::string(named->second) : lowered.substr(0, 2);
}

struct SmallWords {
    std::string_view code;
    std::string_view words;  // each between spaces
};
// Words that no other of these languages has: a second opinion on short texts.
constexpr std::array<SmallWords, 5> small_words_of{
    {{"en",
      " the and you your is are to of for with have can we it this that i'm i've i'll please will what which could "
      "would "},
     {"es", " el la los las que usted su por para con una está puedo hemos gracias es tiene cuál qué del más "},
     {"de", " der die das und sie ihr ihre ist wir ich nicht haben eine einen für mit bitte kann auf zu wie "},
     {"fr", " le les des vous votre est nous je pas une pour avec dans que sur "},
     {"it", " il che per non una sono con del della può suo abbiamo grazie "}}};

// How many small words of a language a plain text holds; -1 for a language without a list.
int small_words(std::string_view code, std::string_view plain_text) {
    const auto list = std::ranges::find(small_words_of, code, &SmallWords::code);
    if (list == small_words_of.end()) {
        return -1;
    }
    constexpr std::size_t longest = 8;  // with a space at both ends
    int count = 0;
    for (std::size_t begin = 0; begin + 1 < plain_text.size();) {
        const std::size_t end = std::min(plain_text.find(' ', begin + 1), plain_text.size() - 1);
        const std::string_view word = plain_text.substr(begin, end + 1 - begin);
        count += word.size() <= longest && list->words.contains(word) ? 1 : 0;
        begin = end;
    }
    return count;
}

// So many small words of the wanted language settle it without a closer look.
bool is_plainly(std::string_view wanted, const AgentTurn& a) {
    constexpr int plenty = 3;
    return small_words(wanted, a.plain) >= plenty;
}

// What the user really writes: a persona may name a language that the simulated user does not speak.
std::string users_language(const Transcript& t) {
    std::string all;
    for (const Turn& turn : t.conversation.turns) {
        all += turn.role == Role::user ? turn.text + " " : "";
    }
    return all.size() >= enough ? detect(all) : "";
}

bool is_foreign(const AgentTurn& a, std::string_view spoken, std::string_view wanted) {
    constexpr int telling = 2;
    const int of_wanted = small_words(wanted, a.plain);
    const int of_spoken = small_words(spoken, a.plain);
    return of_spoken < 0 ? of_wanted < telling : of_spoken > of_wanted;  // Galician is mostly Spanish
}

}  // namespace

void check_language(const Transcript& t, Findings& out) {
    const std::string wanted = code_of(t.expect.language.value_or(t.file.language));
    std::vector<Finding> found;
    bool judged = false;
    for (const AgentTurn& a : t.agent) {
        if (a.turn->text.size() < enough) {
            continue;
        }
        const std::string spoken = is_plainly(wanted, a) ? wanted : detect(a.turn->text);
        judged |= !spoken.empty();
        if (!spoken.empty() && spoken != wanted && is_foreign(a, spoken, wanted)) {
            found.push_back({a.turn->n, "answers in \"" + spoken + "\", expected \"" + wanted + "\"",
                             quote_of(a.turn->text), a.turn->text.size() >= enough_alone});
        }
    }
    if (!judged) {
        return;
    }
    if (!t.expect.language && !found.empty() && users_language(t) != wanted) {
        found.clear();
    }
    if (found.size() >= 2) {
        std::ranges::for_each(found, [](Finding& f) { f.gates = true; });
    }
    out.report("language", found);
}

}  // namespace sosia::scoring
