#include "scoring/scorecard.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace sosia::scoring {
namespace {

std::string_view setting_of(const Scorecard& card, const CheckResult& check) {
    std::string_view level;
    std::size_t longest = 0;
    for (const auto& [name, setting] : card.checks) {
        const bool fits = check.name == name || check.name.starts_with(name + ".");
        if (fits && name.size() >= longest) {
            longest = name.size();
            level = setting;
        }
    }
    return level;
}

CheckResult floor_check(const Score& s, double floor) {
    CheckResult result{.name = "criterion." + s.criterion, .passed = s.value >= floor};
    if (!result.passed) {
        result.turn = s.turn;
        result.detail =
            fmt::format("{} is {:.1f}, below its floor of {:.1f}: {}", s.criterion, s.value, floor, s.reason);
    }
    return result;
}

CheckResult threshold_check(double score, double threshold) {
    CheckResult result{.name = "score", .passed = score >= threshold};
    if (!result.passed) {
        result.detail = fmt::format("weighted score {:.2f} is below the threshold of {:.2f}", score, threshold);
    }
    return result;
}

}  // namespace

void apply_settings(const Scorecard& card, std::vector<CheckResult>& checks) {
    if (card.checks.empty()) {
        return;
    }
    std::erase_if(checks, [&](const CheckResult& c) { return setting_of(card, c) == "off"; });
    for (CheckResult& check : checks) {
        check.gates = check.gates && setting_of(card, check) != "warn";
    }
}

void weigh(const Scorecard& card, Conversation& c) {
    const auto criterion_of = [&](const Score& s) {
        return std::ranges::find(card.criteria, s.criterion, &Criterion::name);
    };
    if (!card.criteria.empty()) {
        std::erase_if(c.scores, [&](const Score& s) { return criterion_of(s) == card.criteria.end(); });
    }
    double sum = 0;
    double weights = 0;
    std::vector<CheckResult> added;
    for (Score& s : c.scores) {
        if (const auto criterion = criterion_of(s); criterion != card.criteria.end()) {
            s.weight = criterion->weight;
            if (criterion->floor) {
                added.push_back(floor_check(s, *criterion->floor));
            }
        }
        sum += s.value * s.weight;
        weights += s.weight;
    }
    if (weights > 0) {
        c.metrics.score = sum / weights;
    }
    if (card.threshold && c.metrics.score) {
        added.push_back(threshold_check(*c.metrics.score, *card.threshold));
    }
    apply_settings(card, added);
    c.checks.insert(c.checks.end(), std::make_move_iterator(added.begin()), std::make_move_iterator(added.end()));
}

}  // namespace sosia::scoring
