#include "analysis/summary.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "analysis/gate.h"
#include "stats/clustered.h"
#include "stats/pass_k.h"
#include "stats/proportions.h"

namespace sosia::analysis {
namespace {

constexpr std::size_t most_examples = 5;
constexpr std::size_t most_outliers = 10;

struct Tally {
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
    std::uint64_t invalid = 0;

    void add(Outcome outcome) {
        passed += outcome == Outcome::passed ? 1 : 0;
        failed += outcome == Outcome::failed ? 1 : 0;
        invalid += outcome == Outcome::invalid ? 1 : 0;
    }
    std::uint64_t n() const { return passed + failed; }
};

// Latencies in bins that grow by 5 %: percentiles within 5 % from constant memory.
class LatencyHistogram {
  public:
    void add(std::int64_t ms) {
        ++bins_[static_cast<std::size_t>(std::clamp(std::log1p(static_cast<double>(std::max<std::int64_t>(ms, 0))) / step, 0.0, 399.0))];
        ++n_;
        most_ = std::max(most_, static_cast<double>(ms));
    }
    LatencyStats stats() const { return {n_, percentile(0.5), percentile(0.95), most_}; }

  private:
    static constexpr double step = 0.05;
    double percentile(double p) const {
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < bins_.size(); ++i) {
            seen += bins_[i];
            if (seen > 0 && static_cast<double>(seen) >= p * static_cast<double>(n_)) {
                return std::min(most_, std::round(std::expm1((static_cast<double>(i) + 0.5) * step)));
            }
        }
        return 0;
    }
    std::array<std::uint64_t, 400> bins_{};
    std::uint64_t n_ = 0;
    double most_ = 0;
};

// User turns of one persona's resolved conversations: how many took how many turns, and the long ones by id.
struct TurnHistogram {
    std::map<int, std::uint64_t> counts;
    std::map<int, std::vector<std::pair<std::uint64_t, std::string>>> ids;  // turns -> the first few (ordinal, id)

    void add(int turns, std::uint64_t ordinal, const std::string& id) {
        ++counts[turns];
        auto& list = ids[turns];
        list.emplace_back(ordinal, id);
        std::ranges::sort(list);
        if (list.size() > most_outliers) {
            list.pop_back();
        }
    }
    double median(std::uint64_t n) const {
        const auto at = [&](std::uint64_t rank) {
            std::uint64_t seen = 0;
            for (const auto& [turns, count] : counts) {
                seen += count;
                if (seen > rank) {
                    return turns;
                }
            }
            return 0;
        };
        return n == 0 ? 0 : (at((n - 1) / 2) + at(n / 2)) / 2.0;
    }
};

// "3/2": cell counts per repetition-free cell.
using CellKey = std::string;

Rate rate_of(const Tally& tally) {
    Rate rate{.passed = tally.passed, .n = tally.n()};
    rate.value = rate.n == 0 ? 0 : static_cast<double>(rate.passed) / static_cast<double>(rate.n);
    const stats::Interval interval = stats::wilson(rate.passed, rate.n);
    rate.low = interval.low;
    rate.high = interval.high;
    return rate;
}

// Repetitions of a cell are one cluster: they say less than independent conversations.
Rate clustered_rate_of(const std::vector<const Tally*>& cells) {
    stats::Clusters clusters;
    Tally total;
    bool repeated = false;
    for (const Tally* cell : cells) {
        std::vector<double> scores(cell->passed, 1.0);
        scores.resize(cell->n(), 0.0);
        repeated |= scores.size() > 1;
        clusters.push_back(std::move(scores));
        total.passed += cell->passed;
        total.failed += cell->failed;
    }
    Rate rate = rate_of(total);
    if (repeated) {
        const stats::ClusteredRate clustered = stats::clustered_rate(clusters);
        rate.low = clustered.interval.low;
        rate.high = clustered.interval.high;
    }
    return rate;
}

void keep_first(std::vector<Example>& examples, Example example) {
    examples.push_back(std::move(example));
    std::ranges::sort(examples, {}, &Example::ordinal);
    if (examples.size() > most_examples) {
        examples.pop_back();
    }
}

}  // namespace

struct SummaryBuilder::Impl {
    const Suite& suite;
    std::uint64_t planned = 0;
    Tally total;
    std::map<std::string, std::uint64_t> invalid_by;
    std::map<std::string, std::uint64_t> endings;
    std::map<CellKey, Tally> cells;                                        // repetitions of a cell together
    std::map<CellKey, std::vector<std::pair<std::string, std::string>>> traits;  // its slice memberships
    std::map<std::string, FindingGroup> findings;
    std::vector<Example> invalid_examples;
    std::map<std::string, CheckCount> checks;
    std::map<std::string, TurnHistogram> turns;
    EscalationStats escalation;
    LatencyHistogram latency;
    double score_sum = 0;
    std::uint64_t scored = 0;
    std::map<std::string, std::pair<double, std::uint64_t>> criteria;
    std::optional<double> cost;
    std::uint64_t retries = 0;
    std::uint64_t user_turns = 0;

