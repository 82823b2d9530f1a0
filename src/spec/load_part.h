// One file of personas or scenarios, read the way a suite reads it but without the suite around it: names of other
// parts are not looked up.
#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "spec/load.h"

namespace sosia::spec {

enum class PartKind { persona, scenario };

struct PartFile {
    std::vector<Persona> personas;            // of a file of personas
    std::vector<Scenario> scenarios;          // of a file of scenarios
    std::vector<boost::json::object> bodies;  // the same, as written: ${NAME} is not replaced
    std::vector<Diagnostic> diagnostics;      // every problem, by place
    bool usable = false;                      // there is no error, and something in it
};

// `name` is the file's, for messages and for an id that is not written down.
PartFile read_part(PartKind kind, const std::string& name, std::string_view text, const Environment& environment);

}  // namespace sosia::spec
