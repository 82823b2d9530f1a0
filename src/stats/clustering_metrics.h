// How good a grouping is: against known groups, by distances, and the words that tell groups apart.
#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

namespace sosia::stats {

struct GroupingScores {
    double ari = 0;  // adjusted Rand index (Hubert and Arabie 1985); 1 when both groupings are trivial and equal
    double homogeneity = 0;   // 1 - H(truth|found)/H(truth), natural logarithms; 1 when H(truth) = 0
    double completeness = 0;  // 1 - H(found|truth)/H(found); 1 when H(found) = 0
    double v_measure = 0;     // their harmonic mean (Rosenberg and Hirschberg 2007)
    double nmi = 0;           // mutual information / arithmetic mean of the entropies
    double purity = 0;        // share of items whose true group is the most frequent one of their found group
};

// Labels are any numbers; equal lengths.
GroupingScores grouping_scores(std::span<const int> truth, std::span<const int> found);

// Silhouette of each point under Euclidean distance (Rousseeuw 1987): (b-a)/max(a,b); 0 for a group of one.
std::vector<double> silhouettes(const std::vector<std::vector<double>>& points, std::span<const int> labels);

// Class-based tf-idf (Grootendorst 2022): weights[class][word] = (count of the word in the class / words of the class)
// ln(1 + A/f), A = mean words per class, f = count of the word in all classes.
using WordCounts = std::map<std::string, double>;
std::vector<WordCounts> class_tf_idf(const std::vector<WordCounts>& classes);

}  // namespace sosia::stats
