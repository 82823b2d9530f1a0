#include "report/who_played.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "report/ansi.h"
#include "report/files.h"

namespace sosia::report {
using namespace analysis;
namespace {

constexpr std::size_t most_names = 3;  // of a list in one line
constexpr std::size_t most_cells = 8;

std::string rate_text(const Rate& rate) {
    return rate.n == 0 ? "n=0"
                       : fmt::format("{:.1f} % [{:.1f}, {:.1f}], n={}", 100 * rate.value, 100 * rate.low,
                                     100 * rate.high, rate.n);
}

std::string kappa_text(const std::optional<double>& kappa) {
    return kappa ? fmt::format("kappa {:.2f}", *kappa) : std::string("no kappa (nothing varies)");
}

std::string player_line(const PlayerStats& p) {
    std::string out = fmt::format("{} passed; {} invalid; {:.1f} user turns on average", rate_text(p.rate), p.invalid,
                                  p.mean_user_turns);
    if (p.repeated_pairs > 0) {
        out += fmt::format("; two runs of a cell differ in {} of {} pairs", p.repeated_discordant, p.repeated_pairs);
    }
    return out;
}

// "5 of 24 cells get another verdict ..."
std::string verdict_line(const Contrast& c) {
    return fmt::format("the verdict of {} of {} cells depends on who plays ({:.1f} % [{:.1f}, {:.1f}], exact)",
                       c.cells.passed, c.cells.n, 100 * c.cells.value, 100 * c.cells.low, 100 * c.cells.high);
}

std::string pair_line(const Contrast& c, const std::string& first) {
    std::string out = fmt::format(
        "{} pairs, {} discordant ({:.1f} % [{:.1f}, {:.1f}], exact): {} passed only with {}, "
        "{} only with {}",
        c.n, c.only_first + c.only_other, 100 * c.discordant.value, 100 * c.discordant.low, 100 * c.discordant.high,
        c.only_first, first, c.only_other, c.other);
    return out + (c.left_out > 0 ? fmt::format("; {} left out as invalid", c.left_out) : "");
}

std::string difference_line(const Contrast& c) {
    return fmt::format("difference {:+.1f} points [{:+.1f}, {:+.1f}], McNemar p = {:.3f}; agreement: {}, AC1 {:.2f}",
                       100 * c.difference, 100 * c.difference_low, 100 * c.difference_high, c.p, kappa_text(c.kappa),
                       c.ac1);
}

std::string names_of(const std::vector<Shift>& shifts) {
    std::string out;
    for (std::size_t i = 0; i < std::min(shifts.size(), most_names); ++i) {
        out += fmt::format("{}{} ({} of {})", i == 0 ? "" : ", ", shifts[i].name, shifts[i].discordant(), shifts[i].n);
    }
    return out + (shifts.size() > most_names ? fmt::format(" and {} more", shifts.size() - most_names) : "");
}

std::vector<std::string> sensitive_lines(const Contrast& c) {
    std::vector<std::string> out;
    for (const auto& [what, shifts] :
         {std::pair{"checks that fail with one of them only", &c.checks}, std::pair{"scenarios", &c.scenarios},
          std::pair{"personas", &c.personas}, std::pair{"adversaries", &c.adversaries}}) {
        if (!shifts->empty()) {
            out.push_back(fmt::format("{}: {}", what, names_of(*shifts)));
        }
    }
    return out;
}

std::string cell_name(const Cell& cell) {
    const std::string text = to_string(cell);
    return text.substr(0, text.rfind('#'));
}

}  // namespace

std::string sensitivity_text(const Sensitivity& s, const Look& look) {
    const std::string first = s.players.front().name;
    std::string out = "\n" + paint("Who plays the user", Ink::bold, look.color) + " (" + safe(first) +
                      " decides; the others are shown beside it)\n";
    for (const PlayerStats& p : s.players) {
        out += "  " + safe(p.name) + "  " + player_line(p) + "\n";
    }
    for (const Contrast& c : s.contrasts) {
        out += "\n  " + paint(safe(c.other), Ink::bold, look.color) + " beside " + safe(first) + "\n";
        std::vector<std::string> lines{verdict_line(c), pair_line(c, first), difference_line(c)};
        std::ranges::move(sensitive_lines(c), std::back_inserter(lines));
        for (const std::string& line : lines) {
            out += "    " + safe(line) + "\n";
        }
        for (std::size_t i = 0; i < std::min(c.dependent.size(), most_cells); ++i) {
            const DependentCell& cell = c.dependent[i];
            out += safe(fmt::format("    {}  {} of {} passed, with {} {} of {}; sosia show {}, sosia show {}\n",
                                    cell_name(cell.cell), cell.passed_first, cell.n, c.other, cell.passed_other, cell.n,
                                    cell.first, cell.other));
        }
        if (c.cells.passed > most_cells) {
            out += fmt::format("    {} more cells in run.json\n", c.cells.passed - most_cells);
        }
    }
    return out;
}

std::string sensitivity_markdown(const Sensitivity& s) {
    const std::string first = s.players.front().name;
    std::string out = fmt::format(
        "\n### Who plays the user\n\n{} decides; the others are shown beside it.\n\n| user | pass rate (95 % interval) "
        "| "
        "invalid |\n|---|---|---:|\n",
        markdown_text(first));
    for (const PlayerStats& p : s.players) {
        out += fmt::format("| {} | {} | {} |\n", markdown_text(p.name), rate_text(p.rate), p.invalid);
    }
    for (const Contrast& c : s.contrasts) {
        out += fmt::format("\n**{} beside {}**\n\n", markdown_text(c.other), markdown_text(first));
        std::vector<std::string> lines{verdict_line(c), pair_line(c, first), difference_line(c)};
        std::ranges::move(sensitive_lines(c), std::back_inserter(lines));
        for (const std::string& line : lines) {
            out += "- " + markdown_text(line) + "\n";
        }
        if (!c.dependent.empty()) {
            out += fmt::format("\n| cell | {} | {} | conversations |\n|---|---|---|---|\n", markdown_text(first),
                               markdown_text(c.other));
        }
        for (std::size_t i = 0; i < std::min(c.dependent.size(), most_cells); ++i) {
            const DependentCell& cell = c.dependent[i];
            out += fmt::format("| {} | {} of {} | {} of {} | `{}` `{}` |\n", markdown_text(cell_name(cell.cell)),
                               cell.passed_first, cell.n, cell.passed_other, cell.n, cell.first, cell.other);
        }
    }
    return out;
}

namespace {

std::string reader_line(const ReaderStats& r) {
    std::string out = fmt::format("{} agent turns read by a model", r.turns);
    if (r.turns > 0) {
        out += fmt::format(", the same acts as the rules in {} ({:.1f} %); over all acts {}", r.same,
                           100 * static_cast<double>(r.same) / static_cast<double>(r.turns), kappa_text(r.kappa));
    }
    return out;
}

std::string fallback_line(const ReaderStats& r) {
    return fmt::format("in {} further turns the rules read, because the model did not: {}", r.fell_back,
                       r.faults.empty() ? "" : r.faults.front());
}

// The acts on which both differ most first.
std::vector<ActAgreement> most_different(std::vector<ActAgreement> acts) {
    const auto apart = [](const ActAgreement& a) { return a.only_model + a.only_rules; };
    std::ranges::sort(acts, [&](const ActAgreement& a, const ActAgreement& b) {
        return apart(a) != apart(b) ? apart(a) > apart(b) : a.act < b.act;
    });
    return acts;
}

}  // namespace

std::string reader_text(const ReaderStats& r, const Look& look) {
    std::string out = "\n" + paint("Who reads the agent", Ink::bold, look.color) + " (checks always go by the rules)\n";
    out += "  " + reader_line(r) + "\n";
    if (r.fell_back > 0) {
        out += "  " + safe(fallback_line(r)) + "\n";
    }
    for (const ActAgreement& act : most_different(r.acts)) {
        out += fmt::format("  {:<14} both {:>4}  only the model {:>4}  only the rules {:>4}  {}\n", safe(act.act),
                           act.both, act.only_model, act.only_rules, kappa_text(act.kappa));
    }
    return out;
}

std::string reader_markdown(const ReaderStats& r) {
    std::string out = "\n### Who reads the agent\n\n" + markdown_text(reader_line(r)) + "\n";
    if (r.fell_back > 0) {
        out += "\n" + markdown_text(fallback_line(r)) + "\n";
    }
    out += "\n| act | both | only the model | only the rules | kappa |\n|---|---:|---:|---:|---:|\n";
    for (const ActAgreement& act : most_different(r.acts)) {
        out += fmt::format("| {} | {} | {} | {} | {} |\n", markdown_text(act.act), act.both, act.only_model,
                           act.only_rules, act.kappa ? fmt::format("{:.2f}", *act.kappa) : "-");
    }
    return out;
}

}  // namespace sosia::report
