#include "scoring/scorer.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "scoring/case_file.h"
#include "scoring/checks.h"
#include "scoring/checks_world.h"
#include "scoring/custom_checks.h"
#include "scoring/judge_rules.h"
#include "scoring/score_cache.h"
#include "scoring/scorecard.h"

namespace sosia::scoring {
namespace {

std::vector<CheckResult> run_checks(const Transcript& t, const CellParts& parts, const WorldChecks& worlds) {
    Findings findings;
    for (const auto check : {check_reply, check_tools, check_claims, check_contradiction, check_correction,
                             check_boundary, check_stance, check_privacy, check_context, check_questions, check_loop,
                             check_escalation, check_tone, check_language, check_words, check_outcome, check_limits}) {
        check(t, findings);
    }
    worlds.run(t, parts, findings);
    return findings.take();
}

JudgeScores judged(const Transcript& t, const Conversation& c) {
    JudgeScores out{.scores = judge_conversation(t, c.checks), .turn_scores = {}};
    for (const AgentTurn& turn : t.agent) {
        std::vector<Score> scores = judge_turn(turn, c.checks);
        // Turns with nothing to say about them would only swell the record.
        std::erase_if(scores, [](const Score& s) { return s.value >= 5; });
        if (!scores.empty()) {
            out.turn_scores.emplace_back(turn.turn->n, std::move(scores));
        }
    }
    return out;
}

void clear(Conversation& c) {
    c.checks.clear();
    c.scores.clear();
    c.turn_scores.clear();
    c.metrics.score.reset();
}

}  // namespace

struct Scorer::Impl {
    const Suite& suite;
    user::GoalWords words;
    PhraseBook phrases;
    CustomChecks custom;
    WorldChecks worlds;
    Tools tools;
    ScoreCache* cache = nullptr;
    std::mutex mutex;  // guards case_files
    std::map<std::pair<const Persona*, const EdgeCase*>, CaseFile> case_files;

    Impl(const Suite& s, const user::Reader& reader, user::GoalWords w, PhraseBook p, WorldChecks world_checks)
        : suite(s),
          words(std::move(w)),
          phrases(std::move(p)),
          custom(s.scorecard, s.directory),
          worlds(std::move(world_checks)),
          tools{reader, words, phrases} {}

    const CaseFile& case_file(const CellParts& parts) {
        const std::lock_guard lock(mutex);
        const auto key = std::make_pair(parts.persona, parts.edge_case);
        const auto found = case_files.find(key);
        if (found != case_files.end()) {
            return found->second;
        }
        return case_files.try_emplace(key, *parts.persona, *parts.scenario, *parts.edge_case, tools).first->second;
    }
};

Scorer::Scorer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Scorer::~Scorer() = default;

Result<std::unique_ptr<Scorer>> Scorer::create(const Suite& suite, const user::Reader& reader) {
    Result<user::GoalWords> words = user::GoalWords::create();
    if (!words) {
        return std::unexpected(words.error());
    }
    std::set<std::string, std::less<>> languages;
    for (const Persona& persona : suite.personas) {
        languages.insert(persona.language);
    }
    Result<PhraseBook> phrases = PhraseBook::create(languages);
    if (!phrases) {
        return std::unexpected(phrases.error());
    }
    Result<WorldChecks> worlds = WorldChecks::create(suite);
    if (!worlds) {
        return std::unexpected(worlds.error());
    }
    return std::unique_ptr<Scorer>(
        new Scorer(std::make_unique<Impl>(suite, reader, std::move(*words), std::move(*phrases), std::move(*worlds))));
}

void Scorer::use(ScoreCache* cache) {
    impl_->cache = cache;
}

void Scorer::score(Conversation& c, const CellParts& parts, std::vector<user::Reading> readings) const {
    clear(c);
    const bool was_not_held = c.ended == Ending::user_invalid || c.ended == Ending::world_unavailable;
    if (c.outcome == Outcome::invalid && (c.fault == Fault::infrastructure || was_not_held)) {
        return;
    }
    const Scorecard& card = impl_->suite.scorecard;
    const std::vector<Finding> own_faults = simulator_faults(c, parts);
    const Transcript t = read_transcript(c, impl_->case_file(parts), std::move(readings));
    c.checks = run_checks(t, parts, impl_->worlds);
    impl_->custom.run(t, c.checks);
    apply_settings(card, c.checks);
    const auto by_rules = [&] { return judged(t, c); };
    JudgeScores scores = impl_->cache == nullptr ? by_rules() : impl_->cache->scores(impl_->suite, parts, c, by_rules);
    c.scores = std::move(scores.scores);
    c.turn_scores = std::move(scores.turn_scores);
    weigh(card, c);
    if (!own_faults.empty()) {
        c.outcome = Outcome::invalid;
        c.fault = Fault::simulator;
        c.error = own_faults.front().detail;
        return;
    }
    if (const std::string broken = WorldChecks::broken_tool(c); !broken.empty()) {
        c.outcome = Outcome::invalid;
        c.fault = Fault::tool;
        c.error = broken;
        return;
    }
    const bool failed =
        std::ranges::any_of(c.checks, [](const CheckResult& check) { return !check.passed && check.gates; });
    c.outcome = failed ? Outcome::failed : Outcome::passed;
    c.fault = failed ? Fault::agent : Fault::none;
}

bool has_commands(const Scorecard& scorecard) {
    return std::ranges::any_of(scorecard.custom, [](const CustomCheck& c) { return !c.command.empty(); });
}

}  // namespace sosia::scoring
