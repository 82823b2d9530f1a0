// Who is talking: mission A1 to A7, A9.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sosia {

// When the user gives a hidden fact away (mission A4).
enum class Disclosure {
    freely,      // said in the opening or when it fits, asked or not
    asked,       // only when the agent asks for it
    second_ask,  // dodged at the first ask, given at the second
    never,       // refused however often it is asked
    corrected,   // given wrong first (`first_says`), corrected by the user at `at_turn`
};

struct Fact {
    std::string name;
    std::string value;
    Disclosure when = Disclosure::asked;
    std::string first_says;             // corrected only: the wrong value given first
    int at_turn = 0;                    // corrected only: the user turn (1-based) at which the user corrects it
    std::vector<std::string> asked_by;  // phrases with which an agent asks for it; the name's own words always count
};

// Numbers that shape behaviour (mission A5). All deterministic given the seed.
struct Knobs {
    double frustration_threshold =
        3;                       // emotion level (0 calm .. 5 furious) at which the user shows anger and may escalate
    double drop = 0.03;          // probability per turn of going off script
    int patience = 8;            // unhelpful agent turns in all before the user gives up
    double clarity = 0.7;        // 0: the first message hides the intent, 1: states it cleanly
    std::optional<double> typo;  // probability of a typo per word; default depends on style and emotion
};

// What the agent is suspected to do wrong with this persona (mission A7).
enum class FailureCategory {
    hallucinated_policy,
    context_loss,
    emotional_miscalibration,
    tool_selection,
    correction_failure,
    knowledge_boundary,
};

struct Goal {
    std::string primary;            // "get the duplicate charge refunded"
    std::vector<std::string> side;  // "ask how long it takes"
};

struct Persona {
    std::string id;
    std::string name;
    // Axes (mission A1). The four built-in ones are style, emotion, knowledge, intent; users may add axes and values.
    std::map<std::string, std::string> traits;
    std::vector<FailureCategory> probes;
    std::string profile;  // background in a sentence or a few
    std::string language = "en";
    std::map<std::string, std::string> background;  // age, role, history ...: shown, and known to the user when asked
    std::map<std::string, double> big_five;         // openness ... neuroticism, 0 to 1
    Goal goal;
    std::vector<Fact> facts;
    Knobs knobs;
    std::vector<std::string> escalates_when;  // trigger phrases: see docs/personas.md for those the engine understands
    std::vector<std::string> samples;         // lines this person would say (mission A2)
    std::vector<std::string> catchphrases;
    std::vector<std::string> frustrations;
    std::vector<std::string> rules;    // conversation rules in words, for a model that words the user
    std::vector<std::string> only_in;  // scenarios this person belongs to; empty: every one that fits
    std::vector<std::string> tags;
    std::string hash;  // content hash of the definition (mission A9)
    std::string file;  // where it was written, relative to the suite

    // The value on an axis, or "" when the persona says nothing about it.
    std::string_view trait(std::string_view axis) const;
    const Fact* fact(std::string_view fact_name) const;
};

std::string_view to_string(Disclosure value);
std::string_view to_string(FailureCategory value);
std::optional<Disclosure> parse_disclosure(std::string_view text);
std::optional<FailureCategory> parse_failure_category(std::string_view text);

}  // namespace sosia
