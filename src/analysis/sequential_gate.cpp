#include "analysis/sequential_gate.h"

#include <algorithm>

#include "base/random.h"
#include "stats/sequential.h"

namespace sosia::analysis {

SequentialGate::SequentialGate(std::vector<GateCell> cells, const SequentialOptions& options)
    : cells_(std::move(cells)), options_(options) {
    constexpr std::size_t looks = 20;
    constexpr std::size_t smallest_batch = 8;
    constexpr std::size_t largest_batch = 64;
    for (const GateCell& cell : cells_) {
        seen_.emplace_back(cell.before.size(), Seen::no);
    }
    plan_rounds(options_.seed);
    state_.available = order_.size();
    if (options_.budget == 0) {
        options_.budget = order_.size();
    }
    if (options_.batch == 0) {
        options_.batch = std::clamp(order_.size() / looks, smallest_batch, largest_batch);
    }
}

// Round by round: the n cells of a slice stand at (0 + u)/n, (1 + u)/n, ... of the round, in random order.
void SequentialGate::plan_rounds(std::uint64_t seed) {
    std::size_t rounds = 0;
    for (const GateCell& cell : cells_) {
        rounds = std::max(rounds, cell.before.size());
    }
    const Random random(seed, "gate.order");
    for (std::size_t round = 0; round < rounds; ++round) {
        Random draw = random.derive(round);
        std::map<std::string, std::vector<std::pair<std::uint64_t, std::size_t>>> slices;
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            const std::uint64_t lot = draw.next();
            if (round < cells_[i].before.size() && cells_[i].before[round]) {
                slices[cells_[i].slice].emplace_back(lot, i);
            }
        }
        std::vector<std::pair<double, std::size_t>> places;
        for (auto& [slice, members] : slices) {
            std::ranges::sort(members);
            const double start = draw.uniform();
            for (std::size_t k = 0; k < members.size(); ++k) {
                places.emplace_back((static_cast<double>(k) + start) / static_cast<double>(members.size()),
                                    members[k].second);
            }
        }
        std::ranges::sort(places);
        for (const auto& [place, cell] : places) {
            order_.push_back({cell, round});
        }
    }
}

bool SequentialGate::take(const Pick& pick, std::vector<Pick>& batch) {
    Seen& seen = seen_[pick.cell][pick.repetition];
    if (seen != Seen::no || state_.spent >= options_.budget) {
        return false;
    }
    seen = Seen::picked;
    ++state_.spent;
    batch.push_back(pick);
    return true;
}

std::vector<SequentialGate::Pick> SequentialGate::next_batch() {
    std::vector<Pick> batch;
    if (state_.answer != Answer::undecided) {
        return batch;
    }
    while (!suspects_.empty() && batch.size() < options_.batch / 2) {
        take(suspects_.front(), batch);
        suspects_.pop_front();
    }
    while (next_ < order_.size() && batch.size() < options_.batch && state_.spent < options_.budget) {
        take(order_[next_++], batch);
    }
    return batch;
}

void SequentialGate::add(const Pick& pick, std::optional<bool> passed) {
    const std::optional<bool>& before = cells_[pick.cell].before[pick.repetition];
    Seen& seen = seen_[pick.cell][pick.repetition];
    seen = !passed || !before ? Seen::invalid : *passed == *before ? Seen::equal : *passed ? Seen::gained : Seen::lost;
    state_.pairs += seen == Seen::invalid ? 0U : 1U;
    state_.gained += seen == Seen::gained ? 1U : 0U;
    state_.lost += seen == Seen::lost ? 1U : 0U;
    if (seen == Seen::lost) {  // is it the agent, or was it bad luck? Its other repetitions come first now
        for (std::size_t r = 0; r < cells_[pick.cell].before.size(); ++r) {
            if (cells_[pick.cell].before[r] && seen_[pick.cell][r] == Seen::no) {
                suspects_.push_back({pick.cell, r});
            }
        }
    }
    if (seen == Seen::lost || seen == Seen::gained) {
        const double e = stats::mcnemar_e_regression(state_.gained, state_.lost);
        state_.evidence_worse = std::max(state_.evidence_worse, e);
    }
    walk();
    look();
}

// Counts pairs in the planned order, as far as all before them are in.
void SequentialGate::walk() {
    while (walked_ < order_.size()) {
        const Seen seen = seen_[order_[walked_].cell][order_[walked_].repetition];
        if (seen == Seen::no || seen == Seen::picked) {
            return;
        }
        ++walked_;
        if (seen == Seen::invalid) {
            continue;
        }
        walked_equal_ += seen == Seen::equal ? 1U : 0U;
        walked_gained_ += seen == Seen::gained ? 1U : 0U;
        walked_lost_ += seen == Seen::lost ? 1U : 0U;
        const double e =
            stats::betting_noninferiority_counts(walked_equal_, walked_gained_, walked_lost_, options_.margin);
        state_.evidence_fine = std::max(state_.evidence_fine, e);
    }
}

// The first to reach its bound decides, for good.
void SequentialGate::look() {
    if (state_.answer != Answer::undecided) {
        return;
    }
    if (state_.evidence_worse >= 1 / options_.alpha) {
        state_.answer = Answer::regressed;
    } else if (state_.evidence_fine >= 1 / options_.pass_alpha) {
        state_.answer = Answer::not_worse;
    }
}

}  // namespace sosia::analysis
