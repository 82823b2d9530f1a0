// Failing conversations in groups that have one cause: first by hard signal, then by what was said.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/conversation.h"

namespace sosia::analysis {

// What is known about one conversation that did not pass.
struct Failure {
    std::string conversation;
    Cell cell;
    std::string signal;  // the check that explains it best, or "invalid: infrastructure agent-timeout"
    std::string text;    // detail and quote of that check
};

// Nothing for a conversation that passed.
std::optional<Failure> failure_of(const Conversation& conversation);

struct Cluster {
    int number = 0;  // stable from run to run, see name_clusters(); 0 before that
    std::string signal;
    std::vector<std::string> words;                // that tell it from the other clusters of its signal, best first
    std::vector<std::string> conversations;        // ids in plan order
    std::vector<std::string> representatives;      // nearest to the middle first
    std::map<std::string, std::size_t> scenarios;  // how often
    std::map<std::string, std::size_t> adversaries;
    std::string example;  // text of the first representative
    std::string cause;    // suspected, by rule
    std::string change;   // one proposal, by rule
    std::string since;    // date of the run in which it was first seen
    std::string since_run;
    bool is_new = false;  // first seen in this run
    bool loose = false;   // with hdbscan: what resembles nothing else, put together; it has no number
    std::map<std::string, double> fingerprint;  // weights by which it is found again
};

enum class Grouping : std::uint8_t {
    linkage,  // average linkage up to `cut`
    hdbscan,  // dense regions, the rest left over: for embeddings only (methods section 5)
};

struct ClusterOptions {
    Grouping grouping = Grouping::linkage;
    double cut = 0.75;                    // mean cosine distance at which groups stay apart
    std::size_t least_size = 5;           // of a group of hdbscan
    std::size_t most_of_a_signal = 5000;  // more failures of one signal: the rest joins the nearest representative
    // Texts to vectors of one length each, in order, such as a model's embeddings; empty: tf-idf. A text for which
    // nothing comes back is like no other. Words and fingerprints come from the texts all the same.
    std::function<std::vector<std::vector<float>>(std::span<const std::string> texts)> embed;
};

// Largest first, loose ones last. Grouped within each signal; words by class-based tf-idf (methods section 5).
std::vector<Cluster> cluster_failures(std::span<const Failure> failures, const ClusterOptions& options = {});

// What earlier runs called their clusters.
struct KnownCluster {
    int number = 0;
    std::string signal;
    std::string since;  // date
    std::string since_run;
    std::string last_seen;
    std::map<std::string, double> fingerprint;
};

// Gives every cluster the number of the known one of the same signal that it resembles most (cosine at least 0.5; the
// best pairs first, each known one once), or the next free number (loose ones stay 0), and brings `known` up to date.
// Naming the same clusters twice changes nothing.
void name_clusters(std::vector<Cluster>& clusters, std::vector<KnownCluster>& known, const std::string& run,
                   const std::string& today);

}  // namespace sosia::analysis
