// Cells that end differently although nothing differs: found by running one agent twice with the same seeds.
#pragma once
#include <string>
#include <vector>

#include "analysis/compare.h"

namespace sosia::analysis {

struct Flip {
    std::string cell;       // without "#repetition"
    std::size_t flips = 0;  // repetitions that ended differently
    std::size_t runs = 0;   // repetitions valid on both sides
};

// Refused (ErrorKind::usage) unless both sides agree in everything that is pinned and name the same agent version:
// otherwise a flip may well be a change.
Result<std::vector<Flip>> flips_between(const Outcomes& a, const Outcomes& b);

// Marks that have not been there before are added, known ones get the new date; the rest stays.
void mark(std::vector<FlakyMark>& marks, const FlakyMark& mark);

}  // namespace sosia::analysis
