// Reads the agent's text into dialogue acts and claims, by rules per language (src/user/data/reader_<language>.yaml).
// No model, no state: the same text gives the same reading. Thread-safe after construction.
// How: a sentence becomes a row of plain words in which a negation is glued to what it negates and subordinate clauses
// are taken out; all rules then run over it as one automaton (reader_clauses.h, reader_rules.h). At most the first 64
// KB are read.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sosia::user {

// What the agent does with a sentence. One sentence may carry several acts.
enum class Act : std::uint8_t {
    greet,       // "Hi, welcome to Refund Desk"
    ask_intent,  // "How can I help you today?", "What seems to be the problem?" (asks why the user is here at all)
    ask_fact,  // asks for a fact: `fact` names it when the caller's list knows it, else "" ("Could you share your order
               // number?")
    ask_confirm,  // asks yes or no about something it names ("Is that the charge from March 14?", "Shall I go ahead?")
    ask_open,     // any other question or request for the user to explain
    ask_more,     // "Anything else I can help with?"
    offer,        // proposes something it would do ("I can refund that for you", "Would you like me to ...")
    inform,       // states facts or rules (default for statements)
    refuse,  // says that it cannot or will not do it ("I'm afraid that's outside the refund window", "I can't share
             // that")
    apologise,
    empathise,     // acknowledges feelings ("I understand how frustrating this is")
    confirm_done,  // says that something was done ("I've issued the refund", "You're booked for Tuesday at 9:40")
    promise,       // says that it will be done or is under way ("I'll process this now", "your refund is on its way")
    hold,          // asks to wait ("One moment while I check")
    hand_over,  // passes the user to a person ("I'm transferring you to a colleague", "a specialist will contact you")
    offer_human,  // only offers it ("Would you like to speak with a person?")
    close,        // ends ("Have a great day", "Goodbye")
    thank,
    cheer,     // celebratory or chirpy tone ("Awesome!", "Yay", emoji smiles, "Happy to help!!")
    hostile,   // rude or blaming ("calm down", "that's your own fault", "I already told you")
    not_know,  // says it lacks the information ("I don't have information about that", "I'm not able to give medical
               // advice")
    redirect,  // sends the user elsewhere to do it themselves ("please call 0800 ...", "visit our website")
    misunderstood,  // "Sorry, I didn't get that"
    deny,           // contradicts the user ("No, that is not possible", "our records show otherwise")
};
inline constexpr int act_count = 24;
std::string_view to_string(Act act);  // "ask-fact", "hand-over", ...
std::optional<Act> parse_act(std::string_view text);

// One sentence may ask for several facts: one ReadAct each. An act (with its fact) stands once per sentence.
struct ReadAct {
    Act act = Act::inform;
    std::string fact;       // ask_fact: the fact asked for ("" when not one of the caller's)
    std::size_t begin = 0;  // byte range of the sentence in the agent's text
    std::size_t end = 0;
};

enum class ClaimKind : std::uint8_t { money, duration, date, time, percent, number };
std::string_view to_string(ClaimKind kind);

// A value the agent states. Ranges ("3-5 business days") have low < high; single values low == high.
struct Claim {
    ClaimKind kind = ClaimKind::number;
    double low = 0;    // money: currency units; duration: seconds; percent: percent; date: see `month`, `day`;
    double high = 0;   // time: minutes since midnight; number: the number
    std::string unit;  // money: ISO code or ""; duration: "second" "minute" "hour" "day" "business-day" "week" "month"
                       // "year" (a month counts 30 days, a year 365);
                       // number: the noun after it, lower-case singular ("mg", "night"), or ""
    int year = 0;      // date: 0 unknown
    int month = 0;     // date: 1 to 12; 0 unknown (weekday only)
    int day = 0;
    int weekday = 0;        // date: 1 Monday .. 7 Sunday; 0 not named
    bool question = false;  // stands in a question or an "if" clause: not asserted
    std::size_t begin = 0;  // byte range of the claim itself
    std::size_t end = 0;
    std::size_t sentence_begin = 0;  // byte range of its sentence
    std::size_t sentence_end = 0;
};

// An identifier-like string in the text: what a leak would consist of.
struct Entity {
    enum class Kind : std::uint8_t {
        email,
        phone,
        card,
        id,
        url
    } kind = Kind::id;  // id: mixed letters and digits such as A-10023
    std::string text;   // as written
    std::size_t begin = 0;
    std::size_t end = 0;
};

// A fact the agent may ask for.
struct FactQuery {
    std::string name;                   // "order_id"
    std::vector<std::string> asked_by;  // "order number", "order id"; the name's own words are tried too
};

// A FactQuery list made ready once per persona (takes microseconds). A fact is found by its asked_by phrases, by its
// name's words, and by the usual names of what it is (data/reader_facts_<language>.yaml): "order_id" is also asked for
// as "order reference". Articles inside a phrase and plural s do not matter; a phrase that is a question of its own
// ("when were you charged") counts wherever it stands in a question.
class FactIndex {
  public:
    explicit FactIndex(std::span<const FactQuery> facts);
    ~FactIndex();
    FactIndex(FactIndex&&) noexcept;
    FactIndex& operator=(FactIndex&&) noexcept;

    struct Impl;  // the reader's own

  private:
    friend class Reader;
    std::unique_ptr<Impl> impl_;
};

struct Reading {
    std::vector<ReadAct> acts;     // in text order; never empty for non-blank text
    std::vector<Claim> claims;     // in text order
    std::vector<Entity> entities;  // in text order
    std::string language;          // the language whose rules were used

    bool has(Act act) const;
    const ReadAct* find(Act act) const;
    bool asks_for(std::string_view fact) const;
};

class Reader {
  public:
    // Loads the embedded rules. An Error means that the shipped rules are broken (tested, so in practice never).
    static Result<Reader> create();
    ~Reader();
    Reader(Reader&&) noexcept;
    Reader& operator=(Reader&&) noexcept;

    // `language`: "en", "es", "de", also "en-GB" and the like; an unknown one reads with the English rules. New
    // wordings cost more the first time (the automaton grows with what it has seen), about a millisecond a message.
    Reading read(std::string_view agent_text, const FactIndex& facts, std::string_view language = "en") const;

    // Claims and entities alone, of any text (ground truth, context values, user turns).
    std::vector<Claim> claims(std::string_view text, std::string_view language = "en") const;
    std::vector<Entity> entities(std::string_view text) const;

  private:
    struct Impl;
    explicit Reader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sosia::user
