// The compiled rules of one language: every pattern in one automaton, run once over a unit.
#pragma once
#include <re2/re2.h>
#include <re2/set.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "user/reader.h"

namespace sosia::user {

// What a rule may say besides an act.
enum class Hint : std::uint8_t {
    ask_strong = act_count,  // "could you provide": the fact follows
    ask_need,                // "I will need": the fact follows; without one nothing is asked
    ask_weak,                // "what is": the fact follows, else it is an open question
    ask_before,              // "... is required": the fact stands before
    ask_inside,              // "koennten Sie mir ... nennen": the fact stands inside
    choice,                  // not a yes-or-no question
    yes_no,                  // a yes-or-no question whatever it starts with
    list_lead,               // what is asked for follows as a list
    pleasantry,              // small talk: not `inform`
};
inline constexpr int signal_count = act_count + 9;

// The acts and hints found in a unit, as a set of bits.
class Signals {
  public:
    void add(int signal) { bits_ |= std::uint64_t{1} << static_cast<unsigned>(signal); }
    void add(Act act) { add(static_cast<int>(act)); }
    void add(Hint hint) { add(static_cast<int>(hint)); }
    void drop(Act act) { bits_ &= ~(std::uint64_t{1} << static_cast<unsigned>(act)); }
    bool has(Act act) const { return bit(static_cast<int>(act)); }
    bool has(Hint hint) const { return bit(static_cast<int>(hint)); }
    bool has_any(std::initializer_list<Act> acts) const {
        for (const Act act : acts) {
            if (has(act)) {
                return true;
            }
        }
        return false;
    }
    bool any_act() const { return (bits_ & ((std::uint64_t{1} << act_count) - 1)) != 0; }
    void add(const Signals& other) { bits_ |= other.bits_; }

  private:
    bool bit(int signal) const { return ((bits_ >> static_cast<unsigned>(signal)) & 1U) != 0; }
    std::uint64_t bits_ = 0;
};

// A pattern of a request, found in a unit.
struct AskHit {
    Hint kind = Hint::ask_strong;
    std::size_t begin = 0;  // byte range of the pattern in the unit's text
    std::size_t end = 0;
    bool side = false;  // in Unit::side, else in Unit::main
};

class RuleBook {
  public:
    struct Place {
        bool question = false;
        bool first = false;  // the message's first sentence
        bool side = false;   // a subordinate clause: only rules written for those apply
    };

    // The texts of reader_<language>.yaml and reader_<language>_*.yaml; macros hold for the files after them too.
    static Result<RuleBook> load(std::span<const std::string_view> yaml_texts);

    // Adds what the rules find in `text` to `signals` and `asks`. `scratch` is reused memory.
    void match(std::string_view text, Place place, Signals& signals, std::vector<AskHit>& asks,
               std::vector<int>& scratch) const;

  private:
    enum class Mood : std::uint8_t { any, statement, question };
    enum class Scope : std::uint8_t { main, side, both };
    struct Rule {
        int signal = 0;
        Mood mood = Mood::any;
        Scope scope = Scope::main;
        bool first = false;
    };
    struct Pattern {
        std::size_t rule = 0;
        bool guard = false;             // `unless`
        std::unique_ptr<RE2> position;  // requests only: where it stands
    };
    struct Loader;

    bool applies(const Rule& rule, Place place) const;
    bool guarded(std::size_t rule, const std::vector<int>& found) const;

    std::vector<Rule> rules_;
    std::vector<Pattern> patterns_;
    std::unique_ptr<RE2::Set> set_;
};

}  // namespace sosia::user
