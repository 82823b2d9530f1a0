#include <algorithm>

#include <fmt/format.h>

#include "report/files.h"
#include "report/who_played.h"

namespace sosia::report {
using namespace analysis;
namespace {

std::string rate_cell(const Rate& rate) {
    return rate.n == 0 ? "n=0"
                       : fmt::format("{:.1f} % [{:.1f}, {:.1f}], n={}", 100 * rate.value, 100 * rate.low,
                                     100 * rate.high, rate.n);
}

const char* symbol(Verdict verdict) {
    return verdict == Verdict::passed ? "✅" : verdict == Verdict::failed ? "❌" : "⚠️";
}

std::string difference_cell(const FaultStats& f) {
    return f.with.n == 0 || f.without.n == 0 ? "-"
                                             : fmt::format("{:+.1f} points [{:+.1f}, {:+.1f}]", 100 * f.difference,
                                                           100 * f.difference_low, 100 * f.difference_high);
}

}  // namespace

std::string markdown(const RunMeta& meta, const Summary& s) {
    std::string out = fmt::format("## {} {}: {}\n\n{}\n\n", symbol(s.verdict), markdown_text(meta.suite),
                                  to_string(s.verdict), markdown_text(s.verdict_reason));
    out += "| conversations | passed | failed | invalid | pass rate (95 % interval) |\n|---:|---:|---:|---:|---|\n";
    out += fmt::format("| {} | {} | {} | {} | {} |\n", s.done, s.passed, s.failed, s.invalid, rate_cell(s.rate));
    if (!s.findings.empty()) {
        out += "\n### What failed\n\n| conversations | check | example | conversation |\n|---:|---|---|---|\n";
        for (const FindingGroup& g : s.findings) {
            const Example& e = g.examples.front();
            out += fmt::format("| {} | {} | turn {}: {} | `{}` |\n", g.conversations, markdown_text(g.check), e.turn,
                               markdown_text(e.detail), e.conversation);
        }
    }
    if (!s.invalid_examples.empty()) {
        out += fmt::format("\n{} invalid, for example `{}`: {}\n", s.invalid, s.invalid_examples.front().conversation,
                           markdown_text(s.invalid_examples.front().detail));
    }
    if (!s.faults.empty()) {
        out +=
            "\n### Faults of the world\n\n| fault | calls | pass rate with it | without it | difference (95 % "
            "interval) |\n"
            "|---|---:|---|---|---|\n";
        for (const FaultStats& f : s.faults) {
            out += fmt::format("| {}{} | {} | {} | {} | {} |\n", markdown_text(f.kind),
                               f.tool.empty() ? "" : " at " + markdown_text(f.tool), f.calls, rate_cell(f.with),
                               rate_cell(f.without), difference_cell(f));
        }
    }
    if (s.sensitivity) {
        out += sensitivity_markdown(*s.sensitivity);
    }
    if (s.reader) {
        out += reader_markdown(*s.reader);
    }
    out += "\n<details><summary>Slices</summary>\n\n| slice | pass rate (95 % interval) |\n|---|---|\n";
    for (const Slice& slice : s.slices) {
        out += fmt::format("| {} {} | {} |\n", markdown_text(slice.dimension), markdown_text(slice.value),
                           rate_cell(slice.rate));
    }
    return out + "\n</details>\n";
}

}  // namespace sosia::report
