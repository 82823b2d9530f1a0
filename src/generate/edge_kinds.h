// Kinds of edge cases that ship as data (data/edge_kinds.yaml).
#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/adversary.h"

namespace sosia::generate {

struct EdgeKind {
    std::string id;
    std::optional<AdversaryFamily> family;  // whose pressure it is; nothing: a matter of its own
    std::string brief;                      // for a model
    boost::json::object edge_case;          // for a scenario file, with the kind as id and tag
};

const std::vector<EdgeKind>& edge_kinds();

// Null when there is none.
const EdgeKind* edge_kind(std::string_view id);

// All families that push back, in their own order: everything but cooperative.
const std::vector<AdversaryFamily>& pressing_families();

}  // namespace sosia::generate
