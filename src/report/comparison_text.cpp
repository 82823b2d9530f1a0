#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "report/ansi.h"
#include "report/comparison.h"

namespace sosia::report {
using namespace analysis;
namespace {

constexpr std::size_t most_rows = 8;
constexpr double false_discoveries = 0.05;

Ink ink_of(Answer answer) {
    return answer == Answer::not_worse ? Ink::green : answer == Answer::regressed ? Ink::red : Ink::yellow;
}

std::string headline(const Comparison& c) {
    return !c.valid                        ? "NOT VALID"
           : c.answer == Answer::regressed ? "REGRESSED"
           : c.answer == Answer::not_worse ? "NOT WORSE"
                                           : "UNDECIDED";
}

std::string version(const std::string& agent) {
    return agent.empty() ? "" : " (agent " + agent + ")";
}

std::string value_text(const Difference& d, double value) {
    return d.is_rate ? fmt::format("{:.1f} %", 100 * value) : fmt::format("{:.2f}", value);
}

std::string change_text(const Difference& d) {
    return d.is_rate
               ? fmt::format("{:+.1f} [{:+.1f}, {:+.1f}]", 100 * d.change, 100 * d.interval.low, 100 * d.interval.high)
               : fmt::format("{:+.2f} [{:+.2f}, {:+.2f}]", d.change, d.interval.low, d.interval.high);
}

std::string row(const Difference& d, std::size_t width) {
    return fmt::format("  {:<{}}  {:>8} {:>8}  {:<24} {:>5} {:>6}  {}\n", safe(name_of(d)), width,
                       value_text(d, d.before), value_text(d, d.after), change_text(d), d.lost, d.gained,
                       to_string(d.answer));
}

std::size_t width_of(const std::vector<const Difference*>& rows) {
    std::size_t width = 9;
    for (const Difference* d : rows) {
        width = std::max(width, name_of(*d).size());
    }
    return width;
}

void add_rows(const std::vector<const Difference*>& rows, std::string& out) {
    const std::size_t width = width_of(rows);
    out += fmt::format("  {:<{}}  {:>8} {:>8}  {:<24} {:>5} {:>6}\n", "", width, "before", "after", "change [95 %]",
                       "lost", "gained");
    for (const Difference* d : rows) {
        out += row(*d, width);
    }
}

void add_header(const Comparison& c, const Look& look, std::string& out) {
    out += paint(headline(c), ink_of(c.answer), look.color) + "  " + safe(c.reason) + "\n";
    out += fmt::format("{}{} -> {}{}: {} cells, {} conversations paired\n", c.before, version(c.before_agent), c.after,
                       version(c.after_agent), c.overall.cells, c.overall.pairs);
    if (!c.forced.empty()) {
        out += paint("forced: the two differ in " + join(c.forced, ", ") + ", so this compares more than the agent",
                     Ink::yellow, look.color) +
               "\n";
    }
    if (c.only_before > 0) {
        out += paint(fmt::format("{} cells of {} were not run this time and are not compared", c.only_before, c.before),
                     Ink::yellow, look.color) +
               "\n";
    }
    if (c.only_after > 0) {
        out += fmt::format("{} cells are new and are not compared\n", c.only_after);
    }
}

// What these conversations could have told, and what would tell more.
void add_power(const Comparison& c, const Look& look, std::string& out) {
    const Difference& d = c.overall;
    if (c.sequential) {
        out += paint("  stopped as soon as it was decided: answer and evidence above hold, intervals only describe",
                     Ink::dim, look.color) +
               "\n";
        return;
    }
    out +=
        paint(fmt::format("  p = {:.3g} (two-sided); smallest loss these conversations would have shown: {:.1f} points",
                          d.p, 100 * d.detectable),
              Ink::dim, look.color) +
        "\n";
    if (c.answer == Answer::undecided && d.answer == Answer::undecided && c.valid) {
        out += d.more ? fmt::format("  about {} more conversations would decide: raise --runs on both sides\n", *d.more)
                      : "  more conversations of these cells would not decide; the change lies too near the margin\n";
    }
}

void add_gating(const Comparison& c, const Look& look, std::string& out) {
    std::vector<const Difference*> rows;
    for (const Difference& d : c.gating) {
        rows.push_back(&d);
    }
    if (c.score && !c.score->gates) {
        rows.push_back(&*c.score);
    }
    out += "\n";
    add_rows(rows, out);
    if (c.as_failures) {
        out += fmt::format("  with {} invalid conversations before and {} now as failures: {} points\n",
                           c.before_invalid, c.after_invalid, change_text(*c.as_failures));
    }
    add_power(c, look, out);
    if (c.answer != Answer::regressed && std::ranges::any_of(c.gating, &Difference::warning)) {
        out += paint(fmt::format("  warning: a loss this large has a chance of at most {:.0f} % when nothing changed",
                                 100 * c.thresholds.warn_alpha),
                     Ink::yellow, look.color) +
               "\n";
    }
}

void add_telling(const Comparison& c, const Look& look, std::string& out) {
    std::vector<const Difference*> rows = telling(c, look.all_slices ? 1.0 : false_discoveries);
    if (rows.empty()) {
        return;
    }
    out += "\n" + paint(look.all_slices ? "Every slice" : "Where it changed", Ink::bold, look.color) +
           fmt::format(" (exploratory: of {} looked at, at most {:.0f} % of those listed by chance)\n",
                       c.slices.size() + c.checks.size() + c.criteria.size(), 100 * false_discoveries);
    if (!look.all_slices) {
        rows.resize(std::min(rows.size(), most_rows));
    }
    add_rows(rows, out);
}

void add_cells(const std::string& title, const std::vector<CellChange>& cells, Ink ink, const Look& look,
               std::string& out) {
    if (cells.empty()) {
        return;
    }
    out += "\n" + paint(title, Ink::bold, look.color) +
           fmt::format(": {} cell{}\n", cells.size(), cells.size() == 1 ? "" : "s");
    const std::size_t most = look.all_slices ? cells.size() : most_rows;
    for (std::size_t i = 0; i < std::min(most, cells.size()); ++i) {
        const CellChange& c = cells[i];
        const std::string cell = to_string(c.cell);
        out += fmt::format("  {}  {}/{} -> {}/{}  ", safe(cell.substr(0, cell.rfind('#'))), c.before_passed, c.before_n,
                           c.after_passed, c.after_n);
        out += paint(join(c.checks, " "), ink, look.color) + (c.flaky ? "  (marked flaky)" : "");
        out += c.conversation.empty() ? "\n" : paint("  sosia show " + c.conversation, Ink::dim, look.color) + "\n";
    }
    if (cells.size() > most) {
        out += fmt::format("  and {} more; --all lists them\n", cells.size() - most);
    }
}

void add_flaky(const Comparison& c, std::string& out) {
    if (c.flaky.marked > 0) {
        out += fmt::format("\n{} cells are marked flaky, {} of them failed{}; they count like all others\n",
                           c.flaky.marked, c.flaky.failing,
                           c.flaky.next_expiry.empty() ? "" : ", next mark expires " + c.flaky.next_expiry);
    }
    for (const std::string& cell : c.flaky.expired) {
        out += "  the mark on " + safe(cell) + " has expired and it fails\n";
    }
}

void add_noise(const Comparison& c, std::string& out) {
    if (c.noise.cells > 0) {
        out += fmt::format(
            "\nnoise: in {} of {} repeated cells the runs of one side did not all end alike; variance within cells "
            "{:.3f}, between them {:.3f}\n",
            c.noise.unequal, c.noise.cells, c.noise.within, c.noise.between);
    }
    if (c.noise.paired > 0) {
        out += fmt::format(
            "  within cells: the simulated user's chance {:.3f}, the agent's {:.3f} ({} cells with paired "
            "repetitions)\n",
            c.noise.user, c.noise.agent, c.noise.paired);
    }
    if (c.noise.same_conversations > 0) {
        out += fmt::format("  the judge, on {} conversations that are the same on both sides: {:.4f} (of {:.3f})\n",
                           c.noise.same_conversations, c.noise.judge, c.noise.score_within);
    }
}

}  // namespace

std::string name_of(const Difference& d) {
    return d.dimension.empty() ? "pass rate" : d.value.empty() ? d.dimension : d.dimension + " " + d.value;
}

std::vector<const Difference*> telling(const Comparison& c, double level) {
    std::vector<const Difference*> out;
    for (const std::vector<Difference>* list : {&c.slices, &c.checks, &c.criteria}) {
        for (const Difference& d : *list) {
            if (!d.gates && (d.p_adjusted <= level)) {
                out.push_back(&d);
            }
        }
    }
    std::ranges::sort(out, [](const Difference* a, const Difference* b) {
        return std::tuple(a->change > 0, a->p, a->dimension, a->value) <
               std::tuple(b->change > 0, b->p, b->dimension, b->value);
    });
    return out;
}

std::string comparison_text(const Comparison& c, const Look& look) {
    std::string out;
    add_header(c, look, out);
    add_gating(c, look, out);
    add_telling(c, look, out);
    add_cells("Newly failing", c.newly_failing, Ink::red, look, out);
    add_cells("Newly passing", c.newly_passing, Ink::green, look, out);
    if (look.all_slices || c.newly_failing.empty()) {
        add_cells("Worst conversations", c.worst, Ink::red, look, out);
    }
    add_flaky(c, out);
    add_noise(c, out);
    return out;
}

}  // namespace sosia::report
