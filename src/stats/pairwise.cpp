#include "stats/pairwise.h"

namespace sosia::stats {
namespace {

int sign(OrderVerdict v) {
    return v == OrderVerdict::match ? 1 : v == OrderVerdict::reversed ? -1 : 0;
}

}  // namespace

PairwiseSummary pairwise_summary(std::span<const PairVerdict> verdicts) {
    PairwiseSummary out{.n = verdicts.size()};
    std::size_t first = 0;
    std::size_t second = 0;
    for (const PairVerdict& v : verdicts) {
        const int sum = sign(v.first) + sign(v.second);
        out.correct += sum > 0 ? 1U : 0U;
        out.incorrect += sum < 0 ? 1U : 0U;
        out.tie += sum == 0 ? 1U : 0U;
        out.inconsistent += v.first != v.second ? 1U : 0U;
        out.both_correct += sum == 2 ? 1U : 0U;
        first += v.first == OrderVerdict::match ? 1U : 0U;
        second += v.second == OrderVerdict::match ? 1U : 0U;
    }
    if (out.n > 0) {
        const auto n = static_cast<double>(out.n);
        out.accuracy = static_cast<double>(out.correct) / n;
        out.accuracy_first = static_cast<double>(first) / n;
        out.accuracy_second = static_cast<double>(second) / n;
    }
    return out;
}

}  // namespace sosia::stats
