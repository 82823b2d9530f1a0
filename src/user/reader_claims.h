// Values stated in a text: the language's words for numbers, months, units and currencies, and the grammar around them.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "user/reader.h"
#include "user/reader_table.h"

namespace sosia::user {

struct ClaimWord {
    enum class Kind : std::uint8_t {
        none,
        number,    // two, zwanzig: value
        scale,     // hundred, thousand: value
        month,     // value 1 to 12
        weekday,   // value 1 to 7
        unit,      // days: seconds, name
        currency,  // dollars: ISO code, value 1; cents: value 0.01
        percent,
        clock,      // noon: minutes since midnight
        meridiem,   // am: 0, pm: 720
        oclock,     // "o'clock", "Uhr"
        half,       // "half an hour"
        article,    // a, an: counts one before a unit
        range,      // to, bis, a
        join,       // and, und, y
        between,    // between: makes "and" a range
        business,   // business, working
        of,         // of, de: inside dates
        date_lead,  // on, by, from: before "3/14"
        span_lead,  // within, in, takes: before "a month"
        stop,       // no unit noun: is, per, and
        label,      // order, number, code: the number after it is a name
        modifier,   // checked, free: between number and noun
    } kind = Kind::none;
    double value = 0;
    std::string name;
    bool exact_case = false;  // a month or weekday that is also a common word: only as written with a capital
};

struct ClaimWords {
    std::vector<ClaimWord> list;
    std::uint32_t kinds = 0;  // a bit per kind in the list
};

struct ClaimLexicon {
    WordTable<ClaimWords> words;
    bool comma_decimals = false;  // 1.234,56
    bool day_first = false;       // 3/4 is the 3rd of April

    // `yaml` is the text of reader_claims_<language>.yaml.
    static Result<ClaimLexicon> load(std::string_view yaml);
};

// In text order, without overlaps; sentence ranges and `question` are not filled in. `entities` are left out.
std::vector<Claim> find_claims(std::string_view text, std::span<const Entity> entities, const ClaimLexicon& lexicon);

}  // namespace sosia::user
