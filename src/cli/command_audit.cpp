#include <CLI/CLI.hpp>

#include <algorithm>

#include <fmt/format.h>

#include "analysis/pass_table.h"
#include "cli/outcomes.h"

namespace sosia::cli {
namespace {

std::string line_of(const analysis::PassRow& row) {
    const analysis::PassAudit result = analysis::audit(row);
    if (result.fits) {
        return fmt::format("fits          {}: tasks with 0..{} passes: {}\n", row.name, row.pass_hat.size(),
                           fmt::join(result.counts, " "));
    }
    return fmt::format("does not fit  {}: solves to {:.2f} tasks with 0..{} passes\n", row.name,
                       fmt::join(result.solution, " "), row.pass_hat.size());
}

int passk_command(const Context& context, const std::string& file) {
    const Result<std::string> text = read_text_file(file);
    const Result<std::vector<analysis::PassRow>> rows =
        text ? analysis::pass_rows_from_csv(*text) : std::unexpected(text.error());
    if (!rows) {
        return report_error(context, rows.error());
    }
    std::size_t wrong = 0;
    for (const analysis::PassRow& row : *rows) {
        wrong += analysis::audit(row).fits ? 0U : 1U;
        context.out() << line_of(row);
    }
    context.out() << fmt::format("{} of {} rows fit whole numbers of passes\n", rows->size() - wrong, rows->size());
    return wrong == 0 ? exit_passed : exit_failed;
}

}  // namespace

void add_audit(CLI::App& app, Context& context, int& exit_code) {
    auto file = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("audit", "Check published numbers");
    command->require_subcommand(1);
    command->footer("Example:\n  sosia audit passk table.csv     # name,tasks,pass^1,pass^2,...");
    CLI::App* passk = command->add_subcommand("passk", "Can a pass^1..k table have come from runs at all?");
    passk->add_option("table", *file, "CSV with a header: name,tasks,pass^1,pass^2,...")->required();
    passk->callback([file, &context, &exit_code] { exit_code = passk_command(context, *file); });
}

}  // namespace sosia::cli
