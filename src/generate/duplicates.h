// Which drafts say the same as another one, or as what the suite has: cosine of tf-idf vectors of their texts.
#pragma once
#include <boost/json/object.hpp>
#include <span>
#include <string>
#include <vector>

#include "generate/draft.h"

namespace sosia::generate {

// What is compared: of a persona who they are, what they want and how they write; of a scenario what it is about and
// what is special in it. Ids, tags, knobs and traits are left out: traits are dealt out, and so always differ.
std::string compared_text(PartKind kind, const boost::json::object& body);

struct Known {
    std::string id;
    std::string text;  // compared_text
};

struct Twin {
    std::string id;
    double similarity = 0;  // 0 to 1
};

// The one of `known` most like `text`. The vectors' weights come from all these texts together.
Twin nearest_twin(const std::string& text, std::span<const Known> known);

// From here on two texts count as the same. Measured: the example suites' hand-written scenarios stay at or below 0.33,
// their personas at 0.20; near-verbatim rewordings lie at 0.78, paraphrases in other words between 0.36 and 0.47, so
// some of those pass.
inline constexpr double usual_similarity = 0.45;

}  // namespace sosia::generate
