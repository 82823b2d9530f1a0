// Which amounts, durations, dates, times and percentages could the agent have from somewhere? (mission D1: claims not in the
// ground truth). Sources: the scenario's truth and context, the persona's facts, what the user wrote, and what tools returned.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "scoring/transcript.h"

namespace sosia::scoring {

class Grounding {
  public:
    // What is known before the first turn. `own_data_only`: the customer's own context, not the rest (for questions about others).
    Grounding(const Transcript& transcript, bool own_data_only);

    void learn(std::string_view text);                       // values in a text
    void learn_named(std::string_view name, std::string_view text);  // `refund_window_days: 14` also counts as 14 days

    // Whether a claim follows from what is known: equal, inside a known range, a sum or multiple of known amounts, a known date
    // plus a known duration, ...
    bool supports(const user::Claim& claim) const;
    bool knows_any(user::ClaimKind kind) const;

  private:
    void add(const user::Claim& claim);
    bool supports_money(const user::Claim& claim) const;
    bool supports_duration(const user::Claim& claim) const;
    bool supports_date(const user::Claim& claim) const;
    bool supports_percent(const user::Claim& claim) const;

    const user::Reader& reader_;
    std::string language_;
    std::vector<double> numbers_;            // every number seen, whatever it counts
    std::vector<double> amounts_;            // money
    std::vector<user::Claim> durations_;
    std::vector<user::Claim> dates_;
    std::vector<user::Claim> times_;
    std::vector<double> percents_;
};

// Seconds of a duration claim's low and high end; business days count as days.
bool same_value(const user::Claim& a, const user::Claim& b);

}  // namespace sosia::scoring
