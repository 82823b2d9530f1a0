// Reads axes files.
#include <fmt/format.h>

#include <filesystem>

#include "spec/bind.h"
#include "spec/file_set.h"
#include "spec/personas_generate.h"
#include "spec/schema.h"

namespace sosia::spec {
namespace {

// The keys of the file that mean the same as in a suite's matrix, bound the same way.
void bind_plan(const Node& node, const Binding& binding, GenerateSpec& spec) {
    const Fields fields(node, binding);
    Node matrix;
    matrix.kind = Node::Kind::map;
    matrix.place = node.place;
    for (const Node::Member& member : node.members) {
        if (member.key == "cover" || member.key == "seed") {
            matrix.members.push_back(member);
        }
    }
    const MatrixSpec bound = bind_matrix(matrix, binding);
    spec.cover = fields.has("cover") ? bound.cover : MatrixSpec::Cover::t_way;
    spec.strength = bound.strength;
    spec.seed = bound.seed;
    spec.sample = fields.integer("sample");
}

void bind_axes(const Node& node, const Binding& binding, GenerateSpec& spec) {
    const Fields fields(node, binding);
    const Node* axes = fields.find("axes");
    for (std::size_t i = 0; axes != nullptr && i < axes->members.size(); ++i) {
        spec.axes.push_back({axes->members[i].key, texts_of(axes->members[i].value)});
    }
    const Node* rules = fields.find("rules");
    for (std::size_t i = 0; rules != nullptr && i < rules->items.size(); ++i) {
        MatrixRule rule;
        for (const auto& [key, into] : {std::pair{"if", &rule.when}, std::pair{"then", &rule.then}}) {
            const Node* conditions = rules->items[i].find(key);
            for (std::size_t c = 0; conditions != nullptr && c < conditions->members.size(); ++c) {
                (*into)[conditions->members[c].key] = texts_of(conditions->members[c].value);
            }
        }
        spec.rules.push_back(std::move(rule));
    }
    spec.weights = bind_shares(fields, "weights");
}

}  // namespace

AxesResult load_axes(const std::string& path, const Environment& environment) {
    Diagnostics diagnostics;
    const std::filesystem::path file_path(path);
    FileSet files(file_path.parent_path(), environment, diagnostics);
    const SourceFile& file = files.read(file_path);
    std::vector<Node> documents = files.documents(file);
    GenerateSpec spec;
    if (documents.size() == 1) {
        normalise(documents[0], FileKind::axes, file, diagnostics);
        if (check_schema(documents[0], FileKind::axes, file, diagnostics)) {
            bind_axes(documents[0], Binding{file, diagnostics}, spec);
            bind_plan(documents[0], Binding{file, diagnostics}, spec);
        }
    } else if (files.is_whole(file)) {
        diagnostics.error(file, {}, "an axes file holds one mapping");
    }
    AxesResult out{.spec = {}, .diagnostics = diagnostics.sorted()};
    if (!diagnostics.has_errors()) {
        out.spec = std::move(spec);
    }
    return out;
}

}  // namespace sosia::spec
