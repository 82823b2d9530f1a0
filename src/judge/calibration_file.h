// A calibration as a file beside the suite: what was measured, and the judge, prompts and rubrics it was measured with.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "judge/calibration.h"
#include "judge/verdict.h"

namespace sosia::judge {

struct Calibration {
    std::map<std::string, std::string> pins;  // of the judge that was measured, see Judge::pins
    std::vector<CriterionReport> criteria;    // read back: only what `standing_of` and a reader of the file need
};

std::string to_text(const Calibration& calibration);
Result<Calibration> calibration_from_text(std::string_view text);

// What may gate, and why the rest may not.
struct StandingReport {
    Standing standing;
    std::map<std::string, std::string> advisory;  // criterion -> why
};

// With `judge.gates` everything gates. Otherwise a criterion gates when `calibration` (null: there is none) covers it
// without a shortcoming and was made with the same model, prompts and rubric.
StandingReport standing_of(const Suite& suite, const Judge& judge, const Calibration* calibration);

}  // namespace sosia::judge