    void add_memberships(const CellKey& key, const Cell& cell);
    void add_checks(const Conversation& c, std::uint64_t ordinal);
    void add_metrics(const Conversation& c, std::uint64_t ordinal);
    std::vector<Slice> slices() const;
    std::vector<TurnStats> turn_stats() const;
    std::optional<ReliabilityStats> reliability() const;
};

void SummaryBuilder::Impl::add_memberships(const CellKey& key, const Cell& cell) {
    auto& list = traits[key];
    if (!list.empty()) {
        return;
    }
    list.emplace_back("persona", cell.persona);
    list.emplace_back("scenario", cell.scenario);
    list.emplace_back("edge_case", cell.edge_case.empty() ? "-" : cell.scenario + "/" + cell.edge_case);
    list.emplace_back("adversary", cell.adversary);
    if (const Persona* persona = suite.persona(cell.persona)) {
        for (const auto& [axis, value] : persona->traits) {
            list.emplace_back("persona." + axis, value);
        }
    }
    if (const Scenario* scenario = suite.scenario(cell.scenario)) {
        if (!scenario->category.empty()) {
            list.emplace_back("category", scenario->category);
        }
        for (const std::string& tag : scenario->tags) {
            list.emplace_back("tag", tag);
        }
    }
    if (const Adversary* adversary = suite.adversary(cell.adversary)) {
        list.emplace_back("adversary.family", std::string(to_string(adversary->family)));
    }
}

void SummaryBuilder::Impl::add_checks(const Conversation& c, std::uint64_t ordinal) {
    for (const CheckResult& check : c.checks) {
        CheckCount& count = checks[check.name];
        count.name = check.name;
        ++count.applied;
        count.failed += check.passed ? 0 : 1;
        if (!check.passed) {
            escalation.too_early += check.name == "escalation.early" ? 1 : 0;
            escalation.too_late += check.name == "escalation.late" ? 1 : 0;
            escalation.without_context += check.name == "escalation.context" ? 1 : 0;
        }
    }
    if (c.outcome == Outcome::invalid) {
        keep_first(invalid_examples, {c.id, ordinal, c.cell, 0, std::string(to_string(c.ended)) + (c.error.empty() ? "" : ": " + c.error), ""});
        return;
    }
    const CheckResult* cause = c.outcome == Outcome::failed ? root_cause(c) : nullptr;
    if (cause == nullptr) {
        return;
    }
    FindingGroup& group = findings[cause->name];
    group.check = cause->name;
    group.category = cause->category;
    ++group.conversations;
    ++group.by_scenario[c.cell.scenario];
    ++group.by_adversary[c.cell.adversary];
    keep_first(group.examples, {c.id, ordinal, c.cell, cause->turn, cause->detail, cause->quote});
}

void SummaryBuilder::Impl::add_metrics(const Conversation& c, std::uint64_t ordinal) {
    const Metrics& m = c.metrics;
    retries += static_cast<std::uint64_t>(m.retries);
    user_turns += static_cast<std::uint64_t>(m.user_turns);
    if (m.cost_usd) {
        cost = cost.value_or(0) + *m.cost_usd;
    }
    if (m.score) {
        score_sum += *m.score;
        ++scored;
    }
    for (const Score& s : c.scores) {
        auto& [sum, n] = criteria[s.criterion];
        sum += s.value;
        ++n;
    }
    for (const Turn& turn : c.turns) {
        if (turn.role == Role::agent) {
            latency.add(turn.latency_ms);
        }
    }
    if (c.resolved && c.outcome != Outcome::invalid) {
        turns[c.cell.persona].add(m.user_turns, ordinal, c.id);
    }
    escalation.demanded += m.human_demanded_at != 0 ? 1 : 0;
    escalation.handed_over += m.human_demanded_at != 0 && m.handed_over_at != 0 ? 1 : 0;
}

std::vector<Slice> SummaryBuilder::Impl::slices() const {
    std::map<std::pair<std::string, std::string>, std::vector<const Tally*>> members;
    for (const auto& [key, tally] : cells) {
        for (const auto& membership : traits.at(key)) {
            members[membership].push_back(&tally);
        }
    }
    std::vector<Slice> out;
    for (const auto& [membership, tallies] : members) {
        Slice slice{.dimension = membership.first, .value = membership.second, .rate = clustered_rate_of(tallies)};
        for (const Tally* tally : tallies) {
            slice.invalid += tally->invalid;
        }
        out.push_back(std::move(slice));
    }
    return out;
}

