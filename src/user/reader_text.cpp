#include "user/reader_text.h"

#include <algorithm>

#include "user/reader_characters.h"

namespace sosia::user {
namespace {

class Splitter {
  public:
    Splitter(std::string_view text, std::span<const Entity> entities, const Lexicon& lexicon)
        : text_(text), entities_(entities), lexicon_(lexicon) {}

    std::vector<Sentence> run() {
        out_.reserve(8);
        start_line(0);
        for (std::size_t i = begin_; i < text_.size();) {
            i = step(i);
        }
        finish(text_.size());
        return std::move(out_);
    }

  private:
    std::size_t step(std::size_t i) {
        if (const std::size_t past = past_entity(i); past > i) {
            return past;
        }
        const std::size_t limit = entity_ < entities_.size() ? entities_[entity_].begin : text_.size();
        while (i < limit && (is_alnum(text_[i]) || text_[i] == ' ' || text_[i] == ',')) {
            ++i;
        }
        if (i == limit) {
            return i;
        }
        const char c = text_[i];
        if (c == '\n') {
            return line_break(i);
        }
        if (c == '!' || c == '?') {
            return end_sentence(i);
        }
        if (c == '.' && ends_sentence(i)) {
            return end_sentence(i);
        }
        if (is_high(c) && text_.substr(i, 3) == "…" && (i + 3 >= text_.size() || is_blank(text_[i + 3]))) {
            return i + 3 < text_.size() && next_is_lower(i + 3) ? i + 3 : end_sentence(i);
        }
        return i + 1;
    }

    // Entities hold dots and question marks that end nothing.
    std::size_t past_entity(std::size_t i) {
        while (entity_ < entities_.size() && entities_[entity_].end <= i) {
            ++entity_;
        }
        return entity_ < entities_.size() && entities_[entity_].begin <= i ? entities_[entity_].end : i;
    }

    std::size_t end_sentence(std::size_t i) {
        bool question = false;
        while (i < text_.size()) {
            const char c = text_[i];
            if (c == '?') {
                question = true;
            } else if (is_high(c) && mark_of(code_point(text_, i).value) != Mark::none) {
                i += code_point(text_, i).length;
                continue;
            } else if (c != '.' && c != '!' && c != '"' && c != '\'' && c != ')' && c != '*' && c != '_' && c != ']') {
                break;
            }
            ++i;
        }
        i = take_faces(i);
        question_ = question_ || question;
        finish(i);
        begin_ = i;
        return i;
    }

    // Faces after the mark belong to the sentence they colour.
    std::size_t take_faces(std::size_t i) const {
        for (std::size_t at = i; at < text_.size();) {
            if (text_[at] == ' ') {
                ++at;
                continue;
            }
            const CodePoint code = code_point(text_, at);
            const Mark mark = is_high(text_[at]) ? mark_of(code.value) : Mark::none;
            if (mark == Mark::happy || mark == Mark::sad) {
                i = at = at + code.length;
                continue;
            }
            if (text_[at] == ':' && at + 1 < text_.size() && (text_[at + 1] == ')' || text_[at + 1] == 'D')) {
                i = at = at + 2;
                continue;
            }
            break;
        }
        return i;
    }

    std::size_t line_break(std::size_t i) {
        std::size_t next = i + 1;
        while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\t' || text_[next] == '\r')) {
            ++next;
        }
        const bool wrapped = next < text_.size() && text_[next] >= 'a' && text_[next] <= 'z' &&
                             marker_end(next) == next && !ends_with_mark(i);
        if (wrapped) {
            return i + 1;
        }
        finish(i);
        start_line(i + 1);
        return begin_;
    }

    bool ends_with_mark(std::size_t i) const {
        while (i > begin_ && is_blank(text_[i - 1])) {
            --i;
        }
        return i == begin_ || text_[i - 1] == ':' || text_[i - 1] == ';';
    }

    // Skips blanks, markdown heads and quotes, and the list marker of the line that begins at `i`.
    void start_line(std::size_t i) {
        item_ = false;
        while (i < text_.size() &&
               (text_[i] == ' ' || text_[i] == '\t' || text_[i] == '>' || text_[i] == '\r' ||
                (text_[i] == '#' && i + 1 < text_.size() && (text_[i + 1] == '#' || text_[i + 1] == ' ')))) {
            ++i;
        }
        const std::size_t past = marker_end(i);
        item_ = past > i;
        begin_ = past;
    }

