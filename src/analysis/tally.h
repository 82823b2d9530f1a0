// Counting, exactly and in any order: the pieces the summary is built from. Private to the analysis room.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/summary.h"

namespace sosia::analysis {

struct Tally {
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
    std::uint64_t invalid = 0;

    void add(Outcome outcome);
    std::uint64_t n() const { return passed + failed; }
};

// With Wilson's interval.
Rate rate_of(const Tally& tally);

// Repetitions of a cell are one cluster: they say less than independent conversations.
Rate clustered_rate_of(const std::vector<const Tally*>& cells);

// A sum that does not depend on the order: fixed point, billionths.
class Sum {
  public:
    void add(double value);
    std::uint64_t n() const { return n_; }
    double total() const;
    double mean() const { return n_ == 0 ? 0 : total() / static_cast<double>(n_); }

  private:
    std::int64_t billionths_ = 0;
    std::uint64_t n_ = 0;
};

// Latencies in bins that grow by 5 %: percentiles within 5 % from constant memory.
class LatencyHistogram {
  public:
    void add(std::int64_t ms);
    LatencyStats stats() const { return {n_, percentile(0.5), percentile(0.95), most_}; }

  private:
    double percentile(double p) const;
    std::array<std::uint64_t, 400> bins_{};
    std::uint64_t n_ = 0;
    double most_ = 0;
};

// User turns of one persona's resolved conversations: how many took how many turns, and the long ones by id.
class TurnHistogram {
  public:
    void add(int turns, std::uint64_t ordinal, const std::string& id);
    TurnStats stats(std::string persona) const;

  private:
    std::map<int, std::uint64_t> counts_;
    std::map<int, std::vector<std::pair<std::uint64_t, std::string>>> ids_;  // turns -> the first few (ordinal, id)
};

// Levels 1 to 5 of one criterion over conversations, in tenths.
class LevelHistogram {
  public:
    void add(double level);
    ToneStats stats(std::string intent) const;

  private:
    std::map<int, std::uint64_t> tenths_;
};

}  // namespace sosia::analysis
