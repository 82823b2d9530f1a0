// What the pages say of a suite's judge model.
#pragma once
#include <boost/json/object.hpp>

#include "domain/suite.h"

namespace sosia::cli {

// cast.judge of schemas/output/report.schema.json: who judges, what lets it count, and each criterion with its anchored
// levels. Empty for a suite whose judge is built in.
boost::json::object judge_card(const Suite& suite);

}  // namespace sosia::cli
