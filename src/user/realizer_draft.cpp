#include "user/realizer_draft.h"

#include <algorithm>

#include "base/text.h"

namespace sosia::user::wording {
namespace {

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_sentence_mark(char c) {
    return c == '.' || c == '!' || c == '?' || c == '\n';
}

bool starts_like_a_question_or_verb(std::string_view label) {
    constexpr std::string_view firsts[] = {"when",   "what",   "where", "which", "who",  "why", "how",  "is",    "are",
                                           "was",    "were",   "did",   "do",    "does", "has", "have", "can",   "will",
                                           "cuándo", "cuánto", "qué",   "cómo",  "wann", "wie", "wo",   "welche"};
    const std::string_view word = label.substr(0, label.find(' '));
    return std::ranges::find(firsts, word) != std::end(firsts);
}

// No punctuation right behind an address; a sentence that follows becomes a message of its own.
void add_after_address(std::string_view literal, Draft& draft) {
    const bool marked = !literal.empty() && std::string_view(".,;:!?").contains(literal[0]);
    const bool sentence_follows = marked && literal.size() > 2 && is_sentence_mark(literal[0]) && literal[1] == ' ';
    draft.add(sentence_follows ? "\n" : "");
    draft.add(literal.substr(sentence_follows ? 2 : (marked ? 1 : 0)));
}

}  // namespace

void Draft::add(std::string_view literal) {
    text_ += literal;
}

void Draft::add_kept(std::string_view value) {
    if (value.empty()) {
        return;
    }
    const auto begin = static_cast<std::uint32_t>(text_.size());
    text_ += value;
    const auto end = static_cast<std::uint32_t>(text_.size());
    if (count_ < kept_.size()) {
        kept_[count_++] = Span{begin, end};
    } else {
        kept_.back().end = end;  // a turn of that many values keeps everything from here on
    }
}

void Draft::add_clause(std::string_view clause) {
    if (clause.empty()) {
        return;
    }
    const bool capital = starts_sentence() && is_lower(clause[0]);
    if (!capital) {
        add_kept(clause);
        return;
    }
    text_ += static_cast<char>(clause[0] - 'a' + 'A');
    add_kept(clause.substr(1));
}

void Draft::splice(const Draft& other) {
    std::uint32_t at = 0;
    for (const Span& span : other) {
        text_.append(other.text_, at, span.begin - at);
        add_kept(std::string_view(other.text_).substr(span.begin, span.end - span.begin));
        at = span.end;
    }
    text_.append(other.text_, at);
}

void Draft::append(const Draft& other) {
    if (!text_.empty()) {
        const bool ended = is_sentence_mark(text_.back()) || text_.back() == ':' || text_.back() == ',';
        text_ += ended ? " " : ". ";
    }
    splice(other);
}

bool Draft::ends_in_address() const {
    if (count_ == 0 || kept_[count_ - 1].end != text_.size()) {
        return false;
    }
    return is_address(std::string_view(text_).substr(kept_[count_ - 1].begin));
}

void Draft::append_continued(const Draft& other) {
    const std::size_t first = text_.size();
    splice(other);
    const bool kept = other.count_ > 0 && other.kept_[0].begin == 0;
    const auto follows = static_cast<unsigned char>(first + 1 < text_.size() ? text_[first + 1] : ' ');
    const bool single = is_upper(text_[first]) && (is_lower(text_[first + 1]) || follows >= 0x80U);
    const bool about_me = text_[first] == 'I' && !single;
    const bool article =
        first + 1 < text_.size() && is_upper(text_[first]) && text_[first + 1] == ' ' && text_[first] != 'I';
    if (!kept && !about_me && !starts_sentence_at(first) && (single || article)) {
        text_[first] = static_cast<char>(text_[first] - 'A' + 'a');
    }
}

void Draft::add_tail(std::string_view tail) {
    if (ends_in_address()) {
        return;
    }
    const bool ends_kept = count_ > 0 && kept_[count_ - 1].end == text_.size();
    std::string mark;
    while (!ends_kept && !text_.empty() && is_sentence_mark(text_.back())) {
        mark.insert(mark.begin(), text_.back());
        text_.pop_back();
    }
    text_ += tail;
    if (!is_sentence_mark(tail.back())) {
        text_ += mark;
    }
}

void Draft::clear() {
    text_.clear();
    count_ = 0;
}

bool Draft::starts_sentence() const {
    return starts_sentence_at(text_.size());
}

bool Draft::starts_sentence_at(std::size_t at) const {
    std::size_t i = at;
    while (i > 0 && (text_[i - 1] == ' ' || text_[i - 1] == '"')) {
        --i;
    }
    return i == 0 || is_sentence_mark(text_[i - 1]) || (i >= 2 && text_[i - 2] == '\xC2' && text_[i - 1] == '\xBF');
}

Needs Fillers::available() const {
    Needs needs = 0;
    for (std::size_t i = 0; i < hole_count; ++i) {
        if (!text[i].empty()) {
            needs = static_cast<Needs>(needs | bit(static_cast<Hole>(i)));
        }
    }
    return needs;
}

void fill(const Line& line, const Fillers& fillers, Draft& draft) {
    bool after_address = false;
    for (const Piece& piece : line.pieces) {
        std::string_view literal(line.text);
        literal = literal.substr(piece.begin, static_cast<std::size_t>(piece.end - piece.begin));
        if (after_address) {
            add_after_address(literal, draft);
        } else {
            draft.add(literal);
        }
        if (piece.hole == Hole::none) {
            break;
        }
        const std::string& value = fillers.of(piece.hole);
        const bool as_written = piece.hole == Hole::slot || piece.hole == Hole::old;
        as_written ? draft.add_kept(value) : draft.add_clause(value);
        after_address = as_written && is_address(value);
    }
}

namespace {

constexpr std::uint64_t fnv_prime = 0x100000001B3ULL;
constexpr std::uint64_t fnv_offset = 0xCBF29CE484222325ULL;

unsigned char lowered(char c) {
    return static_cast<unsigned char>(is_upper(c) ? c - 'A' + 'a' : c);
}

bool is_between_words(unsigned char byte) {
    return byte == ' ' || byte == '\n' || byte == '.' || byte == ',' || byte == '!' || byte == '?' || byte == '\'';
}

}  // namespace

std::uint64_t wording_hash(std::string_view text) {
    std::uint64_t words = fnv_offset;
    bool any = false;
    for (const char c : text) {
        if (const unsigned char byte = lowered(c); !is_between_words(byte)) {
            words = (words ^ byte) * fnv_prime;
            any = true;
        }
    }
    if (any) {
        return words;
    }
    std::uint64_t raw = fnv_offset ^ 0x5bd1e995ULL;  // nothing but marks: these are its words
    for (const char c : text) {
        raw = (raw ^ lowered(c)) * fnv_prime;
    }
    return raw;
}

std::string_view usable_label(std::string_view label) {
    label = trim(label);
    for (const std::string_view article : {"your ", "the ", "my ", "a ", "an "}) {
        if (label.starts_with(article)) {
            label.remove_prefix(article.size());
        }
    }
    const auto words = 1 + std::ranges::count(label, ' ');
    const bool pronoun = label == "that" || label == "it" || label == "this";
    const bool participle = words == 1 && (label.ends_with("ed") || label.ends_with("ing"));
    if (words > 4 || pronoun || participle || label.ends_with('?') || starts_like_a_question_or_verb(label)) {
        return {};
    }
    return label;
}

bool is_address(std::string_view value) {
    return value.find('@') != std::string_view::npos || value.find("://") != std::string_view::npos ||
           value.starts_with("www.");
}

}  // namespace sosia::user::wording
