// Who played the user, and who read the agent: what a summary knows of both, in every form. Private to the room.
#pragma once
#include <boost/json/object.hpp>
#include <string>

#include "analysis/summary.h"
#include "report/terminal.h"

namespace sosia::report {

// Which verdicts depend on who plays the user.
std::string sensitivity_text(const analysis::Sensitivity& sensitivity, const Look& look);
std::string sensitivity_markdown(const analysis::Sensitivity& sensitivity);
boost::json::object sensitivity_json(const analysis::Sensitivity& sensitivity);

// How far the model that read the agent's text and the rules agree.
std::string reader_text(const analysis::ReaderStats& reader, const Look& look);
std::string reader_markdown(const analysis::ReaderStats& reader);
boost::json::object reader_json(const analysis::ReaderStats& reader);

}  // namespace sosia::report
