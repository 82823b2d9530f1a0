#include "user/reader_clauses.h"

#include <algorithm>
#include <optional>
#include <ranges>

namespace sosia::user {
namespace {

struct Clause {
    std::size_t first = 0;  // words [first, last)
    std::size_t last = 0;
    ClauseOpener::Kind kind = ClauseOpener::Kind::condition;
};

bool is_mark(std::string_view word) {
    return word.size() == 1 && (word == "," || word == ";" || word == ":" || word == "!" || word == "?" || word == "-");
}

bool starts_question(const WordRow& row, std::size_t i, std::size_t end) {
    if (i + 1 >= end) {
        return false;
    }
    if (row.has(i, WordFlag::question_word)) {
        return true;
    }
    return row.has(i, WordFlag::auxiliary) && (row.has(i + 1, WordFlag::subject) || row.has(i + 1, WordFlag::starter));
}

bool opens(const WordRow& row, const ClauseOpener& opener, std::size_t i, std::size_t end) {
    const std::size_t next = i + 1 + opener.rest.size();
    if (next > end) {
        return false;
    }
    for (std::size_t k = 0; k < opener.rest.size(); ++k) {
        if (row.text(i + 1 + k) != opener.rest[k]) {
            return false;
        }
    }
    if (opener.needs_clause && !row.has(next, WordFlag::subject) && !row.has(next, WordFlag::starter)) {
        return false;
    }
    if (opener.kind == ClauseOpener::Kind::purpose && next < end && row.has(next, WordFlag::negator)) {
        return false;  // "nobody picked it up, so I can't trace it" is no purpose but what follows
    }
    const bool asked = row.has(next, WordFlag::auxiliary) || (i > 0 && row.has(i - 1, WordFlag::teller));
    return !opener.not_asking || next >= end || !asked;
}

// A clause ends at a mark, at "please", or where a subject and its verb take the main clause up again.
std::size_t clause_end(const WordRow& row, std::size_t from, std::size_t end) {
    for (std::size_t i = from; i < end; ++i) {
        if (is_mark(row.text(i)) || (row.has(i, WordFlag::resume) && i > from + 1)) {
            return i;
        }
        const bool resumes = row.has(i, WordFlag::subject) && i + 1 < end && row.has(i + 1, WordFlag::finite);
        if (resumes && i >= from + 2) {
            return i;
        }
    }
    return end;
}

std::optional<Clause> clause_at(const WordRow& row, std::size_t i, std::size_t end) {
    const WordInfo* info = i < end ? row.words[i].info : nullptr;
    if (info == nullptr) {
        return std::nullopt;
    }
    for (const ClauseOpener& opener : info->openers) {
        if (opens(row, opener, i, end)) {
            return Clause{i, clause_end(row, i + 1 + opener.rest.size(), end), opener.kind};
        }
    }
    return std::nullopt;
}

class UnitBuilder {
  public:
    UnitBuilder(const WordRow& row, Unit& unit) : row_(row), unit_(unit) {
        unit_.main.assign(1, ' ');
        unit_.side.clear();
        unit_.conditional = false;
        unit_.polite = false;
        unit_.timed = false;
    }

    void build(std::size_t from, std::size_t end) {
        for (std::size_t i = from; i < end;) {
            const std::optional<Clause> clause = clause_at(row_, i, end);
            if (clause && !is_all_there_is(*clause, from, end)) {
                cut(*clause);
                i = clause->last;
            } else {
                i = write(unit_.main, i, end);
            }
        }
    }

  private:
    // "¿Cuándo nació usted?": the question itself, however much it looks like a clause of one.
    bool is_all_there_is(const Clause& clause, std::size_t from, std::size_t end) const {
        const auto says_nothing = [&](std::size_t i) {
            return row_.has(i, WordFlag::filler) || row_.has(i, WordFlag::connector) || is_mark(row_.text(i));
        };
        const bool asks = unit_.question && clause.kind == ClauseOpener::Kind::time &&
                          row_.has(clause.first, WordFlag::question_word);
        return asks && std::ranges::all_of(std::views::iota(from, clause.first), says_nothing) &&
               std::ranges::all_of(std::views::iota(clause.last, end),
                                   [&](std::size_t i) { return is_mark(row_.text(i)); });
    }

    void cut(const Clause& clause) {
        const bool purpose = clause.kind == ClauseOpener::Kind::purpose;
        const bool condition = clause.kind == ClauseOpener::Kind::condition;
        unit_.main += purpose ? "<so> " : condition ? "<if> " : "<when> ";
        unit_.conditional = unit_.conditional || condition;
        unit_.timed = unit_.timed || clause.kind == ClauseOpener::Kind::time;
        if (purpose) {
            return;
        }
        unit_.side += ' ';
        for (std::size_t i = clause.first; i < clause.last;) {
            i = write(unit_.side, i, clause.last);
        }
    }