std::vector<TurnStats> SummaryBuilder::Impl::turn_stats() const {
    constexpr double outlier_factor = 3;
    std::vector<TurnStats> out;
    for (const auto& [persona, histogram] : turns) {
        TurnStats stats{.persona = persona};
        for (const auto& [count, n] : histogram.counts) {
            stats.n += n;
            stats.most = std::max(stats.most, count);
        }
        stats.median = histogram.median(stats.n);
        for (const auto& [count, ids] : histogram.ids) {
            for (const auto& [ordinal, id] : ids) {
                if (count > outlier_factor * stats.median && stats.outliers.size() < most_outliers) {
                    stats.outliers.push_back(id);
                }
            }
        }
        out.push_back(std::move(stats));
    }
    return out;
}

std::optional<ReliabilityStats> SummaryBuilder::Impl::reliability() const {
    std::vector<stats::TaskRuns> tasks;
    std::uint64_t k = 0;
    for (const auto& [key, tally] : cells) {
        k = std::max(k, tally.n());
        tasks.push_back({tally.n(), tally.passed});
    }
    if (k < 2) {
        return std::nullopt;
    }
    const stats::PassK hat = stats::mean_pass_hat_k(tasks, k);
    const stats::PassK at = stats::mean_pass_at_k(tasks, k);
    return ReliabilityStats{static_cast<int>(k), hat.tasks, hat.value, at.value, hat.interval.low, hat.interval.high};
}

SummaryBuilder::SummaryBuilder(const Suite& suite, std::uint64_t planned) : impl_(std::make_unique<Impl>(Impl{.suite = suite, .planned = planned})) {}
SummaryBuilder::~SummaryBuilder() = default;
SummaryBuilder::SummaryBuilder(SummaryBuilder&&) noexcept = default;

std::uint64_t SummaryBuilder::passed() const { return impl_->total.passed; }
std::uint64_t SummaryBuilder::failed() const { return impl_->total.failed; }
std::uint64_t SummaryBuilder::invalid() const { return impl_->total.invalid; }
std::uint64_t SummaryBuilder::done() const { return impl_->total.n() + impl_->total.invalid; }

void SummaryBuilder::add(const Conversation& c, std::uint64_t ordinal) {
    Cell cell = c.cell;
    cell.repetition = 0;
    const CellKey key = to_string(cell);
    impl_->total.add(c.outcome);
    impl_->cells[key].add(c.outcome);
    impl_->add_memberships(key, cell);
    ++impl_->endings[std::string(to_string(c.ended))];
    if (c.outcome == Outcome::invalid) {
        ++impl_->invalid_by[std::string(to_string(c.fault))];
    }
    impl_->add_checks(c, ordinal);
    impl_->add_metrics(c, ordinal);
}

Summary SummaryBuilder::finish(const std::string& stopped) const {
    const Impl& d = *impl_;
    Summary s;
    s.planned = d.planned;
    s.done = done();
    s.passed = d.total.passed;
    s.failed = d.total.failed;
    s.invalid = d.total.invalid;
    s.invalid_by = d.invalid_by;
    s.endings = d.endings;
    std::vector<const Tally*> all;
    for (const auto& [key, tally] : d.cells) {
        all.push_back(&tally);
    }
    s.rate = clustered_rate_of(all);
    Tally as_failed = d.total;
    as_failed.failed += as_failed.invalid;
    s.rate_invalid_failed = rate_of(as_failed);
    s.slices = d.slices();
    for (const auto& [name, group] : d.findings) {
        s.findings.push_back(group);
    }
    std::ranges::sort(s.findings, [](const FindingGroup& a, const FindingGroup& b) {
        return a.conversations != b.conversations ? a.conversations > b.conversations : a.check < b.check;
    });
    s.invalid_examples = d.invalid_examples;
    for (const auto& [name, count] : d.checks) {
        s.checks.push_back(count);
    }
    s.turns = d.turn_stats();
    s.escalation = d.escalation;
    s.reliability = d.reliability();
    s.latency = d.latency.stats();
    s.cost_usd = d.cost;
    s.retries = d.retries;
    s.mean_user_turns = s.done == 0 ? 0 : static_cast<double>(d.user_turns) / static_cast<double>(s.done);
    if (d.scored > 0) {
        s.score = d.score_sum / static_cast<double>(d.scored);
    }
    for (const auto& [name, sum] : d.criteria) {
        s.criteria[name] = sum.first / static_cast<double>(sum.second);
    }
    apply_gate(d.suite.gate, stopped, s);
    return s;
}

const Slice* Summary::slice(std::string_view dimension, std::string_view value) const {
    const auto found = std::ranges::find_if(slices, [&](const Slice& s) { return s.dimension == dimension && s.value == value; });
    return found == slices.end() ? nullptr : &*found;
}

}  // namespace sosia::analysis
