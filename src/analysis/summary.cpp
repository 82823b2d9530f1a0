#include "analysis/summary.h"

#include <algorithm>
#include <utility>

#include "analysis/escalation.h"
#include "analysis/faults.h"
#include "analysis/gate.h"
#include "analysis/reader_agreement.h"
#include "analysis/sensitivity.h"
#include "analysis/slices.h"
#include "analysis/tally.h"
#include "stats/pass_k.h"

namespace sosia::analysis {
namespace {

constexpr std::size_t most_examples = 5;
constexpr std::string_view tone_criterion = "emotional-calibration";

// A cell: all repetitions of one conversation.
struct CellRecord {
    Tally outcome;
    Tally completion;
    Memberships slices;
};

void keep_first(std::vector<Example>& examples, Example example) {
    examples.push_back(std::move(example));
    std::ranges::sort(examples, {}, &Example::ordinal);
    if (examples.size() > most_examples) {
        examples.pop_back();
    }
}

const EdgeCase* edge_case_of(const Suite& suite, const Cell& cell) {
    const Scenario* scenario = suite.scenario(cell.scenario);
    return scenario == nullptr ? nullptr : find_edge_case(*scenario, cell.edge_case);
}

const CheckResult* find_check(const Conversation& c, std::string_view name) {
    const auto found = std::ranges::find(c.checks, name, &CheckResult::name);
    return found == c.checks.end() ? nullptr : &*found;
}

}  // namespace

struct SummaryBuilder::Impl {
    const Suite& suite;
    std::uint64_t planned = 0;
    SensitivityCounter sensitivity{suite};
    ReaderCounter reader;
    Tally everybody;  // whoever plays the user
    Tally total;      // of the one who decides, like everything below
    std::map<std::string, std::uint64_t> invalid_by;
    std::map<std::string, std::uint64_t> endings;
    std::map<std::string, CellRecord> cells;  // by the cell without its repetition
    std::map<std::string, FindingGroup> findings;
    std::vector<Example> invalid_examples;
    std::map<std::string, CheckCount> checks;
    std::map<std::string, TurnHistogram> turns;
    std::map<std::string, LevelHistogram> tone;
    EscalationCounter escalation;
    FaultCounter faults;
    LatencyHistogram latency;
    Sum score;
    std::map<std::string, Sum> criteria;
    std::optional<Sum> cost;
    std::map<std::string, OpinionStats> opinions;
    std::map<std::string, ModelUse> model_use;
    std::uint64_t retries = 0;
    std::uint64_t user_turns = 0;

    void add_outcome(const Conversation& c, std::uint64_t ordinal);
    void count_checks(const Conversation& c);
    void add_finding(const Conversation& c, std::uint64_t ordinal);
    void add_metrics(const Conversation& c, std::uint64_t ordinal);
    void add_scores(const Conversation& c);
    void add_opinions(const Conversation& c);
    void add_model_use(const Conversation& c);

