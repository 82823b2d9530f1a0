// What a user may do with words: the acts of the phrase banks. The policy names them, the banks word them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sosia::user {

// What a phrase's slot means to an act, and so what may be done with it.
enum class SlotUse : std::uint8_t {
    none,      // not used
    value,     // a fact value, kept letter for letter
    text,      // may be empty; otherwise kept as it is
    detail,    // a value or a whole sentence; a goal works too, then the detail stays vague
    goal,      // a verb phrase ("get the duplicate charge refunded"); a noun phrase or a whole sentence works too
    question,  // a side intent ("ask how long it takes"), a clause ("what the fee is") or a question ("Can I keep the
               // discount?")
    quoted,    // words of another language, in quotation marks: kept as they are
};

// How an act sounds, which decides what may be said around it when its own lines run dry.
enum class Manner : std::uint8_t { statement, request, question, protest, closing, bare };

struct SpeechAct {
    std::string_view name;
    SlotUse slot = SlotUse::none;
    Manner manner = Manner::statement;
    bool frequent = false;  // comes several times in a conversation: the bank keeps at least 20 neutral lines
    std::string_view meaning;
};

// A slot that an act can use is always used; where it is empty the act is worded without it.
// All acts, sorted by name. Every language's bank words each of them.
std::span<const SpeechAct> speech_acts();

// Position in speech_acts(), or nothing for an unknown name.
std::optional<std::size_t> find_speech_act(std::string_view name);

}  // namespace sosia::user
