#include "user/ledger.h"

#include <algorithm>

#include "base/text.h"

namespace sosia::user {
namespace {

constexpr std::size_t longest_incidental = 80;  // bytes; longer context values are no facts a person would type

void add_incidental(std::vector<Ledger::Entry>& entries, std::string name, std::string value) {
    const bool known = std::ranges::any_of(entries, [&](const Ledger::Entry& e) { return e.fact.name == name; });
    if (known || value.empty() || value.size() > longest_incidental) {
        return;
    }
    Ledger::Entry entry;
    entry.fact = Fact{.name = std::move(name), .value = std::move(value), .when = Disclosure::asked};
    entry.incidental = true;
    entries.push_back(std::move(entry));
}

std::string scalar_text(const boost::json::value& value) {
    if (value.is_string()) {
        return std::string(value.as_string());
    }
    if (value.is_int64()) {
        return std::to_string(value.as_int64());
    }
    return {};
}

}  // namespace

Ledger::Ledger(const CellParts& parts) {
    for (const Fact& fact : parts.persona->facts) {
        entries_.push_back(Entry{.fact = fact});
    }
    add_incidental(entries_, "name", parts.persona->name);
    const boost::json::object context = merged_context(*parts.scenario, *parts.edge_case);
    if (const boost::json::value* customer = context.if_contains("customer"); customer != nullptr && customer->is_object()) {
        for (const auto& [key, value] : customer->as_object()) {
            add_incidental(entries_, std::string(key), scalar_text(value));
        }
    }
    for (const auto& [key, value] : parts.persona->background) {
        add_incidental(entries_, key, value);
    }
}

const Ledger::Entry* Ledger::find(std::string_view fact) const {
    const auto found = std::ranges::find_if(entries_, [&](const Entry& e) { return e.fact.name == fact; });
    return found == entries_.end() ? nullptr : &*found;
}

Ledger::Entry* Ledger::find(std::string_view fact) {
    const auto found = std::ranges::find_if(entries_, [&](const Entry& e) { return e.fact.name == fact; });
    return found == entries_.end() ? nullptr : &*found;
}

Answer Ledger::answer(std::string_view fact) const {
    const Entry* entry = find(fact);
    if (entry == nullptr) {
        return Answer::unknown;
    }
    if (entry->told) {
        return Answer::repeat;
    }
    switch (entry->fact.when) {
        case Disclosure::never: return Answer::refuse;
        case Disclosure::second_ask: return entry->asked >= 1 ? Answer::give : Answer::hold_back;
        case Disclosure::corrected: return entry->fact.first_says.empty() ? Answer::give : Answer::give_wrong;
        case Disclosure::freely:
        case Disclosure::asked: return Answer::give;
    }
    return Answer::give;
}

void Ledger::asked(std::string_view fact) {
    if (Entry* entry = find(fact)) {
        ++entry->asked;
    }
}

void Ledger::told(std::string_view fact, bool wrong_value, int user_turn) {
    if (Entry* entry = find(fact)) {
        entry->told = true;
        entry->wrong = wrong_value;
        entry->told_at = user_turn;
    }
}

void Ledger::correct(std::string_view fact) {
    if (Entry* entry = find(fact)) {
        entry->told = true;
        entry->wrong = false;
        entry->corrected = true;
    }
}

const Ledger::Entry* Ledger::awaiting_correction() const {
    const auto found = std::ranges::find_if(entries_, [](const Entry& e) { return e.told && e.wrong; });
    return found == entries_.end() ? nullptr : &*found;
}

std::string Ledger::label(const Fact& fact) {
    if (!fact.asked_by.empty()) {
        return fact.asked_by.front();
    }
    std::string label = fact.name;
    std::ranges::replace(label, '_', ' ');
    std::ranges::replace(label, '-', ' ');
    return label;
}

std::vector<FactQuery> fact_queries(const Ledger& ledger) {
    std::vector<FactQuery> queries;
    for (const Ledger::Entry& entry : ledger.entries()) {
        queries.push_back({entry.fact.name, entry.fact.asked_by});
    }
    return queries;
}

}  // namespace sosia::user
