// Counter-based random numbers: a value depends only on (key, counter), never on who drew before.
// That makes every choice of a run reproducible at any concurrency and in any order.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sosia {

// A stream of random numbers for one purpose. Copying it copies its position.
class Random {
  public:
    // `seed` names the run or the conversation, `purpose` the decision ("policy.drop", "realizer.typo", ...).
    Random(std::uint64_t seed, std::string_view purpose);

    // A stream for a sub-purpose, independent of this one and of how many numbers this one has given.
    Random derive(std::string_view purpose) const;
    Random derive(std::uint64_t index) const;

    std::uint64_t next();              // uniform over all 64-bit values (SplitMix64 finaliser of key + counter)
    double uniform();                  // [0, 1)
    bool chance(double probability);   // true with that probability; always draws exactly one number
    std::size_t below(std::size_t n);  // uniform over 0 .. n-1; n must be > 0
    double normal();                   // standard normal (Box-Muller, two draws)
    std::size_t weighted(
        std::span<const double> weights);  // index with probability proportional to its weight; sum > 0

    std::uint64_t key() const { return key_; }

  private:
    std::uint64_t key_;
    std::uint64_t counter_ = 0;
};

}  // namespace sosia
