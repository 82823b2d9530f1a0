#include "report/terminal.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "report/ansi.h"
#include "report/who_played.h"

namespace sosia::report {
using namespace analysis;
namespace {

std::string percent(double value) {
    return fmt::format("{:.1f} %", 100 * value);
}

std::string rate_text(const Rate& rate) {
    if (rate.n == 0) {
        return "n=0";
    }
    return fmt::format("{} [{:.1f}, {:.1f}], n={}", percent(rate.value), 100 * rate.low, 100 * rate.high, rate.n);
}

std::string duration_text(std::int64_t ms) {
    if (ms < 10'000) {
        return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000);
    }
    const std::int64_t s = ms / 1000;
    return s < 120 ? fmt::format("{} s", s) : fmt::format("{} min {} s", s / 60, s % 60);
}

Ink ink_of(Verdict verdict) {
    return verdict == Verdict::passed ? Ink::green : verdict == Verdict::failed ? Ink::red : Ink::yellow;
}

std::string shout(Verdict verdict) {
    std::string word(to_string(verdict));
    std::ranges::transform(word, word.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return word;
}

void add_header(const RunMeta& meta, const Summary& s, const Look& look, std::string& out) {
    out += paint(shout(s.verdict), ink_of(s.verdict), look.color) + "  " + safe(s.verdict_reason) + "\n";
    out += fmt::format("{} conversations in {}: {} passed, {} failed, {} invalid{}\n", s.done,
                       duration_text(meta.duration_ms), s.passed, s.failed, s.invalid,
                       s.sensitivity ? ", played by " + safe(s.sensitivity->players.front().name) : "");
    out += "pass rate " + rate_text(s.rate);
    if (s.invalid > 0) {
        out += "; with invalid ones as failures " + rate_text(s.rate_invalid_failed);
    }
    out += "\n";
    if (s.rate.n > 0 && s.rate.n < 10) {
        out += paint(fmt::format("only {} conversation{}: the interval says how little that tells\n", s.rate.n,
                                 s.rate.n == 1 ? "" : "s"),
                     Ink::dim, look.color);
    }
}

std::string most_common(const std::map<std::string, std::uint64_t>& counts) {
    const auto best = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
    return best == counts.end() ? "" : fmt::format("{} ({})", best->first, best->second);
}

void add_findings(const Summary& s, const Look& look, std::string& out) {
    if (s.findings.empty()) {
        return;
    }
    out += "\n" + paint("What failed", Ink::bold, look.color) + " (by the check that explains it best, worst first)\n";
    for (const FindingGroup& g : s.findings) {
        out += fmt::format("  {:>5}  ", g.conversations) + paint(g.check, Ink::red, look.color);
        out += (g.category.empty() ? "" : "  " + g.category) +
               paint("  most in " + most_common(g.by_scenario) + ", with " + most_common(g.by_adversary), Ink::dim,
                     look.color) +
               "\n";
        const Example& e = g.examples.front();
        const std::string where = e.turn == 0 ? "" : fmt::format("turn {}: ", e.turn);
        for (const std::string& line : wrap(where + e.detail, look.width - 9)) {
            out += "         " + safe(line) + "\n";
        }
        if (!e.quote.empty()) {
            out += "         " +
                   paint("\"" + shorten(e.quote, static_cast<std::size_t>(look.width - 13)) + "\"", Ink::cyan,
                         look.color) +
                   "\n";
        }
        out += "         sosia show " + e.conversation + "\n";
    }
}

void add_invalid(const Summary& s, const Look& look, std::string& out) {
    if (s.invalid_examples.empty()) {
        return;
    }
    out += "\n" + paint("Invalid", Ink::bold, look.color) + " (errors: neither passed nor failed)";
    for (const auto& [fault, count] : s.invalid_by) {
        out += fmt::format("  {}: {}", fault, count);
    }
    out += "\n";
    const Example& e = s.invalid_examples.front();
    out += "         " + safe(shorten(e.detail, 300)) + "\n         sosia show " + e.conversation + "\n";
}

void add_slices(const Summary& s, const Look& look, std::string& out) {
    constexpr std::size_t most = 10;
    std::vector<const Slice*> slices;
    for (const Slice& slice : s.slices) {
        const bool telling = look.all_slices || (slice.rate.n > 0 && slice.rate.value < s.rate.value);
        if (telling) {
            slices.push_back(&slice);
        }
    }
    if (slices.empty()) {
        return;
    }
    if (!look.all_slices) {
        // The weakest by what the interval allows at best, so that a slice of one does not lead.
        std::ranges::sort(slices, [](const Slice* a, const Slice* b) {
            return std::tie(a->rate.high, a->dimension, a->value) < std::tie(b->rate.high, b->dimension, b->value);
        });
        slices.resize(std::min(slices.size(), most));
    }
    out += "\n" + paint(look.all_slices ? "Slices" : "Weakest slices", Ink::bold, look.color) +
           " (pass rate with 95 % interval)\n";
    std::size_t widest = 0;
    for (const Slice* slice : slices) {
        widest = std::max(widest, slice->dimension.size() + slice->value.size() + 1);
    }
    for (const Slice* slice : slices) {
        out +=
            fmt::format("  {:<{}}  {}\n", safe(slice->dimension + " " + slice->value), widest, rate_text(slice->rate));
    }
}

// How passing depends on what the world put in the agent's way.
void add_faults(const Summary& s, const Look& look, std::string& out) {
    if (s.faults.empty()) {
        return;
    }
    out +=
        "\n" + paint("Faults of the world", Ink::bold, look.color) + " (pass rate with and without, 95 % interval)\n";
    for (const FaultStats& f : s.faults) {
        const std::string name = f.kind + (f.tool.empty() ? "" : " at " + f.tool);
        out += fmt::format("  {}, {} calls\n    with     {}\n    without  {}\n", safe(name), f.calls, rate_text(f.with),
                           rate_text(f.without));
        if (f.with.n > 0 && f.without.n > 0) {
            out += fmt::format("    difference {:+.1f} points [{:+.1f}, {:+.1f}]\n", 100 * f.difference,
                               100 * f.difference_low, 100 * f.difference_high);
        }
    }
}

void add_models(const Summary& s, std::string& out) {
    for (const auto& [criterion, o] : s.opinions) {
        const std::string level = o.given == 0 ? "not rated" : fmt::format("{:.2f} of 5", o.mean());
        out += fmt::format("{} {} in the opinion of {}{}; {} rated, {} unsure, {} without a usable answer\n",
                           safe(criterion), level, safe(o.model), o.gates ? "" : ", which does not count", o.given,
                           o.unsure, o.missing);
    }
    for (const auto& [role, use] : s.model_use) {
        out += fmt::format("{} model: {} calls, {} tokens in, {} out", role, use.calls, use.input_tokens,
                           use.output_tokens);
        out += use.cost_usd ? fmt::format(", {:.4f} USD\n", *use.cost_usd) : std::string(", price not known\n");
    }
}

void add_metrics(const Summary& s, std::string& out) {
    out += fmt::format("\n{:.1f} user turns on average", s.mean_user_turns);
    if (s.score) {
        out += fmt::format("; score {:.2f} of 5 by rules, not opinion", *s.score);
    }
    out += fmt::format("; latency p50 {:.0f} ms, p95 {:.0f} ms over {} replies\n", s.latency.p50_ms, s.latency.p95_ms,
                       s.latency.n);
    if (s.reliability) {
        const ReliabilityStats& r = *s.reliability;
        out += fmt::format("pass^{} {} [{:.1f}, {:.1f}] over {} cells (all {} runs pass); pass@{} {}\n", r.k,
                           percent(r.pass_hat_k), 100 * r.pass_hat_low, 100 * r.pass_hat_high, r.cells, r.k, r.k,
                           percent(r.pass_at_k));
    }
    if (s.escalation.demanded > 0) {
        out += fmt::format(
            "a person was demanded in {} conversations and reached in {}; too early {}, too late {}, without context "
            "{}\n",
            s.escalation.demanded, s.escalation.handed_over, s.escalation.too_early, s.escalation.too_late,
            s.escalation.without_context);
    }
    if (s.cost_usd) {
        out += fmt::format("the agent reported a cost of {:.4f} USD\n", *s.cost_usd);
    }
    if (s.retries > 0) {
        out += fmt::format("{} requests were sent again\n", s.retries);
    }
}

}  // namespace

std::string summary_text(const RunMeta& meta, const Summary& s, const Look& look) {
    std::string out;
    add_header(meta, s, look, out);
    add_findings(s, look, out);
    add_invalid(s, look, out);
    add_slices(s, look, out);
    add_faults(s, look, out);
    add_metrics(s, out);
    add_models(s, out);
    if (s.sensitivity) {
        out += sensitivity_text(*s.sensitivity, look);
    }
    if (s.reader) {
        out += reader_text(*s.reader, look);
    }
    return out;
}

}  // namespace sosia::report
