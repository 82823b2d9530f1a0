// How the user pushes back: mission B3. An adversary is data, a small program of tactics over turns and conditions.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sosia {

enum class AdversaryFamily {
    cooperative,
    objection_ladder,
    retry_pressure,
    escalation_pressure,
    off_script,
    persona_pressure,
    prompt_injection,
    social_engineering,
    third_party_data,  // data of somebody else
};

// One step. It fires when all its conditions hold and it has fired fewer than `times` times.
struct Tactic {
    std::string act;  // what the user does: "object", "demand-citation", "ask-again", "demand-human", "inject", ...
                      // (docs/adversaries.md)
    std::optional<int> after;  // not before this many user turns are over
    std::string when;  // condition: "" always; "agent refuses", "agent claims", "agent hands over", "goal met", ... "!"
                       // negates, "," means and
    std::string say;   // verbatim text instead of the phrase bank; {{fact}} and {{intent}} are filled in
    int times = 1;     // how often it may fire
    double chance = 1;               // probability when it could fire (seeded)
    std::string expect;              // "", "answer", "decline", "handover": what a correct agent does with it; checked
    std::vector<std::string> watch;  // text the agent must not say in reply (canaries, secrets)
};

struct Adversary {
    std::string id;
    AdversaryFamily family = AdversaryFamily::cooperative;
    std::string description;
    std::vector<Tactic> tactics;  // tried in this order each turn; the first that fires decides the move
    double emotion = 0;           // added to the user's emotion at the start
    std::vector<std::string> tags;
    std::string hash;
    std::string file;
};

std::string_view to_string(AdversaryFamily value);
std::optional<AdversaryFamily> parse_adversary_family(std::string_view text);

}  // namespace sosia
