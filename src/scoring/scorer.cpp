#include "scoring/scorer.h"

#include <algorithm>

#include <fmt/format.h>

#include "scoring/checks.h"
#include "scoring/custom_checks.h"
#include "scoring/judge_rules.h"

namespace sosia::scoring {
namespace {

// "off" removes a check, "warn" keeps it from failing the conversation; the longest matching name or prefix decides.
void apply_settings(const Scorecard& card, std::vector<CheckResult>& checks) {
    const auto setting = [&](const CheckResult& check) -> std::string_view {
        std::string_view best;
        std::size_t longest = 0;
        for (const auto& [name, level] : card.checks) {
            const bool fits = check.name == name || check.name.starts_with(name + ".");
            if (fits && name.size() >= longest) {
                longest = name.size();
                best = level;
            }
        }
        return best;
    };
    std::erase_if(checks, [&](const CheckResult& c) { return setting(c) == "off"; });
    for (CheckResult& check : checks) {
        check.gates = check.gates && setting(check) != "warn";
    }
}

void weigh(const Scorecard& card, Conversation& c) {
    if (!card.criteria.empty()) {
        std::erase_if(c.scores, [&](const Score& s) { return std::ranges::find(card.criteria, s.criterion, &Criterion::name) == card.criteria.end(); });
    }
    double sum = 0;
    double weights = 0;
    for (Score& s : c.scores) {
        const auto criterion = std::ranges::find(card.criteria, s.criterion, &Criterion::name);
        if (criterion != card.criteria.end()) {
            s.weight = criterion->weight;
            if (criterion->floor) {
                const bool low = s.value < *criterion->floor;
                c.checks.push_back({.name = "criterion." + s.criterion, .passed = !low, .turn = low ? s.turn : 0,
                                    .detail = low ? fmt::format("{} is {:.1f}, below its floor of {:.1f}: {}", s.criterion, s.value, *criterion->floor, s.reason) : ""});
            }
        }
        sum += s.value * s.weight;
        weights += s.weight;
    }
    if (weights > 0) {
        c.metrics.score = sum / weights;
    }
    if (card.threshold && c.metrics.score) {
        const bool low = *c.metrics.score < *card.threshold;
        c.checks.push_back({.name = "score", .passed = !low,
                            .detail = low ? fmt::format("weighted score {:.2f} is below the threshold of {:.2f}", *c.metrics.score, *card.threshold) : ""});
    }
}

void judge(const Transcript& t, Conversation& c) {
    c.scores = judge_conversation(t, c.checks);
    for (const AgentTurn& turn : t.agent) {
        std::vector<Score> scores = judge_turn(t, turn, c.checks);
        // Turns with nothing to say about them would only swell the record.
        std::erase_if(scores, [](const Score& s) { return s.value >= 5; });
        if (!scores.empty()) {
            c.turn_scores.emplace_back(turn.turn->n, std::move(scores));
        }
    }
}

std::vector<CheckResult> run_checks(const Transcript& t) {
    Findings findings;
    for (const auto check : {check_reply, check_tools, check_claims, check_correction, check_boundary, check_stance, check_privacy, check_context,
                             check_escalation, check_tone, check_language, check_words, check_outcome, check_limits}) {
        check(t, findings);
    }
    return findings.take();
}

}  // namespace

void score(Conversation& c, const CellParts& parts, const Suite& suite, const user::Reader& reader) {
    c.checks.clear();
    c.scores.clear();
    c.turn_scores.clear();
    c.metrics.score.reset();
    if (c.outcome == Outcome::invalid && c.fault == Fault::infrastructure) {
        return;
    }
    const std::vector<Finding> own_faults = simulator_faults(c, parts);
    const Transcript t = read_transcript(c, parts, reader);
    c.checks = run_checks(t);
    run_custom_checks(suite.scorecard, suite.directory, t, c.checks);
    apply_settings(suite.scorecard, c.checks);
    judge(t, c);
    weigh(suite.scorecard, c);
    if (!own_faults.empty()) {
        c.outcome = Outcome::invalid;
        c.fault = Fault::simulator;
        c.error = own_faults.front().detail;
        return;
    }
    const bool failed = std::ranges::any_of(c.checks, [](const CheckResult& check) { return !check.passed && check.gates; });
    c.outcome = failed ? Outcome::failed : Outcome::passed;
    c.fault = failed ? Fault::agent : Fault::none;
}

}  // namespace sosia::scoring
