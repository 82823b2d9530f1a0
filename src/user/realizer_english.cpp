#include "user/realizer_english.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sosia::user::wording {
namespace {

// Sorted: searched by halves.
constexpr auto base_verbs = std::to_array<std::string_view>(
    {"accept",     "access",   "activate",  "add",         "adjust",       "affect",    "afford",  "allow",
     "also",       "amend",    "appeal",    "apply",       "appoint",      "approve",   "arrange", "arrive",
     "ask",        "assign",   "attend",    "avoid",       "be",           "begin",     "block",   "book",
     "borrow",     "bring",    "browse",    "buy",         "call",         "cancel",    "change",  "charge",
     "check",      "choose",   "claim",     "clarify",     "clear",        "close",     "collect", "combine",
     "come",       "compare",  "complain",  "complete",    "configure",    "confirm",   "connect", "contact",
     "continue",   "convert",  "correct",   "cost",        "count",        "cover",     "create",  "credit",
     "deactivate", "delay",    "delete",    "deliver",     "describe",     "disable",   "discuss", "dispute",
     "do",         "donate",   "downgrade", "download",    "drink",        "drive",     "drop",    "earn",
     "eat",        "edit",     "email",     "enable",      "end",          "enrol",     "enroll",  "escalate",
     "exchange",   "expire",   "explain",   "export",      "extend",       "figure",    "file",    "fill",
     "find",       "finish",   "fix",       "fly",         "follow",       "freeze",    "get",     "give",
     "go",         "happen",   "have",      "hear",        "import",       "improve",   "include", "increase",
     "install",    "invite",   "issue",     "join",        "keep",         "know",      "last",    "learn",
     "leave",      "lift",     "limit",     "link",        "list",         "locate",    "lock",    "log",
     "lose",       "lower",    "make",      "manage",      "mean",         "meet",      "merge",   "migrate",
     "modify",     "move",     "need",      "notify",      "obtain",       "open",      "order",   "park",
     "pause",      "pay",      "pick",      "place",       "port",         "postpone",  "prepare", "print",
     "process",    "provide",  "purchase",  "push",        "put",          "query",     "reach",   "reactivate",
     "read",       "rebook",   "receive",   "reclaim",     "recommend",    "recover",   "redeem",  "reduce",
     "refill",     "refund",   "register",  "reimburse",   "reissue",      "remain",    "remove",  "rename",
     "renew",      "rent",     "repair",    "replace",     "report",       "request",   "require", "reschedule",
     "resend",     "reserve",  "reset",     "resolve",     "restore",      "resume",    "return",  "reuse",
     "reverse",    "review",   "revoke",    "run",         "save",         "schedule",  "see",     "sell",
     "send",       "set",      "settle",    "setup",       "share",        "ship",      "show",    "sign",
     "sit",        "skip",     "solve",     "sort",        "speak",        "split",     "start",   "stay",
     "still",      "stop",     "submit",    "subscribe",   "suggest",      "support",   "suspend", "swap",
     "switch",     "sync",     "take",      "talk",        "tell",         "terminate", "test",    "top",
     "track",      "trade",    "transfer",  "travel",      "troubleshoot", "try",       "turn",    "unblock",
     "understand", "undo",     "unlock",    "unsubscribe", "update",       "upgrade",   "upload",  "use",
     "validate",   "verify",   "view",      "visit",       "wait",         "waive",     "want",    "warn",
     "wear",       "withdraw", "wonder",    "work",        "write"});
static_assert(std::ranges::is_sorted(base_verbs));

constexpr std::array<std::string_view, 9> question_words{"how", "what", "when",  "where", "which",
                                                         "who", "why",  "whose", "whom"};
constexpr std::array<std::string_view, 17> auxiliaries{"is",    "are",    "was",    "were",  "will",  "can",
                                                       "could", "should", "would",  "may",   "might", "must",
                                                       "am",    "isn't",  "aren't", "won't", "can't"};
constexpr std::array<std::string_view, 16> roles{
    "customer",   "user",      "caller",   "patient", "guest",   "passenger", "client", "member",
    "subscriber", "traveller", "traveler", "tenant",  "student", "shopper",   "buyer",  "persona"};

bool is_role(std::string_view word) {
    return std::ranges::find(roles, word) != roles.end();
}

std::string first_person_verb(std::string_view verb) {
    if (verb == "is") {
        return "am";
    }
    return verb == "has" || is_third_person_verb(verb) ? base_form(verb) : std::string(verb);
}

std::string_view first_person_word(std::string_view word) {
    if (word == "his" || word == "her" || word == "their") {
        return "my";
    }
    if (word == "she" || word == "he") {
        return "I";
    }
    return word == "himself" || word == "herself" ? "myself" : word;
}

}  // namespace

