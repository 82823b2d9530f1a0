#include "judge/calibration_file.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/json_text.h"

namespace sosia::judge {
namespace json = boost::json;
namespace {

constexpr int format = 1;

json::value number(std::optional<double> value) {
    return value ? json::value(*value) : json::value(nullptr);
}

json::array pair_of(const stats::Interval& interval) {
    return {interval.low, interval.high};
}

json::array matrix_json(const stats::ConfusionMatrix& matrix) {
    json::array out;
    for (const std::vector<double>& row : matrix) {
        out.emplace_back(json::array(row.begin(), row.end()));
    }
    return out;
}

json::object agreement_json(const stats::Agreement& a) {
    return {{"n", a.n},
            {"raw", a.raw},
            {"kappa", number(a.kappa)},
            {"kappa_linear", number(a.kappa_linear)},
            {"kappa_quadratic", number(a.kappa_quadratic)},
            {"gwet_ac1", a.gwet_ac1}};
}

json::object report_json(const CriterionReport& r) {
    json::object out{{"criterion", r.criterion},
                     {"passes_from", r.passes_from},
                     {"labelled", r.labelled},
                     {"pass_labels", r.pass_labels},
                     {"fail_labels", r.fail_labels},
                     {"sensitivity", r.sensitivity},
                     {"sensitivity_interval", pair_of(r.sensitivity_interval)},
                     {"specificity", r.specificity},
                     {"specificity_interval", pair_of(r.specificity_interval)},
                     {"pass_fail", matrix_json(r.pass_fail)},
                     {"agreement", agreement_json(r.agreement)},
                     {"alpha", number(r.alpha)},
                     {"alpha_people", number(r.alpha_people)},
                     {"votes_repeated", r.repeated},
                     {"votes_flipped", r.flipped},
                     {"judged", r.judged},
                     {"pass_rate", r.pass_rate},
                     {"shortcoming", r.shortcoming}};
    if (r.on_levels) {
        out["levels"] = matrix_json(r.levels);
        out["agreement_on_levels"] = agreement_json(*r.on_levels);
    }
    if (r.corrected) {
        out["corrected"] =
            json::object{{"rate", r.corrected->contradiction ? json::value(nullptr) : json::value(r.corrected->rate)},
                         {"interval", pair_of(r.corrected->interval)},
                         {"contradiction", r.corrected->contradiction}};
    }
    return out;
}

CriterionReport report_from(const json::object& o) {
    CriterionReport out{.criterion = std::string(o.at("criterion").as_string()),
                        .passes_from = o.at("passes_from").to_number<double>()};
    out.labelled = o.at("labelled").to_number<std::size_t>();
    out.pass_labels = o.at("pass_labels").to_number<std::size_t>();
    out.fail_labels = o.at("fail_labels").to_number<std::size_t>();
    out.sensitivity = o.at("sensitivity").to_number<double>();
    out.specificity = o.at("specificity").to_number<double>();
    out.shortcoming = std::string(o.at("shortcoming").as_string());
    return out;
}

std::string pin(const std::map<std::string, std::string>& pins, const std::string& name) {
    const auto found = pins.find(name);
    return found == pins.end() ? std::string() : found->second;
}

// Why a calibration does not speak about this criterion of this judge; "" it does.
std::string objection(const Calibration& calibration, const std::map<std::string, std::string>& now,
                      const Rubric& rubric) {
    const auto report = std::ranges::find(calibration.criteria, rubric.name, &CriterionReport::criterion);
    if (report == calibration.criteria.end()) {
        return "nobody has labelled it";
    }
    for (const std::string& name :
         {std::string("judge model"), std::string("judge prompts"), "rubric " + rubric.name}) {
        if (pin(calibration.pins, name) != pin(now, name)) {
            return fmt::format("its calibration is stale: the {} changed", name);
        }
    }
    constexpr double equal = 1e-9;
    if (report->passes_from > rubric.passes_from + equal || report->passes_from < rubric.passes_from - equal) {
        return "its calibration is stale: the floor changed";
    }
    return report->shortcoming;
}

}  // namespace

std::string to_text(const Calibration& calibration) {
    json::object pins;
    for (const auto& [name, value] : calibration.pins) {
        pins[name] = value;
    }
    json::array criteria;
    for (const CriterionReport& report : calibration.criteria) {
        criteria.emplace_back(report_json(report));
    }
    return json_text(json::object{
               {"sosia_judge_calibration", format}, {"pins", std::move(pins)}, {"criteria", std::move(criteria)}}) +
           "\n";
}

Result<Calibration> calibration_from_text(std::string_view text) {
    try {
        const json::value value = json::parse(json::string_view(text.data(), text.size()));
        if (value.at("sosia_judge_calibration").to_number<int>() != format) {
            return fail(ErrorKind::usage, "the calibration was written by another version of Sosia", "calibrate again");
        }
        Calibration out;
        for (const auto& [name, hash] : value.at("pins").as_object()) {
            out.pins[std::string(name)] = std::string(hash.as_string());
        }
        for (const json::value& report : value.at("criteria").as_array()) {
            out.criteria.push_back(report_from(report.as_object()));
        }
        return out;
    } catch (const std::exception& e) {
        return fail(ErrorKind::usage, std::string("not a judge's calibration: ") + e.what(),
                    "sosia judge calibrate writes one");
    }
}

StandingReport standing_of(const Suite& suite, const Judge& judge, const Calibration* calibration) {
    StandingReport out;
    const std::map<std::string, std::string> now = judge.pins();
    for (const Rubric& rubric : judge.rubrics()) {
        std::string why = calibration == nullptr ? "it is not calibrated" : objection(*calibration, now, rubric);
        if (why.empty() || suite.judge.gates) {
            out.standing.gating.insert(rubric.name);
        } else {
            out.advisory[rubric.name] = std::move(why);
        }
    }
    return out;
}

}  // namespace sosia::judge
