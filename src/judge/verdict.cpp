#include "judge/verdict.h"

#include <algorithm>

#include <fmt/format.h>

#include "scoring/scorecard.h"

namespace sosia::judge {
namespace {

const Criterion* criterion_named(const Scorecard& card, std::string_view name) {
    const auto found = std::ranges::find(card.criteria, name, &Criterion::name);
    return found == card.criteria.end() ? nullptr : &*found;
}

void replace_check(Conversation& c, CheckResult check) {
    std::erase_if(c.checks, [&](const CheckResult& old) { return old.name == check.name; });
    c.checks.push_back(std::move(check));
}

CheckResult warning(const Judged& judged) {
    return {.name = "judge", .passed = false, .detail = judged.error, .gates = false};
}

void invalidate(const Judged& judged, Conversation& c) {
    c.outcome = Outcome::invalid;
    c.fault = judged.trouble == Trouble::judge ? Fault::judge : Fault::infrastructure;
    c.error = judged.error;
}

void add_score(const Scorecard& card, const Opinion& opinion, Conversation& c) {
    std::erase_if(c.scores, [&](const Score& s) { return s.criterion == opinion.criterion; });
    const Criterion* criterion = criterion_named(card, opinion.criterion);
    c.scores.push_back({.criterion = opinion.criterion,
                        .value = static_cast<double>(opinion.level),
                        .weight = criterion == nullptr ? 1 : criterion->weight,
                        .reason = opinion.reason,
                        .turn = opinion.turn,
                        .author = opinion.model});
}

CheckResult floor_check(const Opinion& opinion, double floor) {
    CheckResult check{.name = "criterion." + opinion.criterion, .passed = opinion.level >= floor};
    if (!check.passed || opinion.unsure) {
        check.turn = opinion.turn;
        check.quote = opinion.evidence.empty() ? "" : opinion.evidence.front().text;
        check.detail = fmt::format("{} is {}, below its floor of {:.1f}, says {}: {}", opinion.criterion, opinion.level,
                                   floor, opinion.model, opinion.reason);
    }
    if (opinion.unsure) {  // not failed, not passed: shown
        check.passed = false;
        check.gates = false;
        check.detail = fmt::format("{} is unsure about {}: the votes lie on both sides of {:.1f}", opinion.model,
                                   opinion.criterion, floor);
    }
    return check;
}

void add_mean(const Scorecard& card, Conversation& c) {
    double sum = 0;
    double weights = 0;
    for (const Score& s : c.scores) {
        sum += s.value * s.weight;
        weights += s.weight;
    }
    if (weights <= 0) {
        return;
    }
    c.metrics.score = sum / weights;
    if (card.threshold) {
        CheckResult check{.name = "score", .passed = *c.metrics.score >= *card.threshold};
        if (!check.passed) {
            check.detail = fmt::format("weighted score {:.2f} is below the threshold of {:.2f}", *c.metrics.score,
                                       *card.threshold);
        }
        replace_check(c, std::move(check));
    }
}

void decide(Conversation& c) {
    const bool failed =
        std::ranges::any_of(c.checks, [](const CheckResult& check) { return !check.passed && check.gates; });
    c.outcome = failed ? Outcome::failed : Outcome::passed;
    c.fault = failed ? Fault::agent : Fault::none;
}

void count(const Scorecard& card, Conversation& c) {
    for (const Opinion& opinion : c.opinions) {
        if (!opinion.gates || opinion.level == 0) {
            continue;
        }
        add_score(card, opinion, c);
        const Criterion* criterion = criterion_named(card, opinion.criterion);
        if (criterion != nullptr && criterion->floor) {
            replace_check(c, floor_check(opinion, *criterion->floor));
        }
    }
    add_mean(card, c);
    scoring::apply_settings(card, c.checks);
    decide(c);
}

void add_use(const ModelUse& use, ModelUse& to) {
    to.calls += use.calls;
    to.input_tokens += use.input_tokens;
    to.cached_tokens += use.cached_tokens;
    to.output_tokens += use.output_tokens;
    if (use.cost_usd) {
        to.cost_usd = to.cost_usd.value_or(0) + *use.cost_usd;
    }
}

}  // namespace

void apply(const Suite& suite, const Standing& standing, Judged judged, Conversation& c) {
    add_use(judged.use, c.judge_model);
    bool gates = judged.opinions.empty() && !standing.gating.empty();
    for (Opinion& opinion : judged.opinions) {
        opinion.gates = standing.counts(opinion.criterion);
        gates |= opinion.gates && opinion.level == 0;
    }
    c.opinions.insert(c.opinions.end(), std::make_move_iterator(judged.opinions.begin()),
                      std::make_move_iterator(judged.opinions.end()));
    if (c.outcome == Outcome::invalid) {
        return;
    }
    if (judged.trouble != Trouble::none && gates) {
        invalidate(judged, c);
        return;
    }
    if (judged.trouble != Trouble::none) {
        c.checks.push_back(warning(judged));
    }
    if (!standing.gating.empty()) {
        count(suite.scorecard, c);
    }
}

double lifelikeness(int level) {
    constexpr double steps = 4;
    return (level - 1) / steps;
}

void apply_realism(double floor, Judged judged, Conversation& c) {
    add_use(judged.use, c.judge_model);
    if (judged.trouble != Trouble::none) {
        invalidate(judged, c);
        return;
    }
    Opinion& opinion = judged.opinions.front();
    opinion.gates = true;
    if (lifelikeness(opinion.level) < floor) {
        c.outcome = Outcome::invalid;
        c.fault = Fault::simulator;
        c.fault_kind = "inconsistent-behavior";
        c.error = fmt::format("the simulated user is not lifelike ({:.2f}, at least {:.2f} is asked for): {}",
                              lifelikeness(opinion.level), floor, opinion.reason);
    }
    c.opinions.push_back(std::move(opinion));
}

}  // namespace sosia::judge
