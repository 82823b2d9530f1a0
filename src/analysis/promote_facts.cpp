#include "analysis/promote_facts.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "analysis/stand_ins.h"
#include "base/text.h"

namespace sosia::analysis {
namespace {

constexpr std::array<std::string_view, 32> askable{"order_id",
                                                   "email",
                                                   "phone_number",
                                                   "name",
                                                   "date_of_birth",
                                                   "address",
                                                   "zip_code",
                                                   "card_number",
                                                   "last_four_digits",
                                                   "account_number",
                                                   "booking_reference",
                                                   "member_id",
                                                   "policy_number",
                                                   "invoice_number",
                                                   "ticket_number",
                                                   "claim_number",
                                                   "amount",
                                                   "charge_date",
                                                   "purchase_date",
                                                   "item",
                                                   "serial_number",
                                                   "appointment_date",
                                                   "preferred_time",
                                                   "doctor",
                                                   "medication",
                                                   "travel_date",
                                                   "flight_number",
                                                   "tracking_number",
                                                   "transaction_id",
                                                   "payment_method",
                                                   "username",
                                                   "device"};

// The word before an identifier tells what it is: "order A-10023".
struct Named {
    std::string_view word;
    std::string_view fact;
};
constexpr std::array<Named, 14> named{{{"order", "order_id"},
                                       {"purchase", "order_id"},
                                       {"booking", "booking_reference"},
                                       {"reservation", "booking_reference"},
                                       {"confirmation", "booking_reference"},
                                       {"invoice", "invoice_number"},
                                       {"ticket", "ticket_number"},
                                       {"case", "ticket_number"},
                                       {"claim", "claim_number"},
                                       {"account", "account_number"},
                                       {"member", "member_id"},
                                       {"policy", "policy_number"},
                                       {"flight", "flight_number"},
                                       {"tracking", "tracking_number"}}};

std::string by_kind(const std::string& kind) {
    return kind == "email" ? "email" : kind == "phone" ? "phone_number" : kind == "card" ? "card_number" : "";
}

// The last of those words in front of the value, within reach.
std::string by_words_before(const std::string& text, const std::string& value) {
    constexpr std::size_t reach = 40;
    const std::size_t at = text.find(value);
    const std::size_t from = at == std::string::npos || at < reach ? 0 : at - reach;
    const std::string before = lower(text.substr(from, at == std::string::npos ? 0 : at - from));
    std::size_t nearest = 0;
    std::string out = "reference";
    for (const Named& n : named) {
        const std::size_t place = before.rfind(n.word);
        if (place != std::string::npos && place + 1 > nearest) {
            nearest = place + 1;
            out = n.fact;
        }
    }
    return out;
}

bool is_identifier(std::string_view fact) {
    return fact.contains("_id") || fact.contains("number") || fact.contains("reference") || fact == "username";
}

bool is_personal(std::string_view fact) {
    return fact == "name" || fact == "address" || fact == "date_of_birth";
}

bool corrects(const std::string& text) {
    constexpr std::array<std::string_view, 9> marks{"sorry",    "i meant", "wrong",    "mistake", "typo",
                                                    "actually", "correct", "not that", "misread"};
    const std::string said = lower(text);
    return std::ranges::any_of(marks, [&](std::string_view m) { return said.contains(m); });
}

}  // namespace

std::string fact_given(const std::string& kind, const std::string& value, const std::string& text,
                       const std::vector<std::string>& asks) {
    if (const std::string name = by_kind(kind); !name.empty()) {
        return name;
    }
    if (kind == "id") {
        const auto asked = std::ranges::find_if(asks, is_identifier);
        return asked != asks.end() ? *asked : by_words_before(text, value);
    }
    // Amounts, dates and the like are facts when they answer a question.
    const bool answers = kind != "url" && asks.size() == 1 && !is_identifier(asks.front());
    return answers ? asks.front() : "";
}

bool puts_right(const std::string& text) {
    return corrects(text);
}

namespace {

class Collector {
  public:
    Collector(const Conversation& c, std::span<const TurnSigns> signs) : conversation_(c), signs_(signs) {}

    PromotedFacts collect() {
        for (std::size_t i = 0; i < conversation_.turns.size(); ++i) {
            if (conversation_.turns[i].role == Role::agent) {
                for (const std::string& fact : signs_[i].asks) {
                    ++asked_[fact];
                }
            } else {
                ++user_turn_;
                hear(i);
            }
        }
        for (const auto& [fact, times] : asked_) {
            if (!places_.contains(fact)) {
                out_.to_check.push_back(fmt::format(
                    "the agent asked for {} and was not told: add it to the facts if the user knows it", fact));
            }
        }
        return std::move(out_);
    }

  private:
    void hear(std::size_t i) {
        const std::string& text = conversation_.turns[i].text;
        const std::vector<std::string> asks = i == 0 ? std::vector<std::string>{} : signs_[i - 1].asks;
        for (const auto& [kind, value] : signs_[i].values) {
            if (const std::string name = fact_given(kind, value, text, asks); !name.empty()) {
                told(name, value, text);
            }
        }
        for (const std::string& fact : asks) {
            if (!places_.contains(fact) && signs_[i].values.empty()) {
                told_in_words(fact, text);
            }
        }
    }

    // "who is your doctor?" - "Dr Patel": the reply is the value, when it is short enough to be nothing else.
    void told_in_words(const std::string& fact, const std::string& text) {
        constexpr std::size_t longest = 60;
        if (is_personal(fact)) {
            told(fact, std::string(stand_in(fact)), text);
            out_.to_check.push_back(fmt::format("the value of {} is made up", fact));
        } else if (text.size() <= longest && !text.contains('?') && !text.contains('\n')) {
            told(fact, std::string(trim(text)), text);
        }
    }

    void told(const std::string& name, const std::string& value, const std::string& text) {
        const auto known = places_.find(name);
        if (known == places_.end()) {
            add(name, value);
            return;
        }
        Fact& fact = out_.facts[known->second];
        if (fact.value == value || fact.first_says == value) {
            return;
        }
        if (corrects(text) && fact.when != Disclosure::corrected) {
            fact.first_says = std::exchange(fact.value, value);
            fact.when = Disclosure::corrected;
            fact.at_turn = user_turn_;
            out_.corrects = true;
            out_.inferred.push_back(
                fmt::format("{} is given wrong first and put right in user turn {}", name, user_turn_));
        } else {
            out_.to_check.push_back(fmt::format("the user also gave {} as {}", name, value));
        }
    }

    void add(const std::string& name, const std::string& value) {
        const int times = asked_.contains(name) ? asked_.at(name) : 0;
        const Disclosure when = times == 0   ? Disclosure::freely
                                : times == 1 ? Disclosure::asked
                                             : Disclosure::second_ask;
        places_[name] = out_.facts.size();
        out_.facts.push_back({.name = name, .value = value, .when = when});
        out_.inferred.push_back(
            times == 0 ? fmt::format("{} was told unasked", name)
                       : fmt::format("{} was told after {} question{}", name, times, times == 1 ? "" : "s"));
    }

    const Conversation& conversation_;
    std::span<const TurnSigns> signs_;
    PromotedFacts out_;
    std::map<std::string, std::size_t> places_;
    std::map<std::string, int> asked_;
    int user_turn_ = 0;
};

}  // namespace

std::span<const std::string_view> askable_facts() {
    return askable;
}

PromotedFacts facts_in(const Conversation& conversation, std::span<const TurnSigns> signs) {
    return Collector(conversation, signs).collect();
}

}  // namespace sosia::analysis
