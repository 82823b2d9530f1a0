#include "spec/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <memory>
// The library is not written for our warnings.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#pragma clang diagnostic pop

#include "sosia_spec_schemas_data.h"
#include "spec/schema_walk.h"

namespace sosia::spec {
namespace {

namespace json = boost::json;

struct Judge {
    json::value document;
    valijson::Schema schema;
};

std::unique_ptr<const Judge> make_judge(FileKind kind) {
    auto judge = std::make_unique<Judge>();
    const std::string_view text = schema_text(kind);
    judge->document = json::parse(json::string_view{text.data(), text.size()});
    valijson::SchemaParser parser;
    parser.populateSchema(valijson::adapters::BoostJsonAdapter(judge->document), judge->schema);
    return judge;
}

// Read-only once made, so one per process is enough.
const Judge& judge_of(FileKind kind) {
    static const std::array judges{make_judge(FileKind::suite),     make_judge(FileKind::persona),
                                   make_judge(FileKind::scenario),  make_judge(FileKind::adversary),
                                   make_judge(FileKind::scorecard), make_judge(FileKind::axes),
                                   make_judge(FileKind::world)};
    return *judges[static_cast<std::size_t>(kind)];
}

class Normaliser {
  public:
    Normaliser(const json::object& root, const SourceFile& file, Diagnostics& diagnostics)
        : root_(root), file_(file), diagnostics_(diagnostics) {}

    void visit(Node& node, const json::object& schema) {
        for (const json::object* one : applicable(node, schema, root_)) {
            visit_one(node, *one);
        }
    }

  private:
    void visit_one(Node& node, const json::object& schema) {
        const json::value* properties = schema.if_contains("properties");
        if (node.is_map() && properties != nullptr) {
            visit_members(node, properties->as_object());
        }
        const json::value* items = schema.if_contains("items");
        if (node.is_list() && items != nullptr) {
            for (Node& item : node.items) {
                visit(item, items->as_object());
            }
        }
    }

    void visit_members(Node& node, const json::object& properties) {
        std::erase_if(node.members, [&](const Node::Member& member) {
            if (!member.value.is_null() || !properties.contains(member.key)) {
                return false;
            }
            diagnostics_.warning(file_, member.place,
                                 fmt::format("\"{}\" has no value; it is read as if it were not there", member.key));
            return true;
        });
        for (Node::Member& member : node.members) {
            if (const json::value* property = properties.if_contains(member.key)) {
                take_wanted_type(member.value, property->as_object());
                visit(member.value, property->as_object());
            }
        }
    }

    // A replaced ${NAME} is text; where the schema has no text, it may be a number or a boolean.
    void take_wanted_type(Node& node, const json::object& schema) const {
        if (node.raw.empty() || node.kind != Node::Kind::text || !applicable(node, schema, root_).empty()) {
            return;
        }
        node.kind = plain_kind(node.text);
        if (applicable(node, schema, root_).empty()) {
            node.kind = Node::Kind::text;
        }
    }

    const json::object& root_;
    const SourceFile& file_;
    Diagnostics& diagnostics_;
};

}  // namespace

std::string_view to_string(FileKind kind) {
    static constexpr std::array<std::string_view, 7> names{"suite",     "persona", "scenario", "adversary",
                                                           "scorecard", "axes",    "world"};
    return names[static_cast<std::size_t>(kind)];
}

std::string_view schema_text(FileKind kind) {
    const std::string ending = fmt::format("{}.schema.json", to_string(kind));
    for (const auto& file : sosia_spec_schemas::embedded_files()) {
        if (file.name.ends_with(ending)) {
            return file.text;
        }
    }
    return "{}";
}

void normalise(Node& node, FileKind kind, const SourceFile& file, Diagnostics& diagnostics) {
    const json::object& root = judge_of(kind).document.as_object();
    Normaliser(root, file, diagnostics).visit(node, root);
}

bool follows_schema(const Node& node, FileKind kind, std::string* why) {
    const json::value document = to_json(node);
    valijson::Validator validator;
    valijson::ValidationResults results;
    const bool valid =
        validator.validate(judge_of(kind).schema, valijson::adapters::BoostJsonAdapter(document), &results);
    if (!valid && why != nullptr && results.begin() != results.end()) {
        *why = results.begin()->description;
    }
    return valid;
}

bool check_schema(const Node& node, FileKind kind, const SourceFile& file, Diagnostics& diagnostics) {
    const auto problems = walk_schema(node, judge_of(kind).document.as_object());
    for (const SchemaProblem& problem : problems) {
        diagnostics.error(file, problem.place, problem.message, problem.hint);
    }
    std::string why;
    if (problems.empty() && !follows_schema(node, kind, &why)) {
        diagnostics.error(file, node.place,
                          fmt::format("this does not follow the {} schema: {}", to_string(kind), why));
    }
    return std::ranges::none_of(problems, &SchemaProblem::oversized);
}

}  // namespace sosia::spec
