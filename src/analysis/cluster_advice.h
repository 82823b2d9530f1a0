// What a failing check usually means, and what to try first. By rule, so it is a suspicion and says so. Private to the
// analysis room.
#pragma once
#include <string_view>

namespace sosia::analysis {

struct Advice {
    std::string_view signal;  // check, or the beginning of one
    std::string_view cause;
    std::string_view change;
};

const Advice& advice_for(std::string_view signal);

}  // namespace sosia::analysis
