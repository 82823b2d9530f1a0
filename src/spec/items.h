// Personas, scenarios and adversaries from wherever sosia.yaml says they are.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "spec/file_set.h"
#include "spec/schema.h"

namespace sosia::spec {

// One mapping that defines something, with the file it stands in.
struct Item {
    const SourceFile* file = nullptr;
    Node node;
    std::string fallback_id;  // the file's name when the file holds nothing else
};

struct Items {
    std::vector<Item> items;
    bool complete = true;  // false: a file is missing or unreadable, so what is not here may yet exist
};

// Reads what `source` (text, mapping, or a list of both) names; each item has been checked against its schema.
// `suite_file` is the file `source` stands in: it is never read as a persona file and the like.
Items load_items(const Node& source, FileKind kind, const SourceFile& suite_file, FileSet& files);

// The items of one file.
Items load_item_file(const std::filesystem::path& path, FileKind kind, FileSet& files);

}  // namespace sosia::spec
