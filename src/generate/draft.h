// A persona or scenario that waits for a person's yes: its file, its marks, and how it becomes part of a suite.
#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "spec/load_part.h"

namespace sosia::generate {

using spec::PartKind;

// Where a draft comes from; written into it, and kept when it is accepted.
struct Provenance {
    std::string model;    // "" made from data alone
    std::string prompts;  // hash of the prompts; "" none
    std::string from;     // "topic: refunds for a shoe shop", "documents: policy.md", "scenario: duplicate-charge"
    std::string date;     // "2026-03-14"
};

// What a fact or a ground truth rests on.
struct Source {
    std::string about;  // "truth.refund_window"
    std::string document;
    int line = 0;
    std::string quote;
};

struct Draft {
    PartKind kind = PartKind::scenario;
    boost::json::object body;  // as in a file, without the marks
    std::vector<Source> sources;
    std::vector<std::string> inferred;  // for the comment at the top
    std::vector<std::string> to_check;

    std::string id() const;
};

// "personas/greta.yaml", below the folder of drafts and below the suite's.
std::string file_of(const Draft& draft);

// The file: a comment that says what it is, `draft: true`, and where it comes from.
std::string draft_text(const Draft& draft, const Provenance& provenance);

// The same file with the comment at the top and the mark taken out, everything else left as it is.
std::string accepted_text(std::string_view draft);

bool is_draft(const boost::json::object& body);

// What a loader says against a body, one sentence each; nothing when it is fine.
std::vector<std::string> problems_of(PartKind kind, const boost::json::object& body);

// Of a persona if there is an axis or a fact in it; else of a scenario. For files that are named on the command line.
PartKind kind_of(std::string_view path, std::string_view text);

// Letters, digits and "-", at most 60 of them; "" when nothing is left.
std::string slug(std::string_view text);

// Text of a model as it may stand in a file: without control characters, white space in runs taken together,
// "${" made harmless (it would read the environment), at most `most_bytes` long.
std::string harmless(std::string_view text, std::size_t most_bytes = 2000);

}  // namespace sosia::generate
