// The language of the answers.
#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <utility>

#include "base/text.h"
#include "scoring/checks.h"
#include "user/language.h"

namespace sosia::scoring {
namespace {

constexpr std::size_t enough = user::enough_to_tell;
constexpr std::size_t enough_alone = 90;  // bytes from which one turn is proof

// Words that no other of these languages has: a second opinion on short texts. Sorted: searched by halves.
constexpr auto english = std::to_array<std::string_view>(
    {"and",  "are", "can",  "could", "for", "have", "i'll",  "i'm",  "i've", "is",    "it",  "of",  "please",
     "that", "the", "this", "to",    "we",  "what", "which", "will", "with", "would", "you", "your"});
static_assert(std::ranges::is_sorted(english));
constexpr auto spanish = std::to_array<std::string_view>({"con",   "cuál", "del", "el",  "es",    "está", "gracias",
                                                          "hemos", "la",   "las", "los", "más",   "para", "por",
                                                          "puedo", "que",  "qué", "su",  "tiene", "una",  "usted"});
static_assert(std::ranges::is_sorted(spanish));
constexpr auto german = std::to_array<std::string_view>({"auf", "bitte", "das", "der", "die",  "eine", "einen",
                                                         "für", "haben", "ich", "ihr", "ihre", "ist",  "kann",
                                                         "mit", "nicht", "sie", "und", "wie",  "wir",  "zu"});
static_assert(std::ranges::is_sorted(german));
constexpr auto french = std::to_array<std::string_view>(
    {"avec", "dans", "des", "est", "je", "le", "les", "nous", "pas", "pour", "que", "sur", "une", "votre", "vous"});
static_assert(std::ranges::is_sorted(french));
constexpr auto italian = std::to_array<std::string_view>(
    {"abbiamo", "che", "con", "del", "della", "grazie", "il", "non", "per", "può", "sono", "suo", "una"});
static_assert(std::ranges::is_sorted(italian));

std::span<const std::string_view> small_words_of(std::string_view code) {
    constexpr std::array<std::pair<std::string_view, std::span<const std::string_view>>, 5> lists{
        {{"en", english}, {"es", spanish}, {"de", german}, {"fr", french}, {"it", italian}}};
    const auto found = std::ranges::find_if(lists, [&](const auto& entry) { return entry.first == code; });
    return found == lists.end() ? std::span<const std::string_view>{} : found->second;
}

// How many small words of a language a plain text holds, `most` when there are that many; -1 for a language without a
// list.
int small_words(std::string_view code, std::string_view plain_text, int most) {
    const std::span<const std::string_view> list = small_words_of(code);
    if (list.empty()) {
        return -1;
    }
    int count = 0;
    for (std::size_t begin = 0; begin < plain_text.size() && count < most;) {
        const std::size_t end = std::min(plain_text.find(' ', begin), plain_text.size());
        count += std::ranges::binary_search(list, plain_text.substr(begin, end - begin)) ? 1 : 0;
        begin = end + 1;
    }
    return count;
}

// So many small words of the wanted language settle it without a closer look.
bool is_plainly(std::string_view wanted, const AgentTurn& a) {
    constexpr int plenty = 3;
    return small_words(wanted, a.plain, plenty) >= plenty;
}

// What the user really writes: a persona may name a language that the simulated user does not speak.
std::string users_language(const Transcript& t) {
    std::string all;
    for (const Turn& turn : t.conversation.turns) {
        all += turn.role == Role::user ? turn.text + " " : "";
    }
    return all.size() >= enough ? user::language_of(all) : "";
}

bool is_foreign(const AgentTurn& a, std::string_view spoken, std::string_view wanted) {
    constexpr int telling = 2;
    constexpr int all = std::numeric_limits<int>::max();
    const int of_wanted = small_words(wanted, a.plain, all);
    const int of_spoken = small_words(spoken, a.plain, all);
    return of_spoken < 0 ? of_wanted < telling : of_spoken > of_wanted;  // Galician is mostly Spanish
}

}  // namespace

void check_language(const Transcript& t, Findings& out) {
    const std::string wanted = user::language_code(t.expect.language.value_or(t.file.language));
    std::vector<Finding> found;
    bool judged = false;
    for (const AgentTurn& a : t.agent) {
        if (a.turn->text.size() < enough) {
            continue;
        }
        const std::string spoken = is_plainly(wanted, a) ? wanted : user::language_of(a.turn->text);
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
