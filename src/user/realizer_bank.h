// The phrase banks, read from src/user/data/phrases_*.yaml into tables that are quick to draw from.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sosia::user::wording {

enum class Style : std::uint8_t { neutral, terse, verbose, technical, non_native, rambling };
inline constexpr std::size_t style_count = 6;
enum class Band : std::uint8_t { calm, irritated, frustrated, angry };
inline constexpr std::size_t band_count = 4;
enum class Colour : std::uint8_t { none, anxious, confused };
enum class Language : std::uint8_t { english, spanish, german };
inline constexpr std::size_t language_count = 3;

Style style_of(std::string_view text);        // unknown styles speak neutrally
Band band_of(double emotion);                 // up to 1, 2.5, 4 and above
Language language_of(std::string_view code);  // "es", "es-MX", ...; unknown ones speak English
std::string_view code(Language language);

// What a line leaves open.
enum class Hole : std::uint8_t { slot, label, old, want, todo, question, indirect, none };
inline constexpr std::size_t hole_count = 7;
using Needs = std::uint8_t;  // one bit per hole
constexpr Needs bit(Hole hole) {
    return static_cast<Needs>(1U << static_cast<unsigned>(hole));
}

struct Piece {
    std::uint16_t begin = 0;  // literal text, then the hole
    std::uint16_t end = 0;
    Hole hole = Hole::none;
};

struct Line {
    std::string text;
    std::vector<Piece> pieces;
    Needs needs = 0;
    std::uint8_t words = 0;  // without what fills the holes
    bool slot_ends = true;   // nothing but sentence punctuation follows the slot in its sentence
    std::uint64_t id = 0;
};

// A group of lines of one act: neutral, one per band, style and colour, and one per style and band together.
using Group = std::uint8_t;
inline constexpr std::size_t group_count = 26;
inline constexpr Group neutral_group = 0;
Group group_of(Band band);               // irritated and above
Group group_of(Style style);             // all but neutral
Group group_of(Colour colour);           // all but none
Group group_of(Style style, Band band);  // both special
std::string group_name(Group group);     // as in the files: "neutral", "angry", "terse", "terse+angry", "anxious"

struct Range {
    std::uint16_t begin = 0;
    std::uint16_t end = 0;
    bool empty() const { return begin == end; }
    std::size_t size() const { return static_cast<std::size_t>(end - begin); }
};

struct ActLines {
    std::vector<Line> lines;  // group after group
    std::array<Range, group_count> groups{};
};

// What may stand before and behind a line, when its act has run dry.
struct Around {
    std::vector<std::string> leads;  // "Look,"
    std::vector<std::string> tails;  // "please"
};

struct Bank {
    std::vector<ActLines> acts;                        // by position in speech_acts()
    std::array<Around, 6> around;                      // by Manner
    std::vector<std::string> fillers;                  // "Well,": now and then before a line
    std::vector<Line> greetings;                       // before an opening
    std::vector<Line> digressions;                     // rambling users
    std::vector<Line> elaborations;                    // verbose users
    std::vector<Line> thanks;                          // a second sentence after a statement
    std::vector<Line> worries;                         // anxious users
    std::vector<Line> doubts;                          // confused users
    std::array<std::vector<Line>, band_count> nudges;  // a second message sent right after
    std::string please;                                // ", please": behind a request
};

// Every language's bank from the embedded files; Error (malformed) names the file and the act that is wrong.
Result<std::vector<Bank>> load_banks();

// A line as the files write it; Error (malformed) for an unknown {hole}.
Result<Line> parse_line(std::string_view text);

}  // namespace sosia::user::wording
