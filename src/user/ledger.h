// What the user knows, what they have told, and by which rule they tell the rest (mission A4).
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/suite.h"
#include "user/reader.h"

namespace sosia::user {

// What happens when the agent asks for a fact.
enum class Answer {
    give,        // the true value
    give_wrong,  // the value that will be corrected later
    repeat,      // told before: the agent should know it
    hold_back,   // not yet (second-ask, first time)
    refuse,      // never
    unknown,     // the user has no such fact
};

class Ledger {
  public:
    struct Entry {
        Fact fact;
        std::string label;   // what the user calls it, see label()
        bool told = false;   // the agent has been told (the wrong value counts until corrected)
        bool wrong = false;  // what was told is the wrong first value
        bool corrected = false;
        int asked = 0;    // how often the agent asked for it
        int told_at = 0;  // user turn
        bool incidental =
            false;  // not written in the persona: its name, background, or the scenario's customer context
    };

    // The persona's facts, its name, and the plain values of the scenario's `context.customer`.
    explicit Ledger(const CellParts& parts);

    Answer answer(std::string_view fact) const;
    Entry* find(std::string_view fact);
    const Entry* find(std::string_view fact) const;
    std::vector<Entry>& entries() { return entries_; }
    const std::vector<Entry>& entries() const { return entries_; }

    void asked(std::string_view fact);
    void told(std::string_view fact, bool wrong_value, int user_turn);
    void correct(std::string_view fact);

    // A fact told wrong and not yet corrected; null when there is none.
    const Entry* awaiting_correction() const;

    // "order_id" -> "order id": what a person would call it; the first noun phrase it is asked by, where there is one.
    static std::string label(const Fact& fact);

  private:
    std::vector<Entry> entries_;
};

// What a Reader needs to recognise questions for these facts.
std::vector<FactQuery> fact_queries(const Ledger& ledger);

}  // namespace sosia::user
