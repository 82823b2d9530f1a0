#include "cli/compare_options.h"

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "report/comparison.h"

namespace sosia::cli {

void add_compare_options(CLI::App& command, CompareFlags& flags) {
    analysis::CompareOptions& o = flags.options;
    add_folder_option(command, flags.folder);
    flags.is_given = [&command](const char* option) { return command.count(option) > 0; };
    command.add_option("--alpha", o.thresholds.alpha, "most chance of calling an unchanged agent worse")
        ->check(CLI::Range(1e-6, 0.49))
        ->capture_default_str();
    command.add_option("--warn", o.thresholds.warn_alpha, "a loss with at most this chance is a warning")
        ->check(CLI::Range(1e-6, 0.49))
        ->capture_default_str();
    command.add_option("--margin", o.thresholds.margin, "the loss that must be ruled out, as a share (0.05: 5 points)")
        ->check(CLI::Range(0.001, 0.9))
        ->capture_default_str();
    command.add_option("--score-margin", o.thresholds.score_margin, "the same for scores from 1 to 5")
        ->check(CLI::Range(0.001, 4.0))
        ->capture_default_str();
    command
        .add_option("--pass-alpha", o.thresholds.pass_alpha,
                    "most chance of calling \"not worse\" what lost the margin")
        ->check(CLI::Range(1e-6, 0.49))
        ->capture_default_str();
    command.add_option("--power", o.thresholds.power, "how often the smallest loss said to be seen would be seen")
        ->check(CLI::Range(0.01, 0.99))
        ->capture_default_str();
    command.add_option("--least-loss", o.thresholds.least_loss, "a smaller loss never fails, however sure it is")
        ->check(CLI::Range(0.0, 1.0));
    command.add_option(
        "--gate-by", o.gate_by,
        "what gates beside the pass rate: score, check, check=NAME, adversary.family, category=NAME, ...");
    command.add_option("--most-invalid", o.most_invalid, "largest share of invalid conversations")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command.add_flag("--force", o.force, "compare although parts differ; the report says so");
    command.add_flag("--json", flags.json, "print the comparison as JSON");
    command.add_flag("--all", flags.all, "every slice and every changed cell");
    command.add_flag("--annotations", flags.annotations, "print newly failing cells as GitHub Actions annotations");
    command.add_option("--markdown", flags.markdown, "also write it as Markdown to this file");
}

void apply_gate(const GateSpec& gate, CompareFlags& flags) {
    const CompareSpec& spec = gate.compare;
    analysis::CompareOptions& o = flags.options;
    const auto take = [&flags](const char* option, const std::optional<double>& from, double& to) {
        to = from && !flags.is_given(option) ? *from : to;
    };
    take("--alpha", spec.alpha, o.thresholds.alpha);
    take("--warn", spec.warn, o.thresholds.warn_alpha);
    take("--margin", spec.margin, o.thresholds.margin);
    take("--score-margin", spec.score_margin, o.thresholds.score_margin);
    take("--pass-alpha", spec.pass_alpha, o.thresholds.pass_alpha);
    take("--power", spec.power, o.thresholds.power);
    take("--least-loss", spec.least_loss, o.thresholds.least_loss);
    take("--most-invalid", spec.most_invalid, o.most_invalid);
    if (!flags.is_given("--gate-by")) {
        o.gate_by = spec.by;
    }
}

Result<void> complete(const Context& context, CompareFlags& flags) {
    Result<std::vector<analysis::FlakyMark>> marks = read_flaky(flags.folder);
    if (!marks) {
        return std::unexpected(marks.error());
    }
    flags.options.flaky = std::move(*marks);
    flags.options.today = date(*context.process.clock);
    return {};
}

int report_comparison(const Context& context, const CompareFlags& flags, const analysis::Comparison& c) {
    if (flags.json) {
        context.out() << boost::json::serialize(report::comparison_json(c)) << "\n";
    } else {
        report::Look look = context.look();
        look.all_slices = flags.all;
        context.out() << report::comparison_text(c, look);
    }
    if (flags.annotations) {
        context.out() << report::comparison_annotations(c);
    }
    if (!flags.markdown.empty()) {
        if (const Result<void> written = write_text_file(flags.markdown, report::comparison_markdown(c)); !written) {
            return report_error(context, written.error());
        }
    }
    if (!c.valid) {
        return exit_not_valid;
    }
    return c.answer == analysis::Answer::not_worse   ? exit_passed
           : c.answer == analysis::Answer::regressed ? exit_failed
                                                     : exit_undecided;
}

}  // namespace sosia::cli