    // Writes the word at `i` and whatever is glued to it; returns the next word.
    std::size_t write(std::string& out, std::size_t i, std::size_t end) {
        if (row_.has(i, WordFlag::negator)) {
            return write_negation(out, i, end);
        }
        out += row_.text(i);
        unit_.polite = unit_.polite || row_.has(i, WordFlag::resume);
        const bool unreal = row_.has(i, WordFlag::modal) && i + 1 < end && row_.has(i + 1, WordFlag::perfect);
        if (unreal && (i + 2 >= end || row_.text(i + 2) != "to")) {  // "would have to" is no perfect
            out += '~';
            out += row_.text(++i);
        }
        out += ' ';
        return i + 1;
    }

    std::size_t write_negation(std::string& out, std::size_t i, std::size_t end) {
        const bool alone = i + 1 >= end || is_mark(row_.text(i + 1)) || row_.text(i + 1).front() == '<';
        if (alone) {
            out += row_.text(i);
            out += ' ';
            return i + 1;
        }
        out += "not";
        for (++i; i < end && !is_mark(row_.text(i)); ++i) {
            out += '~';
            out += row_.text(i);
            if (!row_.has(i, WordFlag::carrier)) {
                ++i;
                break;
            }
        }
        out += ' ';
        return i;
    }

    const WordRow& row_;
    Unit& unit_;
};

// Where the question of a question sentence begins: "I've issued the refund, is there anything else?" Zero: at the
// start.
std::size_t question_begin(const WordRow& row, std::size_t from, std::size_t end) {
    if (starts_question(row, from, end) || clause_at(row, from, end)) {
        return from;
    }
    for (std::size_t i = end; i-- > from + 2;) {
        const std::string_view before = row.text(i - 1);
        const bool joint = before == "," || row.has(i - 1, WordFlag::connector) || row.has(i - 1, WordFlag::filler);
        if (joint && starts_question(row, i, end)) {
            return i;
        }
    }
    return from;
}

// A question even where the mark is missing: "can you share your order number".
bool asks_unmarked(const WordRow& row, std::size_t from, std::size_t end) {
    while (from < end &&
           (row.has(from, WordFlag::filler) || row.has(from, WordFlag::connector) || row.text(from) == ",")) {
        ++from;
    }
    if (from + 2 >= end || clause_at(row, from, end)) {
        return false;
    }
    return row.has(from, WordFlag::auxiliary)
               ? row.has(from + 1, WordFlag::subject)
               : row.has(from, WordFlag::question_word) && row.has(from + 1, WordFlag::auxiliary);
}

void add_unit(const WordRow& row, std::size_t from, std::size_t end, bool question, std::vector<Unit>& units,
              std::size_t& count) {
    if (from >= end) {
        return;
    }
    if (count == units.size()) {
        units.emplace_back();
    }
    Unit& unit = units[count++];
    unit.lead_in = false;
    unit.question = question || asks_unmarked(row, from, end);
    UnitBuilder(row, unit).build(from, end);
}

}  // namespace

void build_units(const WordRow& row, bool question, std::vector<Unit>& units) {
    std::size_t count = 0;
    std::size_t from = 0;
    const std::size_t size = row.words.size();
    for (std::size_t i = 0; i <= size; ++i) {
        if (i < size && row.text(i) != ";" && row.text(i) != "-") {
            continue;
        }
        const bool last = i == size;
        if (question && last) {
            const std::size_t middle = question_begin(row, from, i);
            add_unit(row, from, middle, false, units, count);
            if (middle > from) {
                units[count - 1].lead_in = middle - from < 5 || row.has(from, WordFlag::stop);
            }
            from = middle;
        }
        add_unit(row, from, i, question && last, units, count);
        from = i + 1;
    }
    units.resize(count);
}

std::vector<Range> condition_ranges(const WordRow& row) {
    std::vector<Range> out;
    for (std::size_t i = 0; i < row.words.size(); ++i) {
        const std::optional<Clause> clause = clause_at(row, i, row.words.size());
        if (clause && clause->last > clause->first) {
            if (clause->kind == ClauseOpener::Kind::condition) {
                out.push_back({row.words[clause->first].begin, row.words[clause->last - 1].end});
            }
            i = clause->last - 1;
        }
    }
    return out;
}

}  // namespace sosia::user
