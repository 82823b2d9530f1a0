#include "analysis/clusters.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "analysis/cluster_advice.h"
#include "analysis/summary.h"
#include "analysis/text_vectors.h"
#include "stats/clustering_metrics.h"
#include "stats/hdbscan.h"

namespace sosia::analysis {
namespace {

constexpr std::size_t most_words = 6;
constexpr std::size_t most_representatives = 3;
constexpr std::size_t most_fingerprint = 40;
constexpr double same_cluster = 0.5;

using Members = std::vector<std::size_t>;  // indices into the failures of one signal

double cosine(const std::map<std::string, double>& a, const std::map<std::string, double>& b) {
    double dot = 0;
    double squares_a = 0;
    double squares_b = 0;
    for (const auto& [term, weight] : a) {
        squares_a += weight * weight;
        const auto other = b.find(term);
        dot += other == b.end() ? 0 : weight * other->second;
    }
    for (const auto& [term, weight] : b) {
        squares_b += weight * weight;
    }
    return squares_a == 0 || squares_b == 0 ? 0 : dot / std::sqrt(squares_a * squares_b);
}

std::map<std::string, double> strongest(const std::map<std::string, double>& weights, std::size_t most) {
    std::vector<std::pair<double, std::string>> order;
    for (const auto& [term, weight] : weights) {
        order.emplace_back(-weight, term);
    }
    std::ranges::sort(order);
    order.resize(std::min(order.size(), most));
    std::map<std::string, double> out;
    for (const auto& [weight, term] : order) {
        out[term] = -weight;
    }
    return out;
}

// All failures of one signal.
class OfSignal {
  public:
    OfSignal(std::vector<const Failure*> failures, const ClusterOptions& options)
        : failures_(std::move(failures)), options_(options) {
        for (const Failure* f : failures_) {
            terms_.push_back(terms_of(f->text));
        }
        vectors_ = options_.embed ? embedded() : tf_idf(terms_);
    }

    std::vector<Cluster> clusters() {
        const std::vector<Members> groups = grouped();
        std::vector<stats::WordCounts> counts;
        for (const Members& members : groups) {
            stats::WordCounts& count = counts.emplace_back();
            for (const std::size_t i : members) {
                for (const std::string& term : terms_[i]) {
                    ++count[term];
                }
            }
        }
        const std::vector<stats::WordCounts> weights = stats::class_tf_idf(counts);
        std::vector<Cluster> out;
        for (std::size_t g = 0; g < groups.size(); ++g) {
            out.push_back(described(groups[g], counts[g], weights[g]));
            out.back().loose = has_loose_ && g == 0;
        }
        return out;
    }

  private:
    std::vector<SparseVector> embedded() const {
        std::vector<std::string> texts;
        for (const Failure* f : failures_) {
            texts.push_back(f->text);
        }
        std::vector<SparseVector> out = dense_vectors(options_.embed(texts));
        out.resize(failures_.size());
        return out;
    }

    // Dense regions by hdbscan, what is left over in group 0; nothing where it finds no region at all.
    std::vector<int> dense_labels(const stats::DistanceMatrix& distances) {
        const auto distance = [&](std::size_t i, std::size_t j) { return static_cast<double>(distances.at(i, j)); };
        std::vector<int> labels =
            stats::hdbscan(distances.items(), distance, options_.least_size, options_.least_size).labels;
        if (std::ranges::all_of(labels, [](int label) { return label < 0; })) {
            return {};
        }
        has_loose_ = std::ranges::find(labels, -1) != labels.end();
        std::ranges::for_each(labels, [this](int& label) { label += has_loose_ ? 1 : 0; });
        return labels;
    }

    std::vector<int> labels_of(std::size_t first) {
        stats::DistanceMatrix distances = cosine_distances(std::span(vectors_).first(first));
        std::vector<int> labels = options_.grouping == Grouping::hdbscan ? dense_labels(distances) : std::vector<int>{};
        return labels.empty() ? stats::average_linkage(std::move(distances), options_.cut) : labels;
    }

    std::vector<Members> grouped() {
        const std::size_t first = std::min(failures_.size(), options_.most_of_a_signal);
        const std::vector<int> labels = labels_of(first);
        std::vector<Members> groups(labels.empty() ? 0
                                                   : static_cast<std::size_t>(*std::ranges::max_element(labels)) + 1);
        for (std::size_t i = 0; i < first; ++i) {
            groups[static_cast<std::size_t>(labels[i])].push_back(i);
        }
        for (std::size_t i = first; i < failures_.size();
             ++i) {  // memory is bounded: the rest joins its nearest first one
            const auto nearest = std::ranges::max_element(groups, {}, [&](const Members& g) {
                return sosia::analysis::cosine(vectors_[g.front()], vectors_[i]);
            });
            nearest->push_back(i);
        }
        return groups;
    }

    // Sum of similarities to the other members, through the members' summed vector.
    std::vector<std::size_t> by_centrality(const Members& members) const {
        std::unordered_map<std::uint32_t, float> middle;
        for (const std::size_t i : members) {
            for (const auto& [term, weight] : vectors_[i]) {
                middle[term] += weight;
            }
        }
        std::vector<std::pair<float, std::size_t>> order;
        for (const std::size_t i : members) {
            float similarity = 0;
            for (const auto& [term, weight] : vectors_[i]) {
                similarity += weight * middle[term];
            }
            order.emplace_back(-similarity, i);
        }
        std::ranges::sort(order);
        std::vector<std::size_t> out;
        for (const auto& [similarity, i] : order) {
            out.push_back(i);
        }
        return out;
    }

