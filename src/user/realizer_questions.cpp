#include "user/realizer_questions.h"

#include "base/text.h"
#include "user/realizer_questions_en.h"

namespace sosia::user::wording {
namespace {

std::string plain(std::string_view intent) {
    std::string text(trim(intent));
    while (text.ends_with('.')) {
        text.pop_back();
    }
    return text;
}

std::string uncapitalised(std::string_view text) {
    std::string out(text);
    if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z') {
        out[0] = static_cast<char>(out[0] - 'A' + 'a');
    }
    return out;
}

bool take(std::string_view& text, std::string_view opening) {
    if (!text.starts_with(opening)) {
        return false;
    }
    text.remove_prefix(opening.size());
    return true;
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> openings) {
    for (const std::string_view opening : openings) {
        if (text.starts_with(opening)) {
            return true;
        }
    }
    return false;
}

std::string_view without_spanish_opener(std::string_view text) {
    for (const std::string_view opener : {"preguntar ", "Preguntar ", "saber ", "Saber ", "averiguar ", "consultar "}) {
        if (take(text, opener)) {
            break;
        }
    }
    return text;
}

bool is_spanish_infinitive(std::string_view text) {
    const std::string_view first = text.substr(0, text.find(' '));
    return first.ends_with("ar") || first.ends_with("er") || first.ends_with("ir") || first.ends_with("rme") ||
           first.ends_with("rlo") || first.ends_with("rla");
}

// Spanish keeps the word order of the clause; only the signs are added by the bank.
Asked spanish_question(std::string_view intent) {
    const std::string text = plain(intent);
    std::string_view rest = text;
    if (rest.ends_with('?')) {
        rest.remove_suffix(1);
        take(rest, "¿");
        return {.direct = uncapitalised(rest), .indirect = {}};
    }
    rest = without_spanish_opener(rest);
    if (take(rest, "si ")) {
        return {.direct = std::string(rest), .indirect = "si " + std::string(rest)};
    }
    if (starts_with_any(rest, {"cu", "qué", "cómo", "dónde", "por qué", "quién", "a qué", "en qué", "hasta cu"})) {
        return {.direct = std::string(rest), .indirect = std::string(rest)};
    }
    if (take(rest, "por ") || take(rest, "sobre ") ||
        starts_with_any(rest, {"el ", "la ", "los ", "las ", "mi ", "un ", "una "})) {
        const bool masculine = take(rest, "el ");  // "de el" contracts
        return {.direct = (masculine ? "qué hay del " : "qué hay de ") + std::string(rest), .indirect = {}};
    }
    if (is_spanish_infinitive(rest)) {
        return {.direct = "puedo " + std::string(rest), .indirect = "si puedo " + std::string(rest)};
    }
    return {.direct = std::string(rest), .indirect = {}};
}

// German subordinate clauses put the verb last: the indirect form is always right, so a clause is never turned round.
Asked german_question(std::string_view intent) {
    const std::string text = plain(intent);
    std::string_view rest = text;
    if (rest.ends_with('?')) {
        rest.remove_suffix(1);
        return {.direct = uncapitalised(rest), .indirect = {}};
    }
    for (const std::string_view opener :
         {"fragen, ", "fragen ", "wissen, ", "wissen ", "Fragen, ", "Wissen, ", "herausfinden, ", "erfahren, "}) {
        if (take(rest, opener)) {
            break;
        }
    }
    if (starts_with_any(rest, {"wie ", "was ", "wann ", "wo ", "wer ", "warum ", "welche", "ob ", "bis wann ", "wohin ",
                               "wofür "})) {
        return {.direct = {}, .indirect = std::string(rest)};
    }
    if (take(rest, "nach ")) {
        if (rest.ends_with(" fragen")) {
            rest.remove_suffix(7);
        }
        return {.direct = "was ist mit " + std::string(rest), .indirect = {}};
    }
    if (rest.ends_with("en") && rest.find(' ') != std::string_view::npos &&
        rest.find(" Kosten") == std::string_view::npos) {
        return {.direct = "kann ich " + std::string(rest), .indirect = {}};
    }
    return {.direct = std::string(rest), .indirect = {}};
}

}  // namespace

Asked as_question(std::string_view intent, Language language) {
    switch (language) {
        case Language::spanish:
            return spanish_question(intent);
        case Language::german:
            return german_question(intent);
        case Language::english:
            break;
    }
    return english_question(intent);
}

}  // namespace sosia::user::wording
