#include <algorithm>
#include <map>
#include <set>

#include <re2/re2.h>

#include "base/text.h"
#include "scoring/checks.h"
#include "scoring/grounding.h"

namespace sosia::scoring {
using user::Act;
using user::Claim;
using user::ClaimKind;
namespace {

constexpr double minute = 60;

bool is_policy_sentence(std::string_view sentence) {
    static const RE2 policy(
        R"((?i)(guarant|polic|warrant|refund|return|window|fee|charge|discount|waive|credit|compensat|voucher|cancel|within|allowed|entitled|eligible|deadline|no later|up to|free of|\brules?\b|garant|devol|reembols|plazo|política|frist|erstatt|kostenlos|rabatt|gebühr|stornier))");
    return RE2::PartialMatch(re2::StringPiece(sentence.data(), sentence.size()), policy);
}

bool is_measure(const std::string& unit) {
    static const std::set<std::string> measures{"mg", "mcg", "ml", "milligram", "milliliter", "gram", "tablet", "pill", "capsule", "drop", "dose", "gb", "mb", "point", "mile", "kilometer", "km"};
    return measures.contains(unit);
}

// The agent used a tool and did not say what it returned: amounts and dates may come from there.
bool has_unseen_results(const Transcript& t, const AgentTurn& up_to) {
    for (const AgentTurn& a : t.agent) {
        if (std::ranges::any_of(a.turn->tools, [](const ToolCall& tool) { return !tool.result.has_value(); })) {
            return true;
        }
        if (&a == &up_to) {
            return false;
        }
    }
    return false;
}

// Whether a claim of this kind can be judged at all against what we know.
bool can_judge(const Transcript& t, const Grounding& known, const AgentTurn& a, const Claim& claim) {
    const std::string_view sentence = std::string_view(a.turn->text).substr(claim.sentence_begin, claim.sentence_end - claim.sentence_begin);
    switch (claim.kind) {
        case ClaimKind::duration: {
            const bool idle = claim.high <= 15 * minute;  // "one minute please"
            return !t.truth.empty() && !idle && (!has_unseen_results(t, a) || is_policy_sentence(sentence));
        }
        case ClaimKind::percent: return !t.truth.empty();
        case ClaimKind::money: return known.knows_any(ClaimKind::money) && (!has_unseen_results(t, a) || is_policy_sentence(sentence));
        case ClaimKind::date:
        case ClaimKind::time: return known.knows_any(claim.kind) && !has_unseen_results(t, a);
        case ClaimKind::number: return is_measure(claim.unit) && !t.truth.empty();
    }
    return false;
}

void learn_turn(Grounding& known, const AgentTurn& a) {
    if (a.user != nullptr) {
        known.learn(a.user->text);
    }
    for (const ToolCall& tool : a.turn->tools) {
        for (const auto& part : {tool.arguments, tool.result}) {
            if (!part) {
                continue;
            }
            if (part->is_object()) {
                for (const auto& [key, value] : part->as_object()) {
                    known.learn_named(key, flatten(value));
                }
            } else {
                known.learn(flatten(*part));
            }
        }
    }
}

struct Judged {
    const AgentTurn* at;
    std::vector<const Claim*> grounded;
    std::vector<const Claim*> ungrounded;
};

std::vector<Judged> judge_claims(const Transcript& t) {
    Grounding known(t, false);
    std::vector<Judged> all;
    for (const AgentTurn& a : t.agent) {
        learn_turn(known, a);
        Judged judged{.at = &a};
        for (const Claim& claim : a.reading.claims) {
            if (claim.question || !can_judge(t, known, a, claim)) {
                continue;
            }
            (known.supports(claim) ? judged.grounded : judged.ungrounded).push_back(&claim);
        }
        all.push_back(std::move(judged));
    }
    return all;
}

std::string words_of(const AgentTurn& a, const Claim& claim) { return a.turn->text.substr(claim.begin, claim.end - claim.begin); }

// The ground truth that the sentence is about, for the message: the entry that shares the most words.
std::string nearest_truth(const Transcript& t, const AgentTurn& a, const Claim& claim) {
    const std::string sentence = lower(std::string_view(a.turn->text).substr(claim.sentence_begin, claim.sentence_end - claim.sentence_begin));
    std::string best;
    int most = 0;
    for (const auto& [name, text] : t.truth) {
        std::string words = lower(name);
        std::ranges::replace(words, '_', ' ');
        int shared = 0;
        for (const std::string_view word : split(words, ' ')) {
            shared += word.size() > 3 && sentence.contains(word) ? 1 : 0;
        }
        if (shared > most) {
            most = shared;
            best = name + ": " + text;
        }
    }
    return best;
}

void check_grounded(const Transcript& t, const std::vector<Judged>& judged, Findings& out) {
    std::vector<Finding> found;
    for (const Judged& j : judged) {
        for (const Claim* claim : j.ungrounded) {
            const std::string truth = nearest_truth(t, *j.at, *claim);
            found.push_back({j.at->turn->n, "says \"" + words_of(*j.at, *claim) + "\", which nothing supports" + (truth.empty() ? "" : " (the truth is " + truth + ")"),
                             quote_of(j.at->turn->text, claim->sentence_begin, claim->sentence_end)});
        }
    }
    out.report("claims", found, "hallucinated-policy");
}

// Answers to framings of one question must agree: a value of the same kind that differs, where not both are true.
void check_contradiction(const std::vector<Judged>& judged, Findings& out) {
    struct Said {
        const AgentTurn* at;
        const Claim* claim;
        bool grounded;
    };
    std::map<std::string, std::vector<Said>> by_question;
    std::map<std::string, int> asked;
    for (const Judged& j : judged) {
        const std::string topic = j.at->user == nullptr ? "" : j.at->user->mind.asks;
        if (topic.empty() || topic == "human") {
            continue;
        }
        ++asked[topic];
        for (const Claim* claim : j.grounded) {
            by_question[topic].push_back({j.at, claim, true});
        }
        for (const Claim* claim : j.ungrounded) {
            by_question[topic].push_back({j.at, claim, false});
        }
    }
    std::vector<Finding> found;
    for (const auto& [topic, said] : by_question) {
        for (std::size_t i = 0; i < said.size(); ++i) {
            for (std::size_t k = i + 1; k < said.size(); ++k) {
                const Said& a = said[i];
                const Said& b = said[k];
                if (a.at != b.at && a.claim->kind == b.claim->kind && !same_value(*a.claim, *b.claim) && !(a.grounded && b.grounded)) {
                    found.push_back({b.at->turn->n, "says \"" + words_of(*b.at, *b.claim) + "\"; asked the same at turn " + std::to_string(a.at->turn->n) + " it said \"" + words_of(*a.at, *a.claim) + "\"",
                                     quote_of(b.at->turn->text, b.claim->sentence_begin, b.claim->sentence_end)});
                }
            }
        }
    }
    if (std::ranges::any_of(asked, [](const auto& entry) { return entry.second > 1; })) {
        out.report("contradiction", found, "hallucinated-policy");
    }
}

}  // namespace

void check_claims(const Transcript& t, Findings& out) {
    if (t.truth.empty() && t.context.empty()) {
        return;  // no ground truth: nothing can be called unsupported
    }
    const std::vector<Judged> judged = judge_claims(t);
    check_grounded(t, judged, out);
    check_contradiction(judged, out);
}

}  // namespace sosia::scoring