    Cluster described(const Members& members, const stats::WordCounts& counts, const stats::WordCounts& weights) const {
        Cluster out{.signal = failures_[members.front()]->signal};
        for (const std::size_t i : members) {
            const Failure& f = *failures_[i];
            out.conversations.push_back(f.conversation);
            ++out.scenarios[f.cell.scenario];
            ++out.adversaries[f.cell.adversary];
        }
        const std::vector<std::size_t> central = by_centrality(members);
        for (std::size_t i = 0; i < std::min(most_representatives, central.size()); ++i) {
            out.representatives.push_back(failures_[central[i]]->conversation);
        }
        out.example = failures_[central.front()]->text;
        out.words = labels(weights);
        // How often a term occurs in the cluster does not depend on which other clusters this run happens to have.
        std::map<std::string, double> shares;
        for (const auto& [term, count] : counts) {
            shares[term] = count / static_cast<double>(members.size());
        }
        out.fingerprint = strongest(shares, most_fingerprint);
        const Advice& advice = advice_for(out.signal);
        out.cause = advice.cause;
        out.change = advice.change;
        return out;
    }

    static std::vector<std::string> labels(const stats::WordCounts& weights) {
        std::vector<std::pair<double, std::string>> order;
        for (const auto& [term, weight] : weights) {
            order.emplace_back(-weight, term);
        }
        std::ranges::sort(order);
        std::vector<std::string> out;
        for (const auto& [weight, term] : order) {
            const bool said = std::ranges::any_of(out, [&](const std::string& other) { return other.contains(term); });
            if (!said && term != "#" && out.size() < most_words) {
                out.push_back(term);
            }
        }
        return out;
    }

    std::vector<const Failure*> failures_;
    const ClusterOptions& options_;
    std::vector<std::vector<std::string>> terms_;
    std::vector<SparseVector> vectors_;
    bool has_loose_ = false;
};

struct Candidate {
    double similarity = 0;
    std::size_t cluster = 0;
    std::size_t known = 0;
};

std::vector<Candidate> candidates(const std::vector<Cluster>& clusters, const std::vector<KnownCluster>& known) {
    std::vector<Candidate> out;
    for (std::size_t c = 0; c < clusters.size(); ++c) {
        for (std::size_t k = 0; k < known.size(); ++k) {
            if (clusters[c].loose || clusters[c].signal != known[k].signal) {
                continue;
            }
            const double similarity = cosine(clusters[c].fingerprint, known[k].fingerprint);
            const bool both_empty = clusters[c].fingerprint.empty() && known[k].fingerprint.empty();
            if (similarity >= same_cluster || both_empty) {
                out.push_back({both_empty ? 1 : similarity, c, k});
            }
        }
    }
    std::ranges::sort(out, [](const Candidate& a, const Candidate& b) {
        return std::tuple(-a.similarity, a.cluster, a.known) < std::tuple(-b.similarity, b.cluster, b.known);
    });
    return out;
}

}  // namespace

std::optional<Failure> failure_of(const Conversation& c) {
    if (c.outcome == Outcome::passed) {
        return std::nullopt;
    }
    Failure out{.conversation = c.id, .cell = c.cell};
    if (c.outcome == Outcome::invalid) {
        out.signal = "invalid: " + std::string(to_string(c.fault)) + " " + std::string(to_string(c.ended));
        out.text = c.error;
        return out;
    }
    const CheckResult* cause = root_cause(c);
    out.signal = cause == nullptr ? "unexplained" : cause->name;
    out.text = cause == nullptr ? "" : cause->detail + " " + cause->quote;
    return out;
}

std::vector<Cluster> cluster_failures(std::span<const Failure> failures, const ClusterOptions& options) {
    std::map<std::string, std::vector<const Failure*>> signals;
    for (const Failure& f : failures) {
        signals[f.signal].push_back(&f);
    }
    std::vector<Cluster> out;
    for (auto& [signal, members] : signals) {
        for (Cluster& cluster : OfSignal(std::move(members), options).clusters()) {
            out.push_back(std::move(cluster));
        }
    }
    std::ranges::sort(out, [](const Cluster& a, const Cluster& b) {
        return std::tuple(a.loose, b.conversations.size(), a.signal, a.conversations.front()) <
               std::tuple(b.loose, a.conversations.size(), b.signal, b.conversations.front());
    });
    return out;
}

void name_clusters(std::vector<Cluster>& clusters, std::vector<KnownCluster>& known, const std::string& run,
                   const std::string& today) {
    std::vector<bool> taken(known.size(), false);
    for (const Candidate& candidate : candidates(clusters, known)) {
        Cluster& cluster = clusters[candidate.cluster];
        KnownCluster& old = known[candidate.known];
        if (cluster.number != 0 || taken[candidate.known]) {
            continue;
        }
        taken[candidate.known] = true;
        cluster.number = old.number;
        cluster.since = old.since;
        cluster.since_run = old.since_run;
        old.last_seen = today;
    }
    int next = 1;
    for (const KnownCluster& old : known) {
        next = std::max(next, old.number + 1);
    }
    for (Cluster& cluster : clusters) {
        if (cluster.loose) {
            continue;
        }
        if (cluster.number == 0) {
            cluster.number = next++;
            cluster.since = today;
            cluster.since_run = run;
            known.push_back({cluster.number, cluster.signal, today, run, today, cluster.fingerprint});
        }
        cluster.is_new = cluster.since_run == run;
    }
}

}  // namespace sosia::analysis
