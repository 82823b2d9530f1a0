#include "analysis/gate.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace sosia::analysis {
namespace {

constexpr double default_invalid = 0.05;
constexpr std::uint64_t fewest_for_floor = 3;  // a slice of one or two conversations says nothing

GateLine at_least(std::string name, const Rate& rate, double threshold) {
    return {.name = std::move(name), .value = rate.value, .threshold = threshold, .passed = rate.n == 0 || rate.value >= threshold, .rate = rate};
}

void add_floor(const Summary& s, double floor, std::vector<GateLine>& lines) {
    constexpr std::array<std::string_view, 3> dimensions{"persona", "scenario", "adversary.family"};
    const Slice* worst = nullptr;
    for (const Slice& slice : s.slices) {
        const bool counts = std::ranges::find(dimensions, slice.dimension) != dimensions.end() && slice.rate.n >= fewest_for_floor;
        if (counts && (worst == nullptr || slice.rate.value < worst->rate.value)) {
            worst = &slice;
        }
    }
    if (worst != nullptr) {
        lines.push_back(at_least("floor: " + worst->dimension + " " + worst->value, worst->rate, floor));
    }
}

// "adversary.family" means every value of it; "persona.style=terse" one value.
void add_slices(const Summary& s, const std::string& key, double threshold, std::vector<GateLine>& lines) {
    const std::size_t equals = key.find('=');
    const std::string dimension = key.substr(0, equals);
    for (const Slice& slice : s.slices) {
        const bool fits = slice.dimension == dimension && (equals == std::string::npos || slice.value == key.substr(equals + 1));
        if (fits && slice.rate.n > 0) {
            lines.push_back(at_least(slice.dimension + " " + slice.value, slice.rate, threshold));
        }
    }
}

std::string share(double value) { return fmt::format("{:.1f} %", 100 * value); }

}  // namespace

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::passed: return "passed";
        case Verdict::failed: return "failed";
        case Verdict::undecided: return "undecided";
        case Verdict::not_valid: return "not valid";
    }
    return "unknown";
}

void apply_gate(const GateSpec& gate, const std::string& stopped, Summary& s) {
    s.gate.push_back(at_least("pass_rate", s.rate, gate.pass_rate.value_or(1.0)));
    if (gate.floor) {
        add_floor(s, *gate.floor, s.gate);
    }
    for (const auto& [key, threshold] : gate.by) {
        add_slices(s, key, threshold, s.gate);
    }
    if (gate.score && s.score) {
        s.gate.push_back({.name = "score", .value = *s.score, .threshold = *gate.score, .passed = *s.score >= *gate.score});
    }
    const double invalid_share = s.done == 0 ? 0 : static_cast<double>(s.invalid) / static_cast<double>(s.done);
    const double invalid_most = gate.invalid.value_or(default_invalid);
    s.gate.push_back({.name = "invalid", .value = invalid_share, .threshold = invalid_most, .at_most = true, .passed = invalid_share <= invalid_most});
    if (!stopped.empty()) {
        s.verdict = Verdict::not_valid;
        s.verdict_reason = fmt::format("{} after {} of {} conversations", stopped, s.done, s.planned);
        return;
    }
    if (s.rate.n == 0 || !s.gate.back().passed) {
        s.verdict = Verdict::not_valid;
        s.verdict_reason = s.rate.n == 0 ? std::string("no conversation could be judged")
                                         : fmt::format("{} of {} conversations are invalid ({}); at most {} may be", s.invalid, s.done, share(invalid_share), share(invalid_most));
        return;
    }
    const auto broken = std::ranges::find(s.gate, false, &GateLine::passed);
    s.verdict = broken == s.gate.end() ? Verdict::passed : Verdict::failed;
    if (broken == s.gate.end()) {
        s.verdict_reason = fmt::format("{} of {} conversations passed ({})", s.rate.passed, s.rate.n, share(s.rate.value));
    } else if (broken->name == "score") {
        s.verdict_reason = fmt::format("mean score {:.2f}; at least {:.2f} is required", broken->value, broken->threshold);
    } else {
        s.verdict_reason = fmt::format("{}: {} of {} passed ({}); at least {} is required", broken->name, broken->rate.passed, broken->rate.n,
                                       share(broken->value), share(broken->threshold));
    }
}

}  // namespace sosia::analysis
