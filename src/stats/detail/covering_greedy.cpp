#include "stats/detail/covering_greedy.h"

#include <algorithm>

namespace sosia::stats::detail {
namespace {

constexpr std::size_t sampled_open_tuples = 128;

template <class T>
void shuffle(std::vector<T>& items, Random& random) {
    for (std::size_t i = items.size(); i > 1; --i) {
        std::swap(items[i - 1], items[random.below(i)]);
    }
}

}  // namespace

std::size_t GreedyRows::gain(const Coverage& coverage, const Row& row) const {
    std::size_t n = 0;
    tuples_.each_of(row, [&](std::uint32_t tuple) { n += coverage.is_open(tuple) ? 1U : 0U; });
    return n;
}

void GreedyRows::finish(Coverage& coverage, std::vector<Row>& rows, std::size_t candidates, std::size_t most_rows) {
    const Row nothing(tuples_.levels().size(), any_value);
    while (!coverage.open().empty() && rows.size() < most_rows) {
        const std::optional<Row> row = best_row(coverage, nothing, candidates);
        coverage.add_row(tuples_, *row);
        rows.push_back(*row);
    }
}

std::optional<Row> GreedyRows::best_row(const Coverage& coverage, const Row& given, std::size_t candidates) {
    std::optional<Row> best;
    std::size_t most = 0;
    const Cell wanted = candidates > 1 ? most_wanted(coverage) : Cell{};
    for (std::size_t i = 0; i < std::max<std::size_t>(candidates, 1); ++i) {
        // An open tuple guarantees progress; the most wanted value usually starts a richer row.
        std::optional<Row> row = candidate(coverage, given, i % 2 == 0 ? nullptr : &wanted);
        if (!row) {
            return std::nullopt;
        }
        const std::size_t n = gain(coverage, *row);
        if (!best || n > most) {
            best = std::move(row);
            most = n;
        }
    }
    return best;
}

std::optional<Row> GreedyRows::candidate(const Coverage& coverage, const Row& given, const Cell* wanted) {
    const Row start = start_from(coverage, given, wanted);
    std::optional<Domains> domains = rules_.start();
    bool possible = domains.has_value();
    for (std::size_t p = 0; possible && p < start.size(); ++p) {
        possible = start[p] == any_value || rules_.fix(*domains, p, start[p]);
    }
    if (Row row = start; possible && fill(coverage, row, *domains)) {
        return row;
    }
    // A dead end: let the complete solver have it, first with the wished start, then with what must be.
    std::optional<Row> row = rules_.complete(start, nullptr, random_);
    return row ? row : rules_.complete(given, nullptr, random_);
}

Row GreedyRows::start_from(const Coverage& coverage, const Row& given, const Cell* wanted) {
    Row start = given;
    if (coverage.open().empty()) {
        return start;
    }
    if (wanted != nullptr) {
        if (start[wanted->parameter] == any_value) {
            start[wanted->parameter] = wanted->value;
        }
        return start;
    }
    for (int attempt = 0; attempt < 8; ++attempt) {
        const auto cells = tuples_.cells(coverage.open()[random_.below(coverage.open().size())]);
        const bool fits = std::all_of(cells.begin(), cells.end(), [&](const Cell& c) {
            return given[c.parameter] == any_value || given[c.parameter] == c.value;
        });
        if (fits) {
            for (const Cell& cell : cells) {
                start[cell.parameter] = cell.value;
            }
            return start;
        }
    }
    return start;
}

// The value that occurs most often among (a sample of) the open tuples.
Cell GreedyRows::most_wanted(const Coverage& coverage) {
    const auto open = coverage.open();
    std::vector<std::size_t> first(tuples_.levels().size() + 1, 0);  // where a parameter's values begin in `seen`
    for (std::size_t p = 0; p + 1 < first.size(); ++p) {
        first[p + 1] = first[p] + static_cast<std::size_t>(tuples_.levels()[p]);
    }
    std::vector<std::size_t> seen(first.back(), 0);
    Cell best;
    std::size_t most = 0;
    const std::size_t n = std::min(open.size(), sampled_open_tuples);
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t at = open.size() <= n ? i : random_.below(open.size());
        for (const Cell& cell : tuples_.cells(open[at])) {
            const std::size_t count = ++seen[first[cell.parameter] + static_cast<std::size_t>(cell.value)];
            if (count > most) {
                most = count;
                best = cell;
            }
        }
    }
    return best;
}

bool GreedyRows::fill(const Coverage& coverage, Row& row, Domains& domains) {
    std::vector<std::size_t> order;
    for (std::size_t p = 0; p < row.size(); ++p) {
        if (row[p] == any_value) {
            order.push_back(p);
        }
    }
    shuffle(order, random_);
    for (const std::size_t p : order) {
        for (const auto& [covered, value] : preferences(coverage, row, p, domains)) {
            if (rules_.none()) {
                row[p] = value;
                break;
            }
            Domains next = domains;
            if (rules_.fix(next, p, value)) {
                domains = std::move(next);
                row[p] = value;
                break;
            }
        }
        if (row[p] == any_value) {
            return false;
        }
    }
    return true;
}

GreedyRows::Preferences GreedyRows::preferences(const Coverage& coverage, const Row& row, std::size_t parameter,
                                                const Domains& domains) {
    struct Choice {
        std::size_t covered;
        double tie;
        int value;
    };
    std::vector<Choice> choices;
    for (int value = 0; value < tuples_.levels()[parameter]; ++value) {
        if (domains.has(parameter, value)) {
            std::size_t covered = 0;
            tuples_.each_with(parameter, value, row,
                              [&](std::uint32_t t) { covered += coverage.is_open(t) ? 1U : 0U; });
            choices.push_back({covered, random_.uniform() * weight(parameter, value), value});
        }
    }
    std::sort(choices.begin(), choices.end(), [](const Choice& a, const Choice& b) {
        return a.covered != b.covered ? a.covered > b.covered : a.tie > b.tie;
    });
    Preferences out;
    for (const Choice& choice : choices) {
        out.emplace_back(choice.covered, choice.value);
    }
    return out;
}

double GreedyRows::weight(std::size_t parameter, int value) {
    return parameter < weights_.size() && !weights_[parameter].empty()
               ? weights_[parameter][static_cast<std::size_t>(value)]
               : 1.0;
}

}  // namespace sosia::stats::detail
