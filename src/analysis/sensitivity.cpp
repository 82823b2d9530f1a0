#include "analysis/sensitivity.h"

#include <algorithm>
#include <functional>
#include <set>

#include "stats/agreement.h"
#include "stats/mcnemar.h"
#include "stats/paired.h"
#include "stats/proportions.h"
#include "stats/tango.h"

namespace sosia::analysis {
namespace {

constexpr std::size_t most_cells_listed = 200;

Rate exact_rate(std::uint64_t x, std::uint64_t n) {
    const stats::Interval interval = stats::clopper_pearson(x, n);
    return {.passed = x,
            .n = n,
            .value = n == 0 ? 0 : static_cast<double>(x) / static_cast<double>(n),
            .low = interval.low,
            .high = interval.high};
}

std::vector<std::string> failed_gating(const Conversation& c) {
    std::vector<std::string> out;
    for (const CheckResult& check : c.checks) {
        if (!check.passed && check.gates) {
            out.push_back(check.name);
        }
    }
    return out;
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

std::vector<Shift> most_shifted(const std::map<std::string, Shift>& shifts) {
    std::vector<Shift> out;
    for (const auto& [name, shift] : shifts) {
        if (shift.discordant() > 0) {
            out.push_back(shift);
        }
    }
    std::ranges::sort(out, [](const Shift& a, const Shift& b) {
        return a.discordant() != b.discordant() ? a.discordant() > b.discordant() : a.name < b.name;
    });
    return out;
}

bool mostly(std::uint64_t passed, std::uint64_t n) {
    return 2 * passed > n;
}

}  // namespace

bool decides(const Suite& suite, const Cell& cell) {
    return cell.user.empty() || suite.user.name.empty() || cell.user == suite.user.name;
}

SensitivityCounter::SensitivityCounter(const Suite& suite) {
    for (const UserSpec* user : suite.users()) {
        names_.push_back(user->name);
    }
    checks_.resize(names_.size() - 1);
    turns_.resize(names_.size());
}

void SensitivityCounter::add(const Conversation& c, std::uint64_t ordinal) {
    const auto at = std::ranges::find(names_, c.cell.user);
    if (c.cell.user.empty() || at == names_.end()) {
        return;
    }
    seen_ = true;
    const auto player = static_cast<std::size_t>(at - names_.begin());
    Cell key = c.cell;
    key.repetition = 0;
    key.user.clear();
    CellRecord& cell = cells_[to_string(key)];
    if (cell.by_player.empty()) {
        cell.ordinal = ordinal;
        cell.by_player.resize(names_.size());
        cell.by_other.resize(names_.size() - 1);
    }
    cell.cell = std::move(key);
    cell.ordinal = std::min(cell.ordinal, ordinal);
    cell.by_player[player].add(c.outcome);
    turns_[player].first += static_cast<std::uint64_t>(c.metrics.user_turns);
    ++turns_[player].second;

    const int repetition = c.cell.repetition;
    std::vector<std::optional<Played>>& played = cell.open[repetition];
    played.resize(names_.size());
    played[player] = Played{c.outcome, c.id, failed_gating(c)};
    for (std::size_t other = 1; other < names_.size(); ++other) {
        if ((player == 0 || player == other) && played[0] && played[other]) {
            pair_up(cell, repetition, *played[0], *played[other], other);
        }
    }
    if (std::ranges::all_of(played, [](const auto& one) { return one.has_value(); })) {
        cell.open.erase(repetition);
    }
}

void SensitivityCounter::pair_up(CellRecord& cell, int repetition, const Played& first, const Played& other,
                                 std::size_t player) {
    Pairs& pairs = cell.by_other[player - 1];
    if (first.outcome == Outcome::invalid || other.outcome == Outcome::invalid) {
        ++pairs.left_out;
        return;
    }
    const bool here = first.outcome == Outcome::passed;
    const bool there = other.outcome == Outcome::passed;
    ++(here ? (there ? pairs.both_passed : pairs.only_first) : (there ? pairs.only_other : pairs.both_failed));
    if (here != there && (pairs.example_of < 0 || repetition < pairs.example_of)) {
        pairs.example_of = repetition;
        pairs.first = first.conversation;
        pairs.other = other.conversation;
    }
    std::set<std::string> failed(first.failed_checks.begin(), first.failed_checks.end());
    failed.insert(other.failed_checks.begin(), other.failed_checks.end());
    for (const std::string& name : failed) {
        Shift& shift = checks_[player - 1][name];
        shift.name = name;
        ++shift.n;
        shift.only_first += holds(first.failed_checks, name) ? 0U : 1U;
        shift.only_other += holds(other.failed_checks, name) ? 0U : 1U;
    }
}

PlayerStats SensitivityCounter::player_stats(std::size_t player) const {
    PlayerStats out{.name = names_[player], .decides = player == 0};
    std::vector<const Tally*> cells;
    for (const auto& [key, cell] : cells_) {
        const Tally& tally = cell.by_player[player];
        cells.push_back(&tally);
        out.invalid += tally.invalid;
        out.repeated_pairs += tally.n() < 2 ? 0 : tally.n() * (tally.n() - 1) / 2;
        out.repeated_discordant += tally.passed * tally.failed;
    }
    out.rate = clustered_rate_of(cells);
    const auto& [turns, conversations] = turns_[player];
    out.mean_user_turns = conversations == 0 ? 0 : static_cast<double>(turns) / static_cast<double>(conversations);
    return out;
}

namespace {

// The difference of the pass rates with its interval: pair by pair where each cell has one, over cells where some have
// more, since repetitions of a cell are not independent.
void fill_difference(const std::vector<double>& first, const std::vector<double>& other, bool repeated, Contrast& out) {
    if (repeated) {
        const stats::PairedDifference paired = stats::paired_difference(first, other);
        out.difference = paired.mean;
        out.difference_low = std::max(-1.0, paired.interval.low);
        out.difference_high = std::min(1.0, paired.interval.high);
        return;
    }
    const stats::Interval interval = stats::tango(out.only_other, out.only_first, out.n);
    out.difference = out.n == 0 ? 0
                                : (static_cast<double>(out.only_other) - static_cast<double>(out.only_first)) /
                                      static_cast<double>(out.n);
    out.difference_low = interval.low;
    out.difference_high = interval.high;
}

void fill_agreement(Contrast& out) {
    const auto count = [](std::uint64_t n) { return static_cast<double>(n); };
    const stats::Agreement agreement = stats::agreement(
        {{count(out.both_passed), count(out.only_first)}, {count(out.only_other), count(out.both_failed)}});
    out.kappa = out.n == 0 ? std::nullopt : agreement.kappa;
    out.ac1 = agreement.gwet_ac1;
    out.p = stats::mcnemar(out.only_first, out.only_other).p_exact;
    out.discordant = exact_rate(out.only_first + out.only_other, out.n);
}

}  // namespace

Contrast SensitivityCounter::contrast(std::size_t player) const {
    Contrast out{.other = names_[player]};
    std::vector<double> first;
    std::vector<double> other;
    std::vector<std::pair<std::uint64_t, DependentCell>> dependent;
    std::map<std::string, Shift> scenarios;
    std::map<std::string, Shift> personas;
    std::map<std::string, Shift> adversaries;
    bool repeated = false;
    for (const auto& [key, cell] : cells_) {
        const Pairs& pairs = cell.by_other[player - 1];
        const std::uint64_t n = pairs.n();
        out.left_out += pairs.left_out;
        if (n == 0) {
            continue;
        }
        out.n += n;
        out.both_passed += pairs.both_passed;
        out.both_failed += pairs.both_failed;
        out.only_first += pairs.only_first;
        out.only_other += pairs.only_other;
        repeated |= n > 1;
        const std::uint64_t passed_first = pairs.both_passed + pairs.only_first;
        const std::uint64_t passed_other = pairs.both_passed + pairs.only_other;
        first.push_back(static_cast<double>(passed_first) / static_cast<double>(n));
        other.push_back(static_cast<double>(passed_other) / static_cast<double>(n));
        if (mostly(passed_first, n) != mostly(passed_other, n)) {
            dependent.emplace_back(cell.ordinal,
                                   DependentCell{cell.cell, n, passed_first, passed_other, pairs.first, pairs.other});
        }
        for (auto& [shifts, name] :
             {std::pair(std::ref(scenarios), cell.cell.scenario), std::pair(std::ref(personas), cell.cell.persona),
              std::pair(std::ref(adversaries), cell.cell.adversary)}) {
            Shift& shift = shifts.get()[name];
            shift.name = name;
            shift.n += n;
            shift.only_first += pairs.only_first;
            shift.only_other += pairs.only_other;
        }
    }
    fill_agreement(out);
    fill_difference(first, other, repeated, out);
    out.cells = exact_rate(dependent.size(), first.size());
    std::ranges::sort(dependent, {}, [](const auto& one) { return one.first; });
    for (std::size_t i = 0; i < std::min(dependent.size(), most_cells_listed); ++i) {
        out.dependent.push_back(std::move(dependent[i].second));
    }
    out.checks = most_shifted(checks_[player - 1]);
    out.scenarios = most_shifted(scenarios);
    out.personas = most_shifted(personas);
    out.adversaries = most_shifted(adversaries);
    return out;
}

std::optional<Sensitivity> SensitivityCounter::stats() const {
    if (!seen_) {
        return std::nullopt;
    }
    Sensitivity out;
    for (std::size_t player = 0; player < names_.size(); ++player) {
        out.players.push_back(player_stats(player));
    }
    for (std::size_t player = 1; player < names_.size(); ++player) {
        out.contrasts.push_back(contrast(player));
    }
    return out;
}

}  // namespace sosia::analysis
