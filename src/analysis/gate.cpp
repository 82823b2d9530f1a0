#include "analysis/gate.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace sosia::analysis {
namespace {

constexpr double default_invalid = 0.05;
constexpr std::uint64_t fewest_for_floor = 3;  // a slice of one or two conversations says nothing

GateLine at_least(std::string name, const Rate& rate, double threshold) {
    return {.name = std::move(name),
            .value = rate.value,
            .threshold = threshold,
            .passed = rate.n == 0 || rate.value >= threshold,
            .rate = rate};
}

void add_floor(const Summary& s, double floor, std::vector<GateLine>& lines) {
    constexpr std::array<std::string_view, 3> dimensions{"persona", "scenario", "adversary.family"};
    const Slice* worst = nullptr;
    for (const Slice& slice : s.slices) {
        const bool counts =
            std::ranges::find(dimensions, slice.dimension) != dimensions.end() && slice.rate.n >= fewest_for_floor;
        if (counts && (worst == nullptr || slice.rate.value < worst->rate.value)) {
            worst = &slice;
        }
    }
    if (worst != nullptr) {
        lines.push_back(at_least("floor: " + worst->dimension + " " + worst->value, worst->rate, floor));
    }
}

// "adversary.family" means every value of it; "persona.style=terse" one value. A key that nothing ran for is shown and
// holds nobody up.
void add_slices(const Summary& s, const std::string& key, double threshold, std::vector<GateLine>& lines) {
    const std::size_t equals = key.find('=');
    const std::string dimension = key.substr(0, equals);
    bool any = false;
    for (const Slice& slice : s.slices) {
        const bool fits =
            slice.dimension == dimension && (equals == std::string::npos || slice.value == key.substr(equals + 1));
        if (fits && slice.rate.n > 0) {
            lines.push_back(at_least(slice.dimension + " " + slice.value, slice.rate, threshold));
            any = true;
        }
    }
    if (!any) {
        lines.push_back({.name = key + " (nothing ran)", .threshold = threshold});
    }
}

std::string share(double value) {
    return fmt::format("{:.1f} %", 100 * value);
}

void add_lines(const GateSpec& gate, Summary& s) {
    s.gate.push_back(at_least("pass_rate", s.rate, gate.pass_rate.value_or(1.0)));
    if (gate.floor) {
        add_floor(s, *gate.floor, s.gate);
    }
    for (const auto& [key, threshold] : gate.by) {
        add_slices(s, key, threshold, s.gate);
    }
    if (gate.score && s.score) {
        s.gate.push_back(
            {.name = "score", .value = *s.score, .threshold = *gate.score, .passed = *s.score >= *gate.score});
    }
}

GateLine invalid_line(const GateSpec& gate, const Summary& s) {
    const double share_of_done = s.done == 0 ? 0 : static_cast<double>(s.invalid) / static_cast<double>(s.done);
    const double most = gate.invalid.value_or(default_invalid);
    return {
        .name = "invalid", .value = share_of_done, .threshold = most, .at_most = true, .passed = share_of_done <= most};
}

// Why the run says nothing about the agent, "" when it does.
std::string why_not_valid(const std::string& stopped, const GateLine& invalid, const Summary& s) {
    if (!stopped.empty()) {
        return fmt::format("{} after {} of {} conversations", stopped, s.done, s.planned);
    }
    if (s.rate.n == 0) {
        return "no conversation could be judged";
    }
    return invalid.passed ? ""
                          : fmt::format("{} of {} conversations are invalid ({}); at most {} may be", s.invalid, s.done,
                                        share(invalid.value), share(invalid.threshold));
}

std::string why_failed(const GateLine& broken) {
    if (broken.name == "score") {
        return fmt::format("mean score {:.2f}; at least {:.2f} is required", broken.value, broken.threshold);
    }
    return fmt::format("{}: {} of {} passed ({}); at least {} is required", broken.name, broken.rate.passed,
                       broken.rate.n, share(broken.value), share(broken.threshold));
}

}  // namespace

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::passed:
            return "passed";
        case Verdict::failed:
            return "failed";
        case Verdict::undecided:
            return "undecided";
        case Verdict::not_valid:
            return "not valid";
    }
    return "unknown";
}

void apply_gate(const GateSpec& gate, const std::string& stopped, Summary& s) {
    add_lines(gate, s);
    const GateLine invalid = invalid_line(gate, s);
    s.gate.push_back(invalid);
    if (std::string why = why_not_valid(stopped, invalid, s); !why.empty()) {
        s.verdict = Verdict::not_valid;
        s.verdict_reason = std::move(why);
        return;
    }
    const auto broken = std::ranges::find(s.gate, false, &GateLine::passed);
    s.verdict = broken == s.gate.end() ? Verdict::passed : Verdict::failed;
    s.verdict_reason = broken == s.gate.end() ? fmt::format("{} of {} conversations passed ({})", s.rate.passed,
                                                            s.rate.n, share(s.rate.value))
                                              : why_failed(*broken);
}

}  // namespace sosia::analysis