    // Past a list marker ("-", "*", "•", "1.", "a)", "(2)") or `i`.
    std::size_t marker_end(std::size_t i) const {
        std::size_t at = i;
        if (at < text_.size() && is_high(text_[at])) {
            const std::string_view three = text_.substr(at, 3);
            at += three == "•" || three == "–" || three == "▪" || three == "●" || three == "◦" ? 3 : 0;
        } else if (at < text_.size() && (text_[at] == '-' || text_[at] == '*' || text_[at] == '+')) {
            ++at;
        } else {
            at = numbered_end(i);
        }
        return at > i && (at == text_.size() || text_[at] == ' ' || text_[at] == '\t') ? at : i;
    }

    std::size_t numbered_end(std::size_t i) const {
        std::size_t at = i;
        while (at < text_.size() && (text_[at] == '*' || text_[at] == '(')) {
            ++at;
        }
        const std::size_t first = at;
        while (at < text_.size() && is_digit(text_[at]) && at - first < 3) {
            ++at;
        }
        if (at == first && at + 1 < text_.size() && is_alpha(text_[at]) && text_[at + 1] == ')') {
            ++at;
        }
        if (at == first || at >= text_.size() || (text_[at] != '.' && text_[at] != ')')) {
            return i;
        }
        ++at;
        while (at < text_.size() && text_[at] == '*') {
            ++at;
        }
        return at;
    }

    bool ends_sentence(std::size_t i) const {
        if (i + 1 >= text_.size()) {
            return true;
        }
        const char next = text_[i + 1];
        if (next == '.') {
            return !next_is_lower(text_.find_first_not_of('.', i));
        }
        const bool closing = next == '"' || next == '\'' || next == ')' || next == '*' || next == '_' || is_high(next);
        if (!is_blank(next) && !closing) {
            return false;
        }
        return !is_abbreviation(i) && !is_ordinal(i);
    }

    bool next_is_lower(std::size_t i) const {
        while (i < text_.size() && (text_[i] == ' ' || text_[i] == '.')) {
            ++i;
        }
        return i < text_.size() && text_[i] >= 'a' && text_[i] <= 'z';
    }

    bool is_abbreviation(std::size_t dot) const {
        std::size_t start = dot;
        while (start > begin_ && (is_alpha(text_[start - 1]) || text_[start - 1] == '.')) {
            --start;
        }
        const std::string_view written = text_.substr(start, dot - start);
        if (written.empty()) {
            return false;
        }
        if (written.size() == 1 && is_upper(written.front()) && written != "I") {
            return true;
        }
        const std::string word = fold(written);
        if (lexicon_.abbreviations.contains(word)) {
            return true;
        }
        return lexicon_.soft_abbreviations.contains(word) && next_is_lower(dot);
    }

    // "am 14. März": the dot makes a number an ordinal.
    bool is_ordinal(std::size_t dot) const {
        if (!lexicon_.number_dot || dot == 0 || !is_digit(text_[dot - 1]) || text_[dot + 1] != ' ') {
            return false;
        }
        const std::size_t from = dot + 2;
        std::size_t to = from;
        while (to < text_.size() && (is_alpha(text_[to]) || is_high(text_[to]))) {
            ++to;
        }
        return next_is_lower(from) || lexicon_.after_number.contains(fold(text_.substr(from, to - from)));
    }

    void finish(std::size_t end) {
        std::size_t from = begin_;
        while (from < end && is_blank(text_[from])) {
            ++from;
        }
        std::size_t to = end;
        while (to > from && is_blank(text_[to - 1])) {
            --to;
        }
        if (to > from) {
            std::size_t last = to;
            while (last > from && (text_[last - 1] == '*' || text_[last - 1] == '_')) {
                --last;
            }
            out_.push_back({.range = {from, to},
                            .question = question_,
                            .item = item_,
                            .colon = last > from && text_[last - 1] == ':'});
        }
        question_ = false;
        begin_ = end;
    }

    std::string_view text_;
    std::span<const Entity> entities_;
    const Lexicon& lexicon_;
    std::vector<Sentence> out_;
    std::size_t begin_ = 0;
    std::size_t entity_ = 0;
    bool question_ = false;
    bool item_ = false;
};

}  // namespace

std::vector<Sentence> split_sentences(std::string_view text, std::span<const Entity> entities, const Lexicon& lexicon) {
    return Splitter(text, entities, lexicon).run();
}

}  // namespace sosia::user
