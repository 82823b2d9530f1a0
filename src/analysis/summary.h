// A run's conversations in, everything a report prints out: counts, rates with intervals, slices, findings, metrics,
// gate. Pure functions; adding conversations in any order gives the same summary.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/suite.h"

namespace sosia::analysis {

struct Rate {
    std::uint64_t passed = 0;
    std::uint64_t n = 0;  // valid conversations
    double value = 0;     // passed / n; 0 when n is 0
    double low = 0;       // 95 % interval: Wilson, with repetitions of a cell counted as one cluster
    double high = 1;
};

struct Slice {
    std::string dimension;  // "persona", "persona.style", "scenario", "category", "edge_case", "adversary",
                            // "adversary.family", "tag"
    std::string value;
    Rate rate;
    Rate completion;  // of conversations whose scenario says how it must end: those that ended so (mission D5, task
                      // completion)
    std::uint64_t invalid = 0;
};

struct Example {
    std::string conversation;
    std::uint64_t ordinal = 0;
    Cell cell;
    int turn = 0;
    std::string detail;
    std::string quote;
};

// Failed conversations whose root cause is the same check.
struct FindingGroup {
    std::string check;
    std::string category;
    std::uint64_t conversations = 0;
    std::vector<Example> examples;  // the first few in plan order
    std::map<std::string, std::uint64_t> by_scenario;
    std::map<std::string, std::uint64_t> by_adversary;
};

struct CheckCount {
    std::string name;
    std::uint64_t applied = 0;
    std::uint64_t failed = 0;  // fails the conversation
    std::uint64_t warned = 0;  // shown only
};

struct TurnStats {  // user turns to resolution, per persona
    std::string persona;
    std::uint64_t n = 0;
    double median = 0;
    int most = 0;
    std::vector<std::string> outliers;  // ids of resolved conversations over three times the median
};

struct EscalationStats {
    std::uint64_t demanded = 0;     // conversations in which the user demanded a person
    std::uint64_t handed_over = 0;  // of these
    std::uint64_t too_early = 0;    // escalation.early failures
    std::uint64_t too_late = 0;     // escalation.late failures
    std::uint64_t without_context = 0;
    Rate when_needed;      // a person was demanded or expected: reached one in time
    Rate when_not_needed;  // nobody needed a person: none was brought in
};

// How evenly the agent keeps its tone when one intent comes in different phrasings: personas, adversaries, repetitions
// (mission D5).
struct ToneStats {
    std::string intent;  // "scenario" or "scenario/edge_case"
    std::uint64_t n = 0;
    double mean = 0;    // of the criterion emotional-calibration, 1 to 5
    double spread = 0;  // standard deviation over the conversations
    double least = 0;
    Rate even;  // within one level of the median
};

struct ReliabilityStats {  // only with repetitions
    int k = 0;
    std::uint64_t cells = 0;
    double pass_hat_k = 0;  // all k runs of a cell pass
    double pass_at_k = 0;   // at least one does
    double pass_hat_low = 0;
    double pass_hat_high = 1;
};

// Conversations in whose way a world put a fault, beside those that were spared it.
struct FaultStats {
    std::string kind;  // "timeout", "rate-limit", ...
    std::string tool;  // "" any
    std::uint64_t calls = 0;
    Rate with;
    Rate without;                // had a world, and not this fault
    double difference = 0;       // with - without
    double difference_low = -1;  // 95 %, Newcombe
    double difference_high = 1;
    std::uint64_t invalid = 0;               // with it, left out of the rates
    std::vector<std::string> conversations;  // with it, in plan order; at most 200
};

struct LatencyStats {
    std::uint64_t n = 0;  // agent turns
    double p50_ms = 0;
    double p95_ms = 0;
    double max_ms = 0;
};

struct GateLine {
    std::string name;  // "pass_rate", "floor persona sandra", "by adversary.family", ...
    double value = 0;
    double threshold = 0;
    bool at_most = false;  // the value must not exceed the threshold (else: not fall below)
    bool passed = true;
    Rate rate;  // n and interval where the value is a rate
};

enum class Verdict { passed, failed, undecided, not_valid };
std::string_view to_string(Verdict verdict);

struct OpinionStats {
    std::string model;
    std::uint64_t given = 0;
    std::uint64_t level_sum = 0;
    std::uint64_t unsure = 0;   // votes on both sides of what passes
    std::uint64_t missing = 0;  // no usable answer
    bool gates = false;

    double mean() const { return given == 0 ? 0 : static_cast<double>(level_sum) / static_cast<double>(given); }
};

// One of several who play the user.
struct PlayerStats {
    std::string name;
    bool decides = false;  // its conversations are the run's numbers; the others are shown beside it
    Rate rate;
    std::uint64_t invalid = 0;
    double mean_user_turns = 0;
    // Pairs of repetitions of one cell, both by this one: how many end differently. What two different players disagree
    // beyond this depends on who plays.
    std::uint64_t repeated_pairs = 0;
    std::uint64_t repeated_discordant = 0;
};

// How often something came out differently with another player, by name of a check, scenario, persona or adversary.
struct Shift {
    std::string name;
    std::uint64_t n = 0;           // pairs it was in
    std::uint64_t only_first = 0;  // of these: passed with the one who decides alone
    std::uint64_t only_other = 0;  // passed with the other one alone

