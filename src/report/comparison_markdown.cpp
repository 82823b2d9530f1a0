#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "report/comparison.h"
#include "report/files.h"

namespace sosia::report {
using namespace analysis;
namespace {

constexpr std::size_t most_cells = 20;

const char* symbol(const Comparison& c) {
    return c.answer == Answer::not_worse ? "✅" : c.answer == Answer::regressed ? "❌" : "⚠️";
}

std::string value_text(const Difference& d, double value) {
    return d.is_rate ? fmt::format("{:.1f} %", 100 * value) : fmt::format("{:.2f}", value);
}

std::string change_text(const Difference& d) {
    return d.is_rate
               ? fmt::format("{:+.1f} [{:+.1f}, {:+.1f}]", 100 * d.change, 100 * d.interval.low, 100 * d.interval.high)
               : fmt::format("{:+.2f} [{:+.2f}, {:+.2f}]", d.change, d.interval.low, d.interval.high);
}

std::string row(const Difference& d) {
    return fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", markdown_text(name_of(d)), value_text(d, d.before),
                       value_text(d, d.after), change_text(d), d.lost, d.gained, to_string(d.answer));
}

std::string cell_name(const Cell& cell) {
    const std::string text = to_string(cell);
    return text.substr(0, text.rfind('#'));
}

void add_cells(const char* title, const std::vector<CellChange>& cells, std::string& out) {
    if (cells.empty()) {
        return;
    }
    out += fmt::format("\n### {} ({})\n\n| cell | before | now | checks | conversation |\n|---|---:|---:|---|---|\n",
                       title, cells.size());
    for (std::size_t i = 0; i < std::min(most_cells, cells.size()); ++i) {
        const CellChange& c = cells[i];
        out +=
            fmt::format("| {}{} | {}/{} | {}/{} | {} | {} |\n", markdown_text(cell_name(c.cell)),
                        c.flaky ? " (marked flaky)" : "", c.before_passed, c.before_n, c.after_passed, c.after_n,
                        markdown_text(join(c.checks, " ")), c.conversation.empty() ? "" : "`" + c.conversation + "`");
    }
    if (cells.size() > most_cells) {
        out += fmt::format("\nand {} more\n", cells.size() - most_cells);
    }
}

// What may stand in a workflow command: its own marks are written as percent codes.
std::string workflow_text(std::string_view text) {
    std::string out = replace_all(std::string(text), "%", "%25");
    out = replace_all(std::move(out), "\r", "%0D");
    return replace_all(std::move(out), "\n", "%0A");
}

std::string workflow_property(std::string_view text) {
    return replace_all(replace_all(workflow_text(text), ":", "%3A"), ",", "%2C");
}

}  // namespace

std::string comparison_markdown(const Comparison& c) {
    std::string out = fmt::format("## {} {}\n\n{}\n\n{} → {}: {} cells, {} conversations paired\n\n", symbol(c),
                                  c.valid ? to_string(c.answer) : "not valid", markdown_text(c.reason),
                                  markdown_text(c.before), markdown_text(c.after), c.overall.cells, c.overall.pairs);
    if (!c.forced.empty()) {
        out += fmt::format("**Forced**: the two differ in {}.\n\n", markdown_text(join(c.forced, ", ")));
    }
    out += "| | before | after | change [95 %] | lost | gained | |\n|---|---:|---:|---|---:|---:|---|\n";
    for (const Difference& d : c.gating) {
        out += row(d);
    }
    if (c.score && !c.score->gates) {
        out += row(*c.score);
    }
    constexpr double false_discoveries = 0.05;
    for (const Difference* d : telling(c, false_discoveries)) {
        out += row(*d);
    }
    out += fmt::format("\nSmallest loss these conversations would have shown: {:.1f} points{}.\n",
                       100 * c.overall.detectable,
                       c.overall.more ? fmt::format("; about {} more would decide", *c.overall.more) : "");
    add_cells("Newly failing", c.newly_failing, out);
    add_cells("Newly passing", c.newly_passing, out);
    if (c.flaky.marked > 0) {
        out += fmt::format("\n{} cells marked flaky, {} of them failed.\n", c.flaky.marked, c.flaky.failing);
    }
    return out;
}

std::string comparison_annotations(const Comparison& c) {
    constexpr std::size_t most = 10;  // GitHub shows no more of a kind per step
    std::string out;
    const char* level = c.answer == Answer::regressed ? "error" : "warning";
    for (std::size_t i = 0; i < std::min(most, c.newly_failing.size()); ++i) {
        const CellChange& cell = c.newly_failing[i];
        out += fmt::format("::{} title={}::{} of {} passed, before {} of {}; failed {}; sosia show {}\n", level,
                           workflow_property(cell_name(cell.cell)), cell.after_passed, cell.after_n, cell.before_passed,
                           cell.before_n, workflow_text(join(cell.checks, " ")), workflow_text(cell.conversation));
    }
    for (std::size_t i = 0; i < std::min(most, c.flaky.expired.size()); ++i) {
        out +=
            fmt::format("::error title={}::marked flaky, failing, and the mark has expired: mend it or mark it anew\n",
                        workflow_property(c.flaky.expired[i]));
    }
    if (c.flaky.marked > 0) {
        out += fmt::format(
            "::notice title=flaky cells::{} marked, {} of them failing{}\n", c.flaky.marked, c.flaky.failing,
            c.flaky.next_expiry.empty() ? "" : "; next mark expires " + workflow_text(c.flaky.next_expiry));
    }
    return out;
}

}  // namespace sosia::report
