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
    constexpr std::array<std::pair<std::string_view, std::string_view>, 14> names{{{"english", "en"}, {"spanish", "es"}, {"español", "es"}, {"german", "de"}, {"deutsch", "de"},
                                                                                   {"french", "fr"}, {"français", "fr"}, {"italian", "it"}, {"portuguese", "pt"}, {"dutch", "nl"},
                                                                                   {"polish", "pl"}, {"turkish", "tr"}, {"japanese", "ja"}, {"chinese", "zh"}}};
    const std::string lowered = lower(trim(written));
    const auto named = std::ranges::find_if(names, [&](const auto& entry) { return lowered == entry.first; });
    return named != names.end() ? std::string(named->second) : lowered.substr(0, 2);
}

// Small words that no other of these languages has: a second opinion on short texts.
int small_words(std::string_view code, std::string_view text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> lists{
        {{"en", " the and you your is are to of for with have can we it this that i'm i've please will "},
         {"es", " el la los las que usted su por para con una está puedo hemos gracias es tiene "},
         {"de", " der die das und sie ihr ihre ist wir ich nicht haben eine für mit bitte kann auf zu "},
         {"fr", " le les des vous votre est nous je pas une pour avec dans que sur "},
         {"it", " il che per non una sono con del della può suo abbiamo grazie "}}};
    const auto list = std::ranges::find(lists, code, &std::pair<std::string_view, std::string_view>::first);
    if (list == lists.end()) {
        return -1;
    }
    int count = 0;
    for (const std::string_view word : split(text, ' ')) {
        count += !word.empty() && list->second.contains(" " + std::string(word) + " ") ? 1 : 0;
    }
    return count;
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
    const int of_wanted = small_words(wanted, a.plain);
    const int of_spoken = small_words(spoken, a.plain);
    return of_wanted < 0 || of_spoken < 0 ? true : of_spoken > of_wanted;
}

}  // namespace

void check_language(const Transcript& t, Findings& out) {
    const std::string wanted = code_of(t.expect.language.value_or(t.file.language));
    std::vector<Finding> found;
    bool judged = false;
    for (const AgentTurn& a : t.agent) {
        const std::string spoken = a.turn->text.size() < enough ? "" : detect(a.turn->text);
        judged |= !spoken.empty();
        if (!spoken.empty() && spoken != wanted && is_foreign(a, spoken, wanted)) {
            found.push_back({a.turn->n, "answers in \"" + spoken + "\", expected \"" + wanted + "\"", quote_of(a.turn->text), a.turn->text.size() >= enough_alone});
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
