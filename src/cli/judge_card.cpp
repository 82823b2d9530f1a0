#include "cli/judge_card.h"

#include <boost/json/array.hpp>

#include "judge/rubric.h"

namespace sosia::cli {
namespace json = boost::json;
namespace {

json::object criterion_json(const judge::Rubric& rubric) {
    json::array levels;
    for (const Anchor& anchor : rubric.levels) {
        levels.emplace_back(json::object{{"level", anchor.level}, {"text", anchor.text}, {"example", anchor.example}});
    }
    return {{"name", rubric.name},
            {"question", rubric.question},
            {"levels", std::move(levels)},
            {"passes_from", rubric.passes_from}};
}

}  // namespace

json::object judge_card(const Suite& suite) {
    if (suite.judge.model.empty()) {
        return {};
    }
    json::array criteria;
    if (const Result<std::vector<judge::Rubric>> rubrics = judge::rubrics_of(suite)) {
        for (const judge::Rubric& rubric : *rubrics) {
            criteria.emplace_back(criterion_json(rubric));
        }
    }
    if (suite.judge.realism) {
        criteria.emplace_back(criterion_json(judge::realism_rubric()));
    }
    return {{"model", suite.judge.model},
            {"votes", suite.judge.votes},
            {"gates", suite.judge.gates},
            {"calibration", suite.judge.calibration},
            {"criteria", std::move(criteria)}};
}

}  // namespace sosia::cli
