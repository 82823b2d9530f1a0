// Two runs, or a run and a baseline: regressed, not worse or undecided, and where.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/difference.h"
#include "analysis/outcomes.h"
#include "analysis/sequential_gate.h"

namespace sosia::analysis {

// A cell that was seen to flip under identical inputs (docs/compare.md).
struct FlakyMark {
    std::string cell;  // as to_string(Cell) writes it, without "#repetition"
    std::string since;
    std::string expires;  // "2026-03-14": from that day on the mark no longer excuses anything
    std::string note;
};

struct CompareOptions {
    Thresholds thresholds;
    // What gates beside the overall pass rate: "score", a dimension ("adversary.family"), one slice
    // ("category=billing"), "check" (every check) or one of them ("check=privacy").
    std::vector<std::string> gate_by;
    double most_invalid = 0.05;    // share of the newer side's conversations
    const Suite* suite = nullptr;  // for traits, categories, tags; null: slices by ids only
    std::vector<FlakyMark> flaky;
    std::string today;  // "2026-03-14"
    bool force = false;
};

// A cell whose pass rate changed.
struct CellChange {
    Cell cell;
    std::size_t before_passed = 0;
    std::size_t before_n = 0;
    std::size_t after_passed = 0;
    std::size_t after_n = 0;
    std::string conversation;         // newer side: the first that failed (or passed), to be shown
    std::vector<std::string> checks;  // that failed in it
    std::optional<double> score;      // its score
    bool flaky = false;               // marked, and the mark has not expired
};

// How much of what is seen is chance: from cells with several runs.
struct Noise {
    std::size_t cells = 0;    // with at least two valid runs on a side
    std::size_t unequal = 0;  // of these: not all runs of one side ended alike
    double within = 0;        // mean variance of a run within its cell
    double between = 0;       // variance of the cells' rates, less what `within` explains
    // `within` split in two, from cells with at least two repetitions on both sides. Repetition r of a cell is the same
    // simulated user (same seed) before and after, so what the two sides' repetitions have in common within a cell
    // (their covariance) comes from the user; the rest comes from the agent, or from a judge that is random.
    std::size_t paired = 0;  // such cells
    double user = 0;
    double agent = 0;
    // The same for scores. Where both sides hold the very same conversation, two scores differ by the judge alone.
    double score_within = 0;
    double score_user = 0;
    std::size_t same_conversations = 0;
    double judge = 0;  // variance of one score of one conversation; 0 for a judge by rules
};

struct FlakyCount {
    std::size_t marked = 0;            // marked cells in this comparison
    std::size_t failing = 0;           // of these, failed at least once on the newer side
    std::vector<std::string> expired;  // expired marks of cells that failed on the newer side
    std::string next_expiry;
};

struct Comparison {
    std::string before;  // titles
    std::string after;
    std::string before_run;
    std::string after_run;
    std::string before_agent;  // version, "" unknown
    std::string after_agent;
    Answer answer = Answer::undecided;
    bool valid = true;   // false: too many invalid conversations to say anything
    std::string reason;  // one sentence
    Difference overall;
    std::optional<Difference> as_failures;  // invalid conversations counted as failures; only where there are any
    std::optional<Difference> score;
    std::vector<Difference> gating;  // overall first
    std::vector<Difference> slices;  // by dimension and value
    std::vector<Difference> checks;  // share of conversations in which the check found nothing
    std::vector<Difference> criteria;
    std::vector<CellChange> newly_failing;  // largest drop first
    std::vector<CellChange> newly_passing;
    std::vector<CellChange> worst;  // lowest score of the newer side first
    Noise noise;
    FlakyCount flaky;
    std::uint64_t before_invalid = 0;
    std::uint64_t after_invalid = 0;
    std::uint64_t after_conversations = 0;
    std::size_t only_before = 0;  // cells
    std::size_t only_after = 0;
    std::vector<std::string> forced;  // parts that differ and were compared all the same
    Thresholds thresholds;
    std::optional<SequentialState> sequential;  // the run ended when it was decided: the p-values only describe
};

// Puts the sequential gate's answer in place of the fixed-n one. Too many invalid conversations and expired marks of
// flaky cells still hold a pass up.
void settle(const SequentialState& state, const SequentialOptions& options, Comparison& comparison);

// Fails (ErrorKind::usage) when parts that shaped the conversations differ, naming them, unless `force`; and when no
// cell is on both sides.
Result<Comparison> compare(const Outcomes& before, const Outcomes& after, const CompareOptions& options);

}  // namespace sosia::analysis
