#include <CLI/CLI.hpp>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "cli/models.h"
#include "cli/outcomes.h"
#include "cli/stored.h"
#include "domain/record_json.h"

namespace sosia::cli {
namespace json = boost::json;
namespace {

struct CalibrateFlags {
    std::string labels;
    std::string run = "latest";
    std::string out = "judge-calibration.json";
};

std::string number(std::optional<double> value) {
    return value ? fmt::format("{:.2f}", *value) : "-";
}

void print_rate(std::ostream& out, const char* name, double rate, std::size_t n, const stats::Interval& interval) {
    out << fmt::format("    {:<14} {:>5.1f} %   [{:.1f}, {:.1f}] of {}\n", name, 100 * rate, 100 * interval.low,
                       100 * interval.high, n);
}

void print_corrected(std::ostream& out, const judge::CriterionReport& r) {
    out << fmt::format("    pass rate      {:>5.1f} % of {} conversations, as the judge sees it\n", 100 * r.pass_rate,
                       r.judged);
    if (!r.corrected) {
        out << "    corrected      -   the judge is no better than chance, which cannot be corrected\n";
    } else if (r.corrected->contradiction) {
        out << "    corrected      -   the calibration contradicts the data: these labels and this pass rate cannot "
               "both be "
               "right\n";
    } else {
        out << fmt::format("    corrected      {:>5.1f} %   [{:.1f}, {:.1f}]\n", 100 * r.corrected->rate,
                           100 * r.corrected->interval.low, 100 * r.corrected->interval.high);
    }
}

void print_matrix(std::ostream& out, const stats::ConfusionMatrix& matrix, const std::vector<std::string>& names) {
    out << fmt::format("    {:<14}", "people \\ judge");
    for (const std::string& name : names) {
        out << fmt::format("{:>7}", name);
    }
    out << "\n";
    for (std::size_t i = 0; i < matrix.size(); ++i) {
        out << fmt::format("    {:<14}", names[i]);
        for (const double count : matrix[i]) {
            out << fmt::format("{:>7.0f}", count);
        }
        out << "\n";
    }
}

void print_report(std::ostream& out, const judge::CriterionReport& r) {
    out << fmt::format("{}, passes from {:.1f}: {} conversations rated by people and judge\n", r.criterion,
                       r.passes_from, r.labelled);
    print_matrix(out, r.pass_fail, {"fail", "pass"});
    out << fmt::format("    agreement      {:>5.1f} %   kappa {}, Gwet AC1 {:.2f}, Krippendorff alpha {}\n",
                       100 * r.agreement.raw, number(r.agreement.kappa), r.agreement.gwet_ac1, number(r.alpha));
    if (r.on_levels) {
        print_matrix(out, r.levels, {"1", "2", "3", "4", "5"});
        out << fmt::format("    on levels      {:>5.1f} %   kappa {}, quadratic weights {}\n", 100 * r.on_levels->raw,
                           number(r.on_levels->kappa), number(r.on_levels->kappa_quadratic));
    }
    if (r.alpha_people) {
        out << fmt::format("    people among themselves: alpha {}\n", number(r.alpha_people));
    }
    print_rate(out, "sensitivity", r.sensitivity, r.pass_labels, r.sensitivity_interval);
    print_rate(out, "specificity", r.specificity, r.fail_labels, r.specificity_interval);
    if (r.repeated > 0) {
        out << fmt::format("    flip rate      {:>5.1f} %   of {} conversations with several votes\n",
                           100 * static_cast<double>(r.flipped) / static_cast<double>(r.repeated), r.repeated);
    }
    print_corrected(out, r);
    out << (r.shortcoming.empty() ? "    may gate\n" : fmt::format("    advisory: {}\n", r.shortcoming));
}

// The conversations of a run that have opinions.
Result<std::vector<judge::JudgedConversation>> judged_in(storage::RunReader& reader, const std::string& run) {
    std::vector<judge::JudgedConversation> out;
    Result<void> fine;
    const Result<void> read = reader.records(run, [&](std::string_view record) {
        Result<Conversation> c = conversation_from_json(json::parse(json::string_view(record.data(), record.size())));
        if (!c) {
            fine = std::unexpected(c.error());
            return false;
        }
        if (!c->opinions.empty()) {
            out.push_back({.id = c->id, .opinions = std::move(c->opinions)});
        }
        return true;
    });
    if (!read || !fine) {
        return std::unexpected(read ? fine.error() : read.error());
    }
    return out;
}

// What judged the run: pinned when it began, not what the suite says today.
std::map<std::string, std::string> pins_of_run(const storage::RunInfo& run,
                                               const std::vector<judge::JudgedConversation>& judged) {
    std::map<std::string, std::string> out;
    if (const json::value* pins = run.spec.if_contains("pins"); pins != nullptr && pins->is_object()) {
        for (const auto& [name, value] : pins->as_object()) {
            const std::string_view pin(name.data(), name.size());
            if (value.is_string() && (pin.starts_with("rubric ") || pin == "judge prompts")) {
                out[std::string(pin)] = std::string(value.as_string());
            }
        }
    }
    out["judge model"] = judged.front().opinions.front().model;
    return out;
}

int calibrate_command(const Context& context, const CalibrateFlags& flags) {
    const Result<std::string> text = read_text_file(flags.labels);
    const Result<std::vector<judge::Label>> labels = text ? judge::read_labels(*text) : std::unexpected(text.error());
    if (!labels) {
        return report_error(context, labels.error());
    }
    std::optional<storage::Store> store = open_store(context, storage::Access::read_only);
    if (!store) {
        return exit_not_valid;
    }
    const Result<storage::RunInfo> run = find_run(*store->read, flags.run);
    if (!run) {
        return report_error(context, run.error());
    }
    const auto judged = judged_in(*store->read, run->id);
    if (!judged) {
        return report_error(context, judged.error());
    }
    if (judged->empty()) {
        return report_error(context,
                            Error{ErrorKind::usage, "no judge model has rated a conversation of run " + run->id,
                                  "run the suite with judge: { model: ... }, or judge a file: sosia judge FILE"});
    }
    std::optional<Suite> suite = suite_of_run(context, *run);
    const Result<std::vector<judge::Rubric>> rubrics = judge::rubrics_of(suite ? *suite : Suite{});
    if (!rubrics) {
        return report_error(context, rubrics.error());
    }
    judge::Calibration calibration{.pins = pins_of_run(*run, *judged),
                                   .criteria = judge::calibrate(*labels, *judged, *rubrics)};
    if (calibration.criteria.empty()) {
        return report_error(context, Error{ErrorKind::usage,
                                           fmt::format("none of {} labels is about what the judge rated in run {}",
                                                       labels->size(), run->id),
                                           "a label names a conversation's id and a criterion"});
    }
    for (const judge::CriterionReport& report : calibration.criteria) {
        print_report(context.out(), report);
    }
    if (const Result<void> written = write_text_file(flags.out, judge::to_text(calibration)); !written) {
        return report_error(context, written.error());
    }
    context.out() << fmt::format("written to {}; name it in sosia.yaml as judge: {{ calibration: ... }}\n", flags.out);
    return exit_passed;
}

}  // namespace

void add_judge_calibrate(CLI::App& judge, Context& context, int& exit_code) {
    auto flags = std::make_shared<CalibrateFlags>();
    CLI::App* command =
        judge.add_subcommand("calibrate", "How far the judge of a stored run agrees with people's labels");
    command->footer(
        "Examples:\n  sosia judge calibrate labels.csv\n  sosia judge calibrate labels.csv --run r019c --out "
        "judge.json");
    command
        ->add_option("labels", flags->labels, "CSV with the columns conversation, criterion, label and perhaps rater")
        ->required()
        ->type_name("FILE");
    command->add_option("--run", flags->run, "whose opinions are held against the labels")
        ->type_name("RUN")
        ->capture_default_str();
    command->add_option("--out", flags->out, "where the calibration is written")
        ->type_name("FILE")
        ->capture_default_str();
    command->callback([flags, &context, &exit_code] { exit_code = calibrate_command(context, *flags); });
}

}  // namespace sosia::cli
