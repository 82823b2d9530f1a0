// One entry of a model's answer as a draft. What may come from the model and what may not is decided here: keys,
// traits, tools, ids of files and sources are ours, words are its.
#pragma once
#include <boost/json/object.hpp>
#include <span>
#include <string>
#include <vector>

#include "generate/document.h"
#include "generate/draft.h"
#include "generate/slots.h"

namespace sosia::generate {

// What the question showed.
struct Shown {
    std::span<const Document> documents;  // empty: nothing has to be quoted
    std::span<const Passage> passages;
    std::span<const std::string> tools;
};

struct Made {
    Draft draft;
    std::vector<std::string> problems;  // empty: it can be used. Quotes and numbers, then what the loader says
};

Made persona_of(const boost::json::object& entry, const Slot& slot, const Shown& shown);
Made scenario_of(const boost::json::object& entry, const Slot& slot, const Shown& shown);
// `scenario` is what is varied; the slot's "family" says by whom.
Made variant_of(const boost::json::object& entry, const Slot& slot, const boost::json::object& scenario);

}  // namespace sosia::generate
