// The names of the checks, for those who write settings and documentation.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "domain/suite.h"

namespace sosia::scoring {

// All that scoring can report, but those of the scorecard's own making: "criterion.<name>" and custom checks.
std::span<const std::string_view> check_names();

// A usage error when `checks:` of the scorecard names what is neither a check, nor the part before its dot, nor a
// custom check or criterion of the scorecard.
Result<void> check_settings(const Scorecard& scorecard);

}  // namespace sosia::scoring
