#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "spec/bind.h"
#include "spec/trait.h"
#include "spec/units.h"

namespace sosia::spec {
namespace {

constexpr int strongest = 16;

// "3-way", "3way", "3 way", "3" -> 3
std::optional<int> strength_of(std::string_view text) {
    std::string word = hyphenated(text);
    for (const std::string_view ending : {"-way", "way"}) {
        if (word.ends_with(ending)) {
            word.resize(word.size() - ending.size());
            break;
        }
    }
    int strength = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), strength);
    const bool whole = error == std::errc{} && end == word.data() + word.size();
    return whole && strength >= 1 && strength <= strongest ? std::optional(strength) : std::nullopt;
}

void cover_t_way(MatrixSpec& matrix, int strength) {
    matrix.cover = MatrixSpec::Cover::t_way;
    matrix.strength = strength;
}

void bind_cover_text(const Node& node, const Fields& fields, MatrixSpec& matrix) {
    static const std::vector<std::string> words{"full", "pairwise", "2-way", "3-way", "4-way"};
    const std::string word = hyphenated(node.text);
    if (word == "full" || word == "all" || (word == "sample" && fields.has("sample"))) {
        matrix.cover = MatrixSpec::Cover::full;
    } else if (word == "pairwise" || word == "pair-wise") {
        cover_t_way(matrix, 2);
    } else if (const auto strength = strength_of(node.text)) {
        cover_t_way(matrix, *strength);
    } else if (word == "sample") {
        fields.binding().error(node.place, "`cover: sample` needs to know how many cells",
                               "write `sample: 200` beside it");
    } else {
        fields.binding().error(
            node.place,
            fmt::format("expected full, pairwise, N-way or {{ sample: N }}, found {}", in_quotes(node.written())),
            did_you_mean(node.written(), words));
    }
}

void bind_cover(const Fields& fields, MatrixSpec& matrix) {
    const Node* node = fields.find("cover");
    if (node == nullptr) {
        return;
    }
    if (!node->is_map()) {
        bind_cover_text(*node, fields, matrix);
        return;
    }
    const Fields cover(*node, fields.binding());
    if (const auto strength = cover.integer("t")) {
        cover_t_way(matrix, *strength);
    }
    if (cover.has("sample")) {
        matrix.sample = cover.integer("sample");
    }
}

std::map<std::string, std::vector<std::string>> bind_conditions(const Fields& rule, std::string_view key) {
    std::map<std::string, std::vector<std::string>> out;
    const Node* node = rule.find(key);
    for (std::size_t i = 0; node != nullptr && i < node->members.size(); ++i) {
        const Node::Member& member = node->members[i];
        check_trait_name(member.key, member.place, rule.binding());
        auto values = texts_of(member.value);
        if (member.key == "edge_case") {
            std::ranges::replace(values, "-", "");  // how a cell's name writes the happy path
        }
        out[member.key] = std::move(values);
    }
    return out;
}

void bind_rules(const Fields& fields, MatrixSpec& matrix) {
    const Node* node = fields.find("rules");
    for (std::size_t i = 0; node != nullptr && i < node->items.size(); ++i) {
        if (!node->items[i].is_map()) {
            continue;
        }
        const Fields rule(node->items[i], fields.binding());
        matrix.rules.push_back({.when = bind_conditions(rule, "if"), .then = bind_conditions(rule, "then")});
    }
}

// Shares are relative: 30, 0.3 and 30% are all "three in ten" when the rest of the table is written alike.
std::optional<double> bind_weight(const Node& node, const Binding& binding) {
    const auto weight = node.is_scalar() ? parse_share(node.text) : std::nullopt;
    if (node.is_scalar() && !weight) {
        binding.error(node.place,
                      fmt::format("expected a share such as 0.3 or 30%, found {}", in_quotes(node.written())));
    }
    return weight;
}

void check_weights(const Fields& fields) {
    const Node* node = fields.find("weights");
    for (std::size_t i = 0; node != nullptr && i < node->members.size(); ++i) {
        for (const std::string_view name : split(node->members[i].key, ',')) {
            check_trait_name(trim(name), node->members[i].place, fields.binding());
        }
    }
}

}  // namespace

std::map<std::string, std::map<std::string, double>> bind_shares(const Fields& fields, std::string_view key) {
    std::map<std::string, std::map<std::string, double>> out;
    const Node* node = fields.find(key);
    for (std::size_t i = 0; node != nullptr && i < node->members.size(); ++i) {
        const Node::Member& trait = node->members[i];
        bool any = false;  // a share that is none has been reported; it may have been meant as one
        for (const Node::Member& value : trait.value.members) {
            const auto weight = bind_weight(value.value, fields.binding());
            out[trait.key][value.key] = weight.value_or(0);
            any = any || !weight || *weight > 0;
        }
        if (trait.value.is_map() && !any) {
            fields.binding().error(trait.place,
                                   fmt::format("the shares of {} add up to nothing", in_quotes(trait.key)));
        }
    }
    return out;
}

MatrixSpec bind_matrix(const Node& node, const Binding& binding) {
    const Fields fields(node, binding);
    MatrixSpec matrix;
    if (fields.has("sample")) {
        matrix.sample = fields.integer("sample");
    }
    bind_cover(fields, matrix);
    matrix.runs = fields.integer("runs").value_or(1);
    if (const Node* seed = fields.find("seed")) {
        matrix.seed = static_cast<std::uint64_t>(as_integer(*seed).value_or(1));
    }
    bind_rules(fields, matrix);
    matrix.weights = bind_shares(fields, "weights");
    check_weights(fields);
    matrix.only_tags = fields.texts("tags");
    matrix.skip_tags = fields.texts("skip_tags");
    return matrix;
}

}  // namespace sosia::spec