bool is_question_word(std::string_view word) {
    return std::ranges::find(question_words, word) != question_words.end();
}

bool is_auxiliary(std::string_view word) {
    return std::ranges::find(auxiliaries, word) != auxiliaries.end();
}

bool is_base_verb(std::string_view word) {
    return std::ranges::binary_search(base_verbs, word);
}

bool is_third_person_verb(std::string_view word) {
    return word.size() > 3 && word.ends_with('s') && is_base_verb(base_form(word)) ? true
                                                                                   : word == "has" || word == "does";
}

std::string base_form(std::string_view verb) {
    if (verb == "has") {
        return "have";
    }
    if (verb.ends_with("ies") && verb.size() > 4) {
        return std::string(verb.substr(0, verb.size() - 3)) + "y";
    }
    for (const std::string_view ending : {"ches", "shes", "sses", "xes", "zzes", "oes"}) {
        if (verb.ends_with(ending)) {
            return std::string(verb.substr(0, verb.size() - 2));
        }
    }
    return std::string(verb.ends_with('s') ? verb.substr(0, verb.size() - 1) : verb);
}

std::string in_first_person(std::string_view text) {
    std::string out;
    bool verb_follows = false;
    for (const std::string_view word : split(text, ' ')) {
        out += out.empty() ? "" : " ";
        if (verb_follows) {
            out += first_person_verb(word);
            verb_follows = false;
            continue;
        }
        const bool them = word == "their";  // may be somebody else's: left alone
        out += them ? word : first_person_word(word);
        verb_follows = word == "she" || word == "he";
    }
    return out;
}

std::string as_told_by_the_user(std::string_view text) {
    std::vector<std::string_view> words = split(text, ' ');
    const std::string first = lower(words[0]);
    const bool article = first == "the" || first == "a" || first == "an" || first == "this";
    const std::size_t role = article ? 1 : 0;
    if (words.size() < role + 3 || !is_role(lower(words[role]))) {
        return std::string(text);
    }
    std::string out = "I";
    bool verb_follows = true;
    for (std::size_t i = role + 1; i < words.size(); ++i) {
        out += " ";
        out += verb_follows ? first_person_verb(words[i]) : std::string(first_person_word(words[i]));
        verb_follows = words[i] == "and" || words[i] == "but" || words[i] == "she" || words[i] == "he";
    }
    return out;
}

bool looks_english(std::string_view text) {
    constexpr std::array<std::string_view, 13> telling{"the",    "my",    "how",        "what", "whether",
                                                       "when",   "where", "about",      "with", "which",
                                                       "refund", "get",   "appointment"};
    constexpr std::array<std::string_view, 4> also_elsewhere{"test", "start", "come", "use"};
    const std::string lowered = lower(text);
    const std::vector<std::string_view> words = split(trim(lowered), ' ');
    const auto is_telling = [&](std::string_view word) { return std::ranges::find(telling, word) != telling.end(); };
    const bool verb = is_base_verb(words[0]) && std::ranges::find(also_elsewhere, words[0]) == also_elsewhere.end();
    return verb || std::ranges::any_of(words, is_telling);
}

}  // namespace sosia::user::wording
