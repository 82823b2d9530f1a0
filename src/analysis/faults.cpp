#include "analysis/faults.h"

#include "stats/newcombe.h"

namespace sosia::analysis {
namespace {

constexpr std::size_t most_listed = 200;

void count_faults(const std::vector<Turn>& turns, std::map<std::pair<std::string, std::string>, std::uint64_t>& out) {
    for (const Turn& turn : turns) {
        for (const ToolCall& call : turn.tools) {
            if (!call.fault.empty()) {
                ++out[{call.fault, ""}];
                ++out[{call.fault, call.name}];
            }
        }
    }
}

Rate rate_over(const std::map<std::string, Tally>& cells) {
    std::vector<const Tally*> all;
    for (const auto& [cell, tally] : cells) {
        all.push_back(&tally);
    }
    return clustered_rate_of(all);
}

std::map<std::string, Tally> others(const std::map<std::string, Tally>& all, const std::map<std::string, Tally>& but) {
    std::map<std::string, Tally> out = all;
    for (const auto& [cell, tally] : but) {
        Tally& rest = out[cell];
        rest.passed -= tally.passed;
        rest.failed -= tally.failed;
        rest.invalid -= tally.invalid;
    }
    return out;
}

}  // namespace

void FaultCounter::add(const Conversation& conversation, const std::string& cell, std::uint64_t ordinal) {
    if (!conversation.world) {
        return;
    }
    in_worlds_[cell].add(conversation.outcome);
    std::map<Name, std::uint64_t> found;
    count_faults(conversation.turns, found);
    for (const Companion& other : conversation.others) {
        count_faults(other.turns, found);
    }
    for (const auto& [name, calls] : found) {
        Met& met = met_[name];
        met.calls += calls;
        met.cells[cell].add(conversation.outcome);
        met.conversations[ordinal] = conversation.id;
        if (met.conversations.size() > most_listed) {
            met.conversations.erase(std::prev(met.conversations.end()));
        }
    }
}

FaultStats FaultCounter::stats_of(const Name& name, const Met& met) const {
    FaultStats out{.kind = name.first, .tool = name.second, .calls = met.calls};
    out.with = rate_over(met.cells);
    out.without = rate_over(others(in_worlds_, met.cells));
    if (out.with.n > 0 && out.without.n > 0) {
        const stats::Interval interval =
            stats::newcombe(out.with.passed, out.with.n, out.without.passed, out.without.n);
        out.difference = out.with.value - out.without.value;
        out.difference_low = interval.low;
        out.difference_high = interval.high;
    }
    for (const auto& [cell, tally] : met.cells) {
        out.invalid += tally.invalid;
    }
    for (const auto& [ordinal, id] : met.conversations) {
        out.conversations.push_back(id);
    }
    return out;
}

std::vector<FaultStats> FaultCounter::stats() const {
    std::vector<FaultStats> out;
    for (const bool by_tool : {false, true}) {
        for (const auto& [name, met] : met_) {
            if (name.second.empty() != by_tool) {
                out.push_back(stats_of(name, met));
            }
        }
    }
    return out;
}

}  // namespace sosia::analysis
