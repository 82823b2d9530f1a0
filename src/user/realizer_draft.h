// A line with its holes filled, before the surface is roughened: the text, and which bytes must stay as they are.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "user/realizer_bank.h"

namespace sosia::user::wording {

struct Span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

// Kept spans are in order and do not overlap.
class Draft {
  public:
    void add(std::string_view literal);        // may be roughened
    void add_kept(std::string_view value);     // stays letter for letter
    void add_clause(std::string_view clause);  // kept, but for a capital where a sentence begins
    void append(const Draft& other);           // as a new sentence
    void append_continued(
        const Draft& other);               // the same sentence goes on: its first letter becomes small where it may
    void add_tail(std::string_view tail);  // before the final punctuation: "It is A-1, ok?"; not behind an address
    void clear();

    const std::string& text() const { return text_; }
    const Span* begin() const { return kept_.data(); }
    const Span* end() const { return kept_.data() + count_; }
    bool starts_sentence() const;
    bool ends_in_address() const;

  private:
    bool starts_sentence_at(std::size_t at) const;
    void splice(const Draft& other);

    std::string text_;
    std::array<Span, 24> kept_{};
    std::size_t count_ = 0;
};

// What fills the holes of one phrase. Empty: not to be had, so lines that need it are left out.
struct Fillers {
    std::array<std::string, hole_count> text;

    std::string& of(Hole hole) { return text[static_cast<std::size_t>(hole)]; }
    const std::string& of(Hole hole) const { return text[static_cast<std::size_t>(hole)]; }
    Needs available() const;
};

// Appends `line` to `draft`.
void fill(const Line& line, const Fillers& fillers, Draft& draft);

// Equal for lines that differ only in case, spaces and sentence punctuation.
std::uint64_t wording_hash(std::string_view text);

// A fact's name that fits behind "my ..."; "" for one that does not ("charged", "when were you charged").
std::string_view usable_label(std::string_view label);

// E-mail and web addresses: a full stop behind them would be taken for a part of them.
bool is_address(std::string_view value);

}  // namespace sosia::user::wording
