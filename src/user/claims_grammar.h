// The tokens of a text as the claim grammar sees them, and the grammar's pieces. Internal to the claims files.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "user/reader_claims.h"

namespace sosia::user {

struct ClaimToken {
    enum class Kind : std::uint8_t { number, word, symbol, mark } kind = Kind::mark;
    double value = 0;      // numbers
    int whole_digits = 0;  // digits before the decimal mark
    int decimals = 0;      // digits after it
    bool grouped = false;  // had thousands separators
    char symbol = 0;       // symbols: '$' 'E' (euro) 'L' (pound) 'Y' (yen) '%' '-' '/' ':' '.' ',' '(' ')' '+' '#'
    bool glued = false;    // no blank before it
    bool capital = false;  // words: begins with a capital
    std::size_t begin = 0;
    std::size_t end = 0;
    const ClaimWords* entries = nullptr;  // words: what the lexicon says
};

// `text` without the entities' bytes (a mark stands for each).
std::vector<ClaimToken> claim_tokens(std::string_view text, std::span<const Entity> entities,
                                     const ClaimLexicon& lexicon);

// A number at tokens[at]: digits, or words ("twenty five", "a hundred"), or digits repeated in brackets ("14
// (fourteen)").
struct NumberRead {
    double value = 0;
    std::size_t next = 0;  // the token after it
    bool spelled = false;  // in words
    bool one = false;      // "one", "a": too weak to be a claim by itself
    bool bracketed = false;
};

class ClaimGrammar {
  public:
    ClaimGrammar(std::string_view text, std::vector<ClaimToken> tokens, const ClaimLexicon& lexicon)
        : text_(text), tokens_(std::move(tokens)), lexicon_(lexicon) {}

    std::vector<Claim> run();

  private:
    using Kind = ClaimWord::Kind;

    // Reading tokens. All take any index: beyond the end nothing is there.
    const ClaimWord* entry(std::size_t at, Kind kind) const;
    bool symbol(std::size_t at, char c) const;
    bool digits(std::size_t at) const;
    std::string_view word(std::size_t at) const;

    // Numbers (claims_numbers.cpp).
    std::optional<NumberRead> number(std::size_t at) const;
    std::optional<NumberRead> spelled_number(std::size_t at) const;
    std::optional<NumberRead> range_end(std::size_t at, std::size_t first) const;  // at the range word or dash

    // Each tries to read a claim at tokens_[at_]; when it does it adds it and moves on (claims_dates.cpp,
    // claims_measures.cpp).
    bool try_date();
    bool try_iso_date();
    bool try_slash_date();
    bool try_month_first();
    bool try_day_first();
    bool try_weekday();
    bool try_bare_day();
    bool try_time();
    bool try_clock_word();
    bool try_money();
    bool try_leading_currency();
    bool try_percent();
    bool try_measure();

    struct Clock {
        double minutes = 0;
        std::size_t next = 0;
        int meridiem = -1;  // 0 am, 720 pm
        bool sure = false;  // certainly a time of day
    };
    std::optional<Clock> clock(std::size_t at) const;
    struct Unit {
        const ClaimWord* word = nullptr;
        bool business = false;
        std::size_t next = 0;
    };
    std::optional<Unit> unit(std::size_t at) const;
    std::optional<Unit> currency(std::size_t at) const;
    bool is_pence(std::size_t at, double value) const;
    int year(std::size_t at, std::size_t& next) const;        // 0 when none
    int day_number(std::size_t at, std::size_t& next) const;  // 1 to 31 with ordinal ending; 0 when none
    const ClaimWord* month(std::size_t at, std::size_t& next) const;
    bool idle(const Unit& found, const NumberRead& count, std::size_t first) const;
    bool labelled(std::size_t at) const;
    bool try_noun(const NumberRead& low, const NumberRead& high, std::size_t first);
    std::string noun_at(std::size_t at, std::size_t& next) const;
    void extend_cents(Claim& claim, std::size_t& next) const;

    Claim& add(ClaimKind kind, std::size_t first, std::size_t next);
    void add_date(int year, int month, int day, int weekday, std::size_t first, std::size_t next);

    std::string_view text_;
    std::vector<ClaimToken> tokens_;
    const ClaimLexicon& lexicon_;
    std::vector<Claim> out_;
    std::size_t at_ = 0;
};

}  // namespace sosia::user
