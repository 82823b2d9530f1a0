#include "analysis/realism.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "base/hash.h"
#include "base/text.h"
#include "stats/lexical.h"
#include "stats/summary.h"

namespace sosia::analysis {
namespace {

constexpr std::size_t diversity_tokens = 6000;
constexpr std::size_t short_turn = 3;

bool ends_in_terminal(std::string_view text) {
    text = trim(text);
    return text.ends_with('.') || text.ends_with('!') || text.ends_with('?') || text.ends_with("…");
}

bool has_word_starting(const stats::Tokens& tokens, std::string_view prefix) {
    return std::ranges::any_of(tokens, [&](const std::string& t) { return t.starts_with(prefix); });
}

}  // namespace

struct RealismBuilder::Impl {
    RealismMeasures sums;
    std::uint64_t cv_conversations = 0;
    std::unordered_map<std::uint64_t, std::uint32_t> seen;  // hash of a turn -> times
    std::vector<stats::Tokens> sample;
    std::size_t sampled = 0;

    void add_turn(const Turn& turn, std::vector<double>& lengths);
};

void RealismBuilder::Impl::add_turn(const Turn& turn, std::vector<double>& lengths) {
    stats::Tokens tokens = stats::tokens(turn.text);
    lengths.push_back(static_cast<double>(tokens.size()));
    const std::string_view text = trim(turn.text);
    ++sums.user_turns;
    sums.mean_tokens += static_cast<double>(tokens.size());
    sums.thank += has_word_starting(tokens, "thank") ? 1 : 0;
    sums.please += has_word_starting(tokens, "please") ? 1 : 0;
    sums.terminal += ends_in_terminal(text) ? 1 : 0;
    sums.exclaim += text.contains('!') ? 1 : 0;
    sums.question += text.contains('?') ? 1 : 0;
    sums.short_turns += tokens.size() <= short_turn ? 1 : 0;
    sums.lower_initial += !text.empty() && text.front() >= 'a' && text.front() <= 'z' ? 1 : 0;
    ++seen[hash64(lower(text))];
    if (sampled < diversity_tokens) {
        sampled += tokens.size();
        sample.push_back(std::move(tokens));
    }
}

RealismBuilder::RealismBuilder() : impl_(std::make_unique<Impl>()) {}
RealismBuilder::~RealismBuilder() = default;

void RealismBuilder::add(const Conversation& c) {
    std::vector<double> lengths;
    for (const Turn& turn : c.turns) {
        if (turn.role == Role::user) {
            impl_->add_turn(turn, lengths);
        }
    }
    if (lengths.empty()) {
        return;
    }
    ++impl_->sums.conversations;
    const double mean = stats::mean(lengths);
    if (lengths.size() > 1 && mean > 0) {
        impl_->sums.cv += stats::sample_sd(lengths) / mean;
        ++impl_->cv_conversations;
    }
}

RealismMeasures RealismBuilder::finish() const {
    RealismMeasures m = impl_->sums;
    const double n = std::max<double>(1, static_cast<double>(m.user_turns));
    for (double* share : {&m.mean_tokens, &m.thank, &m.please, &m.terminal, &m.exclaim, &m.question, &m.short_turns,
                          &m.lower_initial}) {
        *share /= n;
    }
    m.turns = static_cast<double>(m.user_turns) / std::max<double>(1, static_cast<double>(m.conversations));
    m.cv /= std::max<double>(1, static_cast<double>(impl_->cv_conversations));
    std::uint64_t duplicates = 0;
    for (const auto& [hash, times] : impl_->seen) {
        duplicates += times > 1 ? times : 0;
    }
    m.duplicate = static_cast<double>(duplicates) / n;
    m.distinct_1 = stats::distinct_n(impl_->sample, 1);
    m.distinct_2 = stats::distinct_n(impl_->sample, 2);
    return m;
}

const std::vector<RealismReference>& realism_references() {
    static const std::vector<RealismReference> references{
        {"people, Schema-Guided Dialogue (1,732 conversations)",
         true,
         {.mean_tokens = 8.255733,
          .turns = 8.820439,
          .cv = 0.496247,
          .thank = 0.157395,
          .please = 0.083035,
          .terminal = 0.88417,
          .exclaim = 0.03925,
          .short_turns = 0.145627,
          .question = 0.266612,
          .lower_initial = 0.050802,
          .duplicate = 0.174183,
          .distinct_1 = 0.122667,
          .distinct_2 = 0.505751}},
        {"people, ABCD sample (3 conversations)",
         true,
         {.mean_tokens = 5.740385,
          .turns = 10.333333,
          .cv = 0.684301,
          .thank = 0.100641,
          .please = 0,
          .terminal = 0.471154,
          .exclaim = 0.150641,
          .short_turns = 0.512179,
          .question = 0.051282,
          .lower_initial = 0.333974,
          .duplicate = 0,
          .distinct_1 = 0.692308,
          .distinct_2 = 0.97619}},
        {"model, gpt-4o user of tau-bench airline (200 conversations)",
         false,
         {.mean_tokens = 18.846407,
          .turns = 7.305,
          .cv = 0.392244,
          .thank = 0.206191,
          .please = 0.22764,
          .terminal = 0.997651,
          .exclaim = 0.276317,
          .short_turns = 0.00427,
          .question = 0.355544,
          .lower_initial = 0,
          .duplicate = 0.041068,
          .distinct_1 = 0.126833,
          .distinct_2 = 0.496416}},
    };
    return references;
}

std::vector<RealismRow> compare_with_references(const RealismMeasures& here) {
    struct Measure {
        const char* name;
        double RealismMeasures::* value;
        bool separates;
    };
    constexpr Measure measures[] = {
        {"tokens per turn", &RealismMeasures::mean_tokens, true},
        {"turns of 3 tokens or fewer", &RealismMeasures::short_turns, true},
        {"turns with !", &RealismMeasures::exclaim, true},
        {"turns with thanks", &RealismMeasures::thank, true},
        {"turns with please", &RealismMeasures::please, true},
        {"turns ending in . ! ?", &RealismMeasures::terminal, true},
        {"turns with ?", &RealismMeasures::question, true},
        {"turns in lower case first", &RealismMeasures::lower_initial, true},
        {"variation of turn length", &RealismMeasures::cv, true},
        {"user turns", &RealismMeasures::turns, false},
        {"turns said more than once", &RealismMeasures::duplicate, false},
        {"distinct-1", &RealismMeasures::distinct_1, false},
        {"distinct-2", &RealismMeasures::distinct_2, false},
    };
    const auto& refs = realism_references();
    std::vector<RealismRow> rows;
    for (const Measure& m : measures) {
        RealismRow row{
            .measure = m.name, .here = here.*m.value, .model = refs[2].measures.*m.value, .separates = m.separates};
        row.people_low = std::min(refs[0].measures.*m.value, refs[1].measures.*m.value);
        row.people_high = std::max(refs[0].measures.*m.value, refs[1].measures.*m.value);
        const double to_people = std::max({0.0, row.people_low - row.here, row.here - row.people_high});
        row.nearer_to_people = to_people < std::abs(row.here - row.model);
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace sosia::analysis
