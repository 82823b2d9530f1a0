// Which amounts, durations, dates, times and percentages could the agent have from somewhere? (mission D1: claims not
// in the ground truth)
#pragma once
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "user/reader.h"

namespace sosia::scoring {

class Knowledge {
  public:
    // Texts are read with the rules of `language`, and with the English ones too: ground truth is often written in
    // English whatever the user speaks.
    Knowledge(const user::Reader& reader, std::string_view language) : reader_(&reader), language_(language) {}

    void learn(std::string_view text);
    void learn_named(std::string_view name, std::string_view text);  // `refund_window_days: 14` also counts as 14 days
    void learn_json(std::string_view name, const boost::json::value& value);

    // Whether a claim is known (equal, inside a known range) or follows from what is known: a known date plus a known
    // duration, ...
    bool supports(const user::Claim& claim) const;
    // Whether the claim is an amount that is only reckoned: a sum, difference, multiple or share of known amounts.
    bool is_reckoned(const user::Claim& claim) const;
    bool has(user::ClaimKind kind) const;

  private:
    void add(const user::Claim& claim);
    void add_plain(std::string_view name, double value);
    bool knows_amount(double value) const;
    bool follows_from_amounts(double value) const;
    bool supports_duration(const user::Claim& claim) const;
    bool supports_date(const user::Claim& claim) const;
    bool supports_percent(const user::Claim& claim) const;
    bool knows_number(double value) const;

    const user::Reader* reader_;
    std::string language_;
    std::vector<double> numbers_;  // every number seen, whatever it counts
    std::vector<double> amounts_;  // money
    std::vector<user::Claim> durations_;
    std::vector<user::Claim> dates_;
    std::vector<user::Claim> times_;
    std::vector<double> percents_;
};

}  // namespace sosia::scoring
