// The published JSON Schemas (schemas/, embedded in the binary) as judges of what was written.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "spec/diagnostics.h"
#include "spec/yaml_node.h"

namespace sosia::spec {

enum class FileKind { suite, persona, scenario, adversary, scorecard, axes, world };
inline constexpr std::array file_kinds{FileKind::suite,     FileKind::persona, FileKind::scenario, FileKind::adversary,
                                       FileKind::scorecard, FileKind::axes,    FileKind::world};
std::string_view to_string(FileKind kind);  // "suite", ...

// The schema's text as in schemas/<kind>.schema.json.
std::string_view schema_text(FileKind kind);

// Makes a file ready to be checked. Takes out keys without a value (`tags:` and nothing after it), with a warning, but
// not in free-form places; and gives a value that was one ${NAME} the number or boolean the schema wants there.
void normalise(Node& node, FileKind kind, const SourceFile& file, Diagnostics& diagnostics);

// Reports everything in which `node` departs from the schema. False: it is so far from it that it should not be bound.
bool check_schema(const Node& node, FileKind kind, const SourceFile& file, Diagnostics& diagnostics);

// The verdict of the JSON Schema library alone; `why` gets its first complaint. The judge that check_schema's own walk
// is tested against.
bool follows_schema(const Node& node, FileKind kind, std::string* why = nullptr);

}  // namespace sosia::spec
