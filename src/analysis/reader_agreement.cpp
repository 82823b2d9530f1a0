#include "analysis/reader_agreement.h"

#include <algorithm>

#include "stats/agreement.h"

namespace sosia::analysis {
namespace {

constexpr std::size_t most_faults = 5;

using Acts = std::set<std::string>;

Acts kinds_of(const Acts& acts) {
    Acts out;
    for (const std::string& act : acts) {
        out.insert(act.substr(0, act.find(':')));
    }
    return out;
}

std::optional<double> kappa_of(std::uint64_t both, std::uint64_t only_model, std::uint64_t only_rules,
                               std::uint64_t neither) {
    const auto count = [](std::uint64_t n) { return static_cast<double>(n); };
    return stats::agreement({{count(both), count(only_model)}, {count(only_rules), count(neither)}}).kappa;
}

}  // namespace

void ReaderCounter::add(const Conversation& c) {
    for (const Turn& turn : c.turns) {
        if (turn.reading) {
            add(*turn.reading);
        }
    }
}

void ReaderCounter::add(const TurnReading& reading) {
    if (!reading.fault.empty()) {
        ++fell_back_;
        faults_.insert(reading.fault);
        if (faults_.size() > most_faults) {  // the same ones in any order
            faults_.erase(std::prev(faults_.end()));
        }
        return;
    }
    Acts model;
    for (const TurnReading::Sentence& sentence : reading.acts) {
        model.insert(sentence.act);
    }
    const Acts rules(reading.rules.begin(), reading.rules.end());
    ++turns_;
    same_ += model == rules ? 1U : 0U;
    const Acts by_model = kinds_of(model);
    const Acts by_rules = kinds_of(rules);
    Acts all = by_model;
    all.insert(by_rules.begin(), by_rules.end());
    for (const std::string& act : all) {
        ActAgreement& row = acts_[act];
        row.act = act;
        const bool m = by_model.contains(act);
        const bool r = by_rules.contains(act);
        ++(m && r ? row.both : m ? row.only_model : row.only_rules);
    }
}

std::optional<ReaderStats> ReaderCounter::stats() const {
    if (turns_ + fell_back_ == 0) {
        return std::nullopt;
    }
    ReaderStats out{.turns = turns_, .fell_back = fell_back_, .same = same_};
    ActAgreement sum;
    for (const auto& [name, row] : acts_) {
        ActAgreement& one = out.acts.emplace_back(row);
        one.kappa =
            kappa_of(one.both, one.only_model, one.only_rules, turns_ - one.both - one.only_model - one.only_rules);
        sum.both += one.both;
        sum.only_model += one.only_model;
        sum.only_rules += one.only_rules;
    }
    if (!out.acts.empty()) {
        out.kappa = kappa_of(sum.both, sum.only_model, sum.only_rules,
                             turns_ * out.acts.size() - sum.both - sum.only_model - sum.only_rules);
    }
    out.faults.assign(faults_.begin(), faults_.end());
    return out;
}

}  // namespace sosia::analysis