    std::uint64_t discordant() const { return only_first + only_other; }
};

// A cell whose verdict depends on who plays the user.
struct DependentCell {
    Cell cell;
    std::uint64_t n = 0;             // pairs
    std::uint64_t passed_first = 0;  // of n, with the one who decides
    std::uint64_t passed_other = 0;
    std::string first;  // conversations of a pair that came out differently
    std::string other;
};

// Another player beside the one who decides, on the same cells, repetitions and seeds. Pairs of which one is invalid
// are left out.
struct Contrast {
    std::string other;
    std::uint64_t n = 0;  // pairs
    std::uint64_t both_passed = 0;
    std::uint64_t both_failed = 0;
    std::uint64_t only_first = 0;  // passed with the one who decides alone
    std::uint64_t only_other = 0;
    std::uint64_t left_out = 0;
    Rate discordant;        // of n; interval: Clopper and Pearson, exact
    double difference = 0;  // of the pass rates, other - first, over cells; interval: Tango, or Student's t over cells
    double difference_low = -1;  // that have several runs
    double difference_high = 1;
    double p = 1;                          // McNemar, exact, of the pairs
    std::optional<double> kappa;           // Cohen's; none where everything passed, or nothing
    double ac1 = 0;                        // Gwet's, which skewed rates do not spoil
    Rate cells;                            // whose verdict (more than half of the runs passed) depends; exact interval
    std::vector<DependentCell> dependent;  // in plan order; at most 200
    std::vector<Shift> checks;             // most shifted first; those that never shift are left out
    std::vector<Shift> scenarios;
    std::vector<Shift> personas;
    std::vector<Shift> adversaries;
};

struct Sensitivity {
    std::vector<PlayerStats> players;  // the one who decides first
    std::vector<Contrast> contrasts;   // one for each of the others
};

// Does a model read the same acts in the agent's text as the rules do?
struct ActAgreement {
    std::string act;         // without the fact it asks for
    std::uint64_t both = 0;  // agent turns in which both find it
    std::uint64_t only_model = 0;
    std::uint64_t only_rules = 0;
    std::optional<double> kappa;
};

struct ReaderStats {
    std::uint64_t turns = 0;          // agent turns read by a model
    std::uint64_t fell_back = 0;      // further ones where its answer was no reading, and the rules read
    std::uint64_t same = 0;           // of `turns`: the same set of acts and facts
    std::optional<double> kappa;      // over all acts and turns
    std::vector<ActAgreement> acts;   // those anybody found
    std::vector<std::string> faults;  // why it fell back, the first few different reasons
};

struct Summary {
    std::uint64_t planned = 0;
    std::uint64_t done = 0;
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
    std::uint64_t invalid = 0;
    std::map<std::string, std::uint64_t> invalid_by;  // fault -> count
    std::map<std::string, std::uint64_t> endings;
    Rate rate;                               // invalid left out
    Rate rate_invalid_failed;                // invalid counted as failures
    std::optional<double> score;             // mean, 1 to 5
    std::map<std::string, double> criteria;  // mean per criterion
    std::vector<Slice> slices;
    std::vector<FindingGroup> findings;  // most conversations first
    std::vector<Example> invalid_examples;
    std::vector<CheckCount> checks;
    std::vector<TurnStats> turns;
    EscalationStats escalation;
    std::vector<ToneStats> tone;
    std::vector<FaultStats> faults;  // by kind, then by kind and tool; empty when no fault came up
    std::optional<ReliabilityStats> reliability;
    LatencyStats latency;
    std::optional<double> cost_usd;
    std::map<std::string, OpinionStats> opinions;  // per criterion, of a judge model
    std::map<std::string, ModelUse> model_use;     // by role: "user", "reader", "judge"; only those that were asked
    std::optional<Sensitivity> sensitivity;  // where several play the user; everything else is of the one who decides
    std::optional<ReaderStats> reader;       // where a model reads the agent's text
    std::uint64_t retries = 0;
    double mean_user_turns = 0;
    Verdict verdict = Verdict::passed;
    std::string verdict_reason;  // one sentence
    std::vector<GateLine> gate;

    const Slice* slice(std::string_view dimension, std::string_view value) const;
};

// Collects conversations one by one; memory grows with cells, not with conversations.
class SummaryBuilder {
  public:
    explicit SummaryBuilder(const Suite& suite, std::uint64_t planned);
    ~SummaryBuilder();
    SummaryBuilder(SummaryBuilder&&) noexcept;

    void add(const Conversation& conversation, std::uint64_t ordinal);
    std::uint64_t done() const;
    std::uint64_t passed() const;
    std::uint64_t failed() const;
    std::uint64_t invalid() const;
    // `stopped`: why the run ended early ("interrupted", "budget spent"); empty when it ran to its end.
    Summary finish(const std::string& stopped) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// The failed check that names best what went wrong in a conversation; null when none failed.
const CheckResult* root_cause(const Conversation& conversation);

}  // namespace sosia::analysis
