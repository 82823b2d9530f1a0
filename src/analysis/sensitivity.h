// Which verdicts depend on who plays the user: the same cells, repetitions and seeds with different players, pair by
// pair. Adding conversations in any order gives the same numbers.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/summary.h"
#include "analysis/tally.h"

namespace sosia::analysis {

// Whether the cell's player is the one whose conversations are the run's numbers. Everybody is where the suite cannot
// be read any more and so nobody knows.
bool decides(const Suite& suite, const Cell& cell);

class SensitivityCounter {
  public:
    // Of the players the suite names; the first decides. `suite` need not outlive the counter.
    explicit SensitivityCounter(const Suite& suite);

    // Conversations of players the suite does not name are left out.
    void add(const Conversation& conversation, std::uint64_t ordinal);
    // Nothing before a conversation of a named player.
    std::optional<Sensitivity> stats() const;

  private:
    struct Played {
        Outcome outcome = Outcome::invalid;
        std::string conversation;
        std::vector<std::string> failed_checks;
    };
    struct Pairs {
        std::uint64_t both_passed = 0;
        std::uint64_t both_failed = 0;
        std::uint64_t only_first = 0;
        std::uint64_t only_other = 0;
        std::uint64_t left_out = 0;
        int example_of = -1;  // repetition
        std::string first;
        std::string other;

        std::uint64_t n() const { return both_passed + both_failed + only_first + only_other; }
    };
    struct CellRecord {
        Cell cell;
        std::uint64_t ordinal = 0;
        std::vector<Tally> by_player;
        std::vector<Pairs> by_other;                             // by_other[i]: player i + 1 beside the first
        std::map<int, std::vector<std::optional<Played>>> open;  // repetitions that not everybody has played yet
    };

    void pair_up(CellRecord& cell, int repetition, const Played& first, const Played& other, std::size_t player);
    PlayerStats player_stats(std::size_t player) const;
    Contrast contrast(std::size_t player) const;

    std::vector<std::string> names_;
    std::map<std::string, CellRecord> cells_;
    std::vector<std::map<std::string, Shift>> checks_;            // of each of the others
    std::vector<std::pair<std::uint64_t, std::uint64_t>> turns_;  // user turns, conversations; of each player
    bool seen_ = false;
};

}  // namespace sosia::analysis
