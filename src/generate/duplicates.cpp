#include "generate/duplicates.h"

#include <algorithm>
#include <array>

#include <boost/json/array.hpp>

#include "analysis/text_vectors.h"

namespace sosia::generate {
namespace json = boost::json;
namespace {

void add_texts(const json::value& value, std::string& out) {
    if (value.is_string()) {
        out += std::string(value.as_string()) + "\n";
    } else if (value.is_array()) {
        std::ranges::for_each(value.as_array(), [&](const json::value& item) { add_texts(item, out); });
    } else if (value.is_object()) {
        std::ranges::for_each(value.as_object(), [&](const auto& member) { add_texts(member.value(), out); });
    }
}

}  // namespace

std::string compared_text(PartKind kind, const json::object& body) {
    static constexpr std::array<std::string_view, 5> of_persona{"profile", "goal", "background", "frustrations",
                                                                "samples"};
    static constexpr std::array<std::string_view, 5> of_scenario{"intent", "description", "opening", "pivots",
                                                                 "edge_cases"};
    std::string out;
    for (const std::string_view key : kind == PartKind::persona ? of_persona : of_scenario) {
        if (const json::value* value = body.if_contains(key)) {
            add_texts(*value, out);
        }
    }
    return out;
}

Twin nearest_twin(const std::string& text, std::span<const Known> known) {
    std::vector<std::vector<std::string>> documents;
    std::ranges::transform(known, std::back_inserter(documents),
                           [](const Known& one) { return analysis::terms_of(one.text); });
    documents.push_back(analysis::terms_of(text));
    const std::vector<analysis::SparseVector> vectors = analysis::tf_idf(documents);
    Twin out;
    for (std::size_t i = 0; i < known.size(); ++i) {
        const double similarity = static_cast<double>(analysis::cosine(vectors[i], vectors.back()));
        if (similarity > out.similarity) {
            out = {.id = known[i].id, .similarity = std::min(similarity, 1.0)};
        }
    }
    return out;
}

}  // namespace sosia::generate
