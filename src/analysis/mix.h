// Do simulated users ask for the same things, in the same manner, as real ones, and do their scores tell what
// production's will be? Both sides are read by the same rules, from what was said: nobody has written personas of real
// users.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/suite.h"
#include "stats/interval.h"

namespace sosia::analysis {

// What comparing needs of one conversation.
struct MixItem {
    std::string intent;
    std::map<std::string, std::string> traits;  // "style" -> "terse", "emotion" -> ..., "user turns" -> "3-4", ...
    std::map<std::string, double> measures;     // "user turns", "words per turn", "words in the first message"
    std::map<std::string, bool> checks;         // that applied -> passed; infrastructure left out
    std::optional<double> score;                // 1 to 5
};

// Nothing for a conversation that is invalid or in which the user says nothing.
std::optional<MixItem> mix_item(const Conversation& conversation, const std::string& intent);

struct MixClass {
    std::string name;
    double simulated = 0;  // shares
    double real = 0;
};

// One trait, side by side. `floor_*`: so far apart would two samples of these sizes be, in one of twenty cases, if both
// were drawn from one population (labels shuffled, seeded). `p`: share of shuffles at least as far apart (by JS).
struct MixTrait {
    std::string name;
    double jensen_shannon = 0;  // bits, 0 to 1
    double total_variation = 0;
    double floor_js = 0;
    double floor_tv = 0;
    double p = 1;
    double p_adjusted = 1;          // Benjamini-Hochberg over all traits and measures
    std::vector<MixClass> classes;  // largest real share first
};

struct MixMeasure {
    std::string name;
    double simulated = 0;  // medians
    double real = 0;
    double ks = 0;
    double wasserstein = 0;  // in the measure's unit
    double auc = 0.5;        // chance that a simulated value exceeds a real one
    double p = 1;            // of KS, by shuffled labels
    double p_adjusted = 1;
};

// Simulated and real scores of one segment.
struct MixSegment {
    std::string name;
    std::size_t simulated_n = 0;
    std::size_t real_n = 0;
    double simulated = 0;
    double real = 0;
};

struct MixCorrelation {
    std::string of;  // "pass rate" (checks that applied on both sides), "score"
    std::vector<MixSegment> segments;
    std::optional<double> pearson;  // none for fewer than three segments, or without spread
    stats::Interval pearson_interval{-1, 1};
    stats::Interval pearson_bootstrap{-1, 1};
    std::optional<double> spearman;
    stats::Interval spearman_interval{-1, 1};
    stats::Interval spearman_bootstrap{-1, 1};
};

struct MixOptions {
    std::size_t least = 5;  // conversations a segment needs on each side
    std::size_t shuffles = 999;
    std::uint64_t seed = 0;
};

struct Mix {
    std::size_t simulated = 0;
    std::size_t real = 0;
    std::vector<MixTrait> traits;  // intent first
    std::vector<MixMeasure> measures;
    std::vector<std::string> not_simulated;  // "intent refund: 12.0 % of real conversations, none simulated"
    std::vector<std::string> common_checks;
    std::vector<MixCorrelation> correlations;
};

Mix compare_mix(const std::vector<MixItem>& simulated, const std::vector<MixItem>& real,
                const MixOptions& options = {});

}  // namespace sosia::analysis
