#include "stats/hdbscan.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>

namespace sosia::stats {
namespace {

using Distance = std::function<double(std::size_t, std::size_t)>;

struct Edge {
    std::size_t a = 0;
    std::size_t b = 0;
    double weight = 0;
};

std::vector<double> core_distances(std::size_t n, const Distance& distance, std::size_t min_samples) {
    std::vector<double> out(n);
    std::vector<double> row(n);
    const std::size_t k = std::min(std::max<std::size_t>(1, min_samples), n) - 1;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            row[j] = i == j ? 0 : distance(i, j);
        }
        std::nth_element(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(k), row.end());
        out[i] = row[k];
    }
    return out;
}

std::vector<Edge> spanning_tree(std::size_t n, const Distance& distance, const std::vector<double>& core) {
    std::vector<Edge> out;
    std::vector<char> in_tree(n, 0);
    std::vector<double> nearest(n, std::numeric_limits<double>::infinity());
    std::vector<std::size_t> from(n, 0);
    std::size_t now = 0;
    for (std::size_t step = 1; step < n; ++step) {
        in_tree[now] = 1;
        std::size_t next = n;
        for (std::size_t j = 0; j < n; ++j) {
            if (in_tree[j] != 0) {
                continue;
            }
            const double d = std::max({core[now], core[j], distance(now, j)});
            if (d < nearest[j]) {
                nearest[j] = d;
                from[j] = now;
            }
            next = next == n || nearest[j] < nearest[next] ? j : next;
        }
        out.push_back({from[next], next, nearest[next]});
        now = next;
    }
    std::ranges::sort(out, {}, [](const Edge& e) { return std::tuple(e.weight, e.a, e.b); });
    return out;
}

// Merges by growing weight: node n + i joins the two groups of edge i. Single points are nodes 0 .. n-1.
struct Tree {
    std::size_t points = 0;
    std::vector<std::pair<std::size_t, std::size_t>> children;
    std::vector<double> lambda;
    std::vector<std::size_t> size;

    bool is_point(std::size_t node) const { return node < points; }
    std::size_t size_of(std::size_t node) const { return is_point(node) ? 1 : size[node - points]; }
};

Tree merged(std::size_t n, const std::vector<Edge>& edges) {
    constexpr double nearest = 1e-12;  // equal points: dense, not infinitely so
    Tree out{.points = n, .children = {}, .lambda = {}, .size = {}};
    std::vector<std::size_t> parent(2 * n);
    std::iota(parent.begin(), parent.end(), std::size_t{0});
    const auto top = [&parent](std::size_t node) {
        while (parent[node] != node) {
            node = parent[node] = parent[parent[node]];
        }
        return node;
    };
    for (const Edge& e : edges) {
        const std::size_t a = top(e.a);
        const std::size_t b = top(e.b);
        const std::size_t node = n + out.children.size();
        out.children.emplace_back(a, b);
        out.lambda.push_back(1 / std::max(e.weight, nearest));
        out.size.push_back(out.size_of(a) + out.size_of(b));
        parent[a] = parent[b] = node;
    }
    return out;
}

struct Candidate {
    std::size_t parent = 0;  // itself for the root
    double birth = 0;
    double stability = 0;
    bool selected = false;
    std::vector<std::size_t> children;
};

class Condenser {
  public:
    Condenser(const Tree& tree, std::size_t least_size) : tree_(tree), least_(std::max<std::size_t>(2, least_size)) {
        fell_out_of_.assign(tree.points, 0);
        candidates_.push_back({});
        waiting_.emplace_back(tree.points + tree.children.size() - 1, 0);
        while (!waiting_.empty()) {
            const auto [node, cluster] = waiting_.back();
            waiting_.pop_back();
            split(node, cluster);
        }
        select();
    }

    std::vector<int> labels() const {
        std::map<std::size_t, int> numbers;
        std::vector<int> out;
        for (std::size_t cluster : fell_out_of_) {
            while (!candidates_[cluster].selected && cluster != 0) {
                cluster = candidates_[cluster].parent;
            }
            out.push_back(cluster == 0 ? -1
                                       : numbers.try_emplace(cluster, static_cast<int>(numbers.size())).first->second);
        }
        return out;
    }

  private:
    void split(std::size_t node, std::size_t cluster) {
        const auto [left, right] = tree_.children[node - tree_.points];
        const double lambda = tree_.lambda[node - tree_.points];
        const bool both = tree_.size_of(left) >= least_ && tree_.size_of(right) >= least_;
        for (const std::size_t child : {right, left}) {
            const auto size = static_cast<double>(tree_.size_of(child));
            if (tree_.size_of(child) < least_) {
                candidates_[cluster].stability += (lambda - candidates_[cluster].birth) * size;
                drop(child, cluster);
            } else if (both) {
                candidates_[cluster].stability += (lambda - candidates_[cluster].birth) * size;
                candidates_[cluster].children.push_back(candidates_.size());
                waiting_.emplace_back(child, candidates_.size());
                candidates_.push_back(
                    {.parent = cluster, .birth = lambda, .stability = 0, .selected = false, .children = {}});
            } else {
                waiting_.emplace_back(child, cluster);
            }
        }
    }

    void drop(std::size_t node, std::size_t cluster) {
        std::vector<std::size_t> nodes{node};
        while (!nodes.empty()) {
            const std::size_t one = nodes.back();
            nodes.pop_back();
            if (tree_.is_point(one)) {
                fell_out_of_[one] = cluster;
                continue;
            }
            nodes.push_back(tree_.children[one - tree_.points].first);
            nodes.push_back(tree_.children[one - tree_.points].second);
        }
    }

    // Children have larger numbers than their parents.
    void select() {
        for (std::size_t i = candidates_.size(); i-- > 1;) {
            Candidate& c = candidates_[i];
            double below = 0;
            for (const std::size_t child : c.children) {
                below += candidates_[child].stability;
            }
            c.selected = c.children.empty() || c.stability >= below;
            c.stability = std::max(c.stability, below);
            if (c.selected) {
                deselect_below(i);
            }
        }
    }

    void deselect_below(std::size_t cluster) {
        for (const std::size_t child : candidates_[cluster].children) {
            candidates_[child].selected = false;
            deselect_below(child);
        }
    }

    const Tree& tree_;
    std::size_t least_;
    std::vector<Candidate> candidates_;
    std::vector<std::size_t> fell_out_of_;
    std::vector<std::pair<std::size_t, std::size_t>> waiting_;  // node, cluster
};

}  // namespace

Hdbscan hdbscan(std::size_t items, const Distance& distance, std::size_t least_size, std::size_t min_samples) {
    Hdbscan out;
    if (items < 2) {
        out.labels.assign(items, -1);
        out.core_distances.assign(items, 0);
        return out;
    }
    out.core_distances = core_distances(items, distance, min_samples);
    const std::vector<Edge> edges = spanning_tree(items, distance, out.core_distances);
    for (const Edge& e : edges) {
        out.spanning_weight += e.weight;
    }
    const Tree tree = merged(items, edges);
    out.labels = Condenser(tree, least_size).labels();
    return out;
}

}  // namespace sosia::stats