    Rate rate() const;
    std::vector<Slice> slices() const;
    std::vector<FindingGroup> findings_worst_first() const;
    std::optional<ReliabilityStats> reliability() const;
    void fill_metrics(Summary& s) const;
};

void SummaryBuilder::Impl::add_outcome(const Conversation& c, std::uint64_t ordinal) {
    Cell cell = c.cell;
    cell.repetition = 0;
    CellRecord& record = cells[to_string(cell)];
    if (record.slices.empty()) {
        record.slices = memberships_of(suite, cell);
    }
    record.outcome.add(c.outcome);
    if (const CheckResult* resolution = find_check(c, "resolution");
        resolution != nullptr && c.outcome != Outcome::invalid) {
        record.completion.add(resolution->passed ? Outcome::passed : Outcome::failed);
    }
    faults.add(c, to_string(cell), ordinal);
    total.add(c.outcome);
    ++endings[std::string(to_string(c.ended))];
    if (c.outcome == Outcome::invalid) {
        ++invalid_by[std::string(to_string(c.fault))];
    }
}

void SummaryBuilder::Impl::count_checks(const Conversation& c) {
    for (const CheckResult& check : c.checks) {
        CheckCount& count = checks[check.name];
        count.name = check.name;
        ++count.applied;
        count.failed += !check.passed && check.gates ? 1 : 0;
        count.warned += !check.passed && !check.gates ? 1 : 0;
    }
}

void SummaryBuilder::Impl::add_finding(const Conversation& c, std::uint64_t ordinal) {
    if (c.outcome == Outcome::invalid) {
        keep_first(invalid_examples, {c.id, ordinal, c.cell, 0,
                                      std::string(to_string(c.ended)) + (c.error.empty() ? "" : ": " + c.error), ""});
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

void SummaryBuilder::Impl::add_scores(const Conversation& c) {
    if (c.outcome == Outcome::invalid) {
        return;
    }
    if (c.metrics.score) {
        score.add(*c.metrics.score);
    }
    for (const Score& s : c.scores) {
        criteria[s.criterion].add(s.value);
        if (s.criterion == tone_criterion) {
            tone[intent_of(c.cell)].add(s.value);
        }
    }
}

void SummaryBuilder::Impl::add_opinions(const Conversation& c) {
    for (const Opinion& opinion : c.opinions) {
        OpinionStats& stats = opinions[opinion.criterion];
        stats.model = opinion.model;
        stats.given += opinion.level > 0 ? 1U : 0U;
        stats.missing += opinion.level > 0 ? 0U : 1U;
        stats.level_sum += static_cast<std::uint64_t>(opinion.level);
        stats.unsure += opinion.unsure ? 1U : 0U;
        stats.gates |= opinion.gates;
    }
}

// Of everybody: that is what was paid.
void SummaryBuilder::Impl::add_model_use(const Conversation& c) {
    const auto use = [this](const char* role, const ModelUse& one) {
        if (one.calls == 0) {
            return;
        }
        ModelUse& sum = model_use[role];
        sum.calls += one.calls;
        sum.input_tokens += one.input_tokens;
        sum.cached_tokens += one.cached_tokens;
        sum.output_tokens += one.output_tokens;
        if (one.cost_usd) {
            sum.cost_usd = sum.cost_usd.value_or(0) + *one.cost_usd;
        }
    };
    use("user", c.user_model);
    use("reader", c.reader_model);
    use("judge", c.judge_model);
}

void SummaryBuilder::Impl::add_metrics(const Conversation& c, std::uint64_t ordinal) {
    const Metrics& m = c.metrics;
    retries += static_cast<std::uint64_t>(m.retries);
    user_turns += static_cast<std::uint64_t>(m.user_turns);
    if (m.cost_usd) {
        cost = cost.value_or(Sum{});
        cost->add(*m.cost_usd);
    }
    for (const Turn& turn : c.turns) {
        if (turn.role == Role::agent) {
            latency.add(turn.latency_ms);
        }
    }
    if (c.resolved && c.outcome != Outcome::invalid) {
        turns[c.cell.persona].add(m.user_turns, ordinal, c.id);
    }
    escalation.add(c, edge_case_of(suite, c.cell));
}

Rate SummaryBuilder::Impl::rate() const {
    std::vector<const Tally*> all;
    for (const auto& [key, record] : cells) {
        all.push_back(&record.outcome);
    }
    return clustered_rate_of(all);
}

std::vector<Slice> SummaryBuilder::Impl::slices() const {
    std::map<std::pair<std::string, std::string>, std::vector<const CellRecord*>> members;
    for (const auto& [key, record] : cells) {
        for (const auto& membership : record.slices) {
            members[membership].push_back(&record);
        }
    }
    std::vector<Slice> out;
    for (const auto& [membership, records] : members) {
        Slice slice{.dimension = membership.first, .value = membership.second};
        std::vector<const Tally*> outcomes;
        std::vector<const Tally*> completions;
        for (const CellRecord* record : records) {
            outcomes.push_back(&record->outcome);
            completions.push_back(&record->completion);
            slice.invalid += record->outcome.invalid;
        }
        slice.rate = clustered_rate_of(outcomes);
        slice.completion = clustered_rate_of(completions);
        out.push_back(std::move(slice));
    }
    return out;
}

std::vector<FindingGroup> SummaryBuilder::Impl::findings_worst_first() const {
    std::vector<FindingGroup> out;
    for (const auto& [name, group] : findings) {
        out.push_back(group);
    }
    std::ranges::sort(out, [](const FindingGroup& a, const FindingGroup& b) {
        return a.conversations != b.conversations ? a.conversations > b.conversations : a.check < b.check;
    });
    return out;
}

std::optional<ReliabilityStats> SummaryBuilder::Impl::reliability() const {
    std::vector<stats::TaskRuns> tasks;
    std::uint64_t k = 0;
    for (const auto& [key, record] : cells) {
        k = std::max(k, record.outcome.n());
        tasks.push_back({record.outcome.n(), record.outcome.passed});
    }
    if (k < 2) {
        return std::nullopt;
    }
    const stats::PassK hat = stats::mean_pass_hat_k(tasks, k);
    const stats::PassK at = stats::mean_pass_at_k(tasks, k);
    return ReliabilityStats{static_cast<int>(k), hat.tasks, hat.value, at.value, hat.interval.low, hat.interval.high};
}

void SummaryBuilder::Impl::fill_metrics(Summary& s) const {
    for (const auto& [persona, histogram] : turns) {
        s.turns.push_back(histogram.stats(persona));
    }
    for (const auto& [intent, levels] : tone) {
        s.tone.push_back(levels.stats(intent));
    }
    s.escalation = escalation.stats();
    s.faults = faults.stats();
    s.reliability = reliability();
    s.latency = latency.stats();
    s.retries = retries;
    s.mean_user_turns = s.done == 0 ? 0 : static_cast<double>(user_turns) / static_cast<double>(s.done);
    if (cost) {
        s.cost_usd = cost->total();
    }
    if (score.n() > 0) {
        s.score = score.mean();
    }
    for (const auto& [name, sum] : criteria) {
        s.criteria[name] = sum.mean();
    }
    s.opinions = opinions;
    s.model_use = model_use;
}

SummaryBuilder::SummaryBuilder(const Suite& suite, std::uint64_t planned)
    : impl_(std::make_unique<Impl>(Impl{.suite = suite, .planned = planned})) {}
SummaryBuilder::~SummaryBuilder() = default;
SummaryBuilder::SummaryBuilder(SummaryBuilder&&) noexcept = default;

std::uint64_t SummaryBuilder::passed() const {
    return impl_->everybody.passed;
}
std::uint64_t SummaryBuilder::failed() const {
    return impl_->everybody.failed;
}
std::uint64_t SummaryBuilder::invalid() const {
    return impl_->everybody.invalid;
}
std::uint64_t SummaryBuilder::done() const {
    return impl_->everybody.n() + impl_->everybody.invalid;
}

void SummaryBuilder::add(const Conversation& c, std::uint64_t ordinal) {
    impl_->everybody.add(c.outcome);
    impl_->add_model_use(c);
    impl_->reader.add(c);
    if (impl_->suite.has_several_users()) {
        impl_->sensitivity.add(c, ordinal);
    }
    if (!decides(impl_->suite, c.cell)) {
        return;
    }
    impl_->add_outcome(c, ordinal);
    impl_->count_checks(c);
    impl_->add_finding(c, ordinal);
    impl_->add_scores(c);
    impl_->add_opinions(c);
    impl_->add_metrics(c, ordinal);
}

Summary SummaryBuilder::finish(const std::string& stopped) const {
    const Impl& d = *impl_;
    Summary s;
    s.sensitivity = d.sensitivity.stats();
    s.reader = d.reader.stats();
    s.planned = s.sensitivity ? d.planned / d.suite.users().size() : d.planned;
    s.done = d.total.n() + d.total.invalid;
    s.passed = d.total.passed;
    s.failed = d.total.failed;
    s.invalid = d.total.invalid;
    s.invalid_by = d.invalid_by;
    s.endings = d.endings;
    s.rate = d.rate();
    s.rate_invalid_failed = rate_of({.passed = d.total.passed, .failed = d.total.failed + d.total.invalid});
    s.slices = d.slices();
    s.findings = d.findings_worst_first();
    s.invalid_examples = d.invalid_examples;
    for (const auto& [name, count] : d.checks) {
        s.checks.push_back(count);
    }
    d.fill_metrics(s);
    apply_gate(d.suite.gate, stopped, s);
    return s;
}

const Slice* Summary::slice(std::string_view dimension, std::string_view value) const {
    const auto found =
        std::ranges::find_if(slices, [&](const Slice& s) { return s.dimension == dimension && s.value == value; });
    return found == slices.end() ? nullptr : &*found;
}

}  // namespace sosia::analysis
