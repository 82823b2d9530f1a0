#pragma once

namespace sosia::stats {

struct Interval {
    double low = 0;
    double high = 0;
};

}  // namespace sosia::stats
