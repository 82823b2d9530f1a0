#include <algorithm>
#include <charconv>
#include <cmath>

#include "user/claims_grammar.h"
#include "user/reader_characters.h"

namespace sosia::user {
namespace {

class Tokenizer {
  public:
    Tokenizer(std::string_view text, std::span<const Entity> entities, const ClaimLexicon& lexicon)
        : text_(text), entities_(entities), lexicon_(lexicon) {}

    std::vector<ClaimToken> run() {
        out_.reserve(text_.size() / 4 + 4);
        while (at_ < text_.size()) {
            step();
        }
        return std::move(out_);
    }

  private:
    void step() {
        while (!entities_.empty() && entities_.front().end <= at_) {
            entities_ = entities_.subspan(1);
        }
        const std::size_t begin = at_;
        if (!entities_.empty() && entities_.front().begin <= at_) {
            at_ = entities_.front().end;
            push({.kind = ClaimToken::Kind::mark, .begin = begin, .end = at_});
            return;
        }
        const char c = text_[at_];
        if (is_blank(c)) {
            blank_ = true;
            line_ = line_ || c == '\n';
            ++at_;
        } else if (is_digit(c)) {
            number();
        } else if (is_alpha(c)) {
            word();
        } else if (is_high(c)) {
            high();
        } else {
            ++at_;
            push({.kind = ClaimToken::Kind::symbol, .symbol = c, .begin = begin, .end = at_});
        }
    }

    // A line break is a mark of its own, so that no claim reaches over it into a list.
    void push(ClaimToken token) {
        if (line_ && !wrapped()) {
            out_.push_back({.kind = ClaimToken::Kind::mark, .begin = token.begin, .end = token.begin});
        }
        token.glued = !blank_ && !out_.empty();
        blank_ = false;
        line_ = false;
        out_.push_back(token);
    }

    bool wrapped() const { return !out_.empty() && out_.back().kind == ClaimToken::Kind::word && at_ < text_.size(); }

    void number() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && (is_digit(text_[at_]) || separates(begin))) {
            ++at_;
        }
        ClaimToken token{.kind = ClaimToken::Kind::number, .begin = begin, .end = at_};
        read_value(token);
        push(token);
    }

    // A dot or comma between digits that is a decimal mark or groups thousands.
    bool separates(std::size_t begin) const {
        const char c = text_[at_];
        if ((c != '.' && c != ',') || at_ + 1 >= text_.size() || !is_digit(text_[at_ + 1])) {
            return false;
        }
        std::size_t digits = 0;
        while (at_ + 1 + digits < text_.size() && is_digit(text_[at_ + 1 + digits])) {
            ++digits;
        }
        const bool more = at_ + 1 + digits < text_.size() && text_[at_ + 1 + digits] == c &&
                          at_ + 2 + digits < text_.size() && is_digit(text_[at_ + 2 + digits]);
        if (digits == 3) {
            return true;
        }
        // "14.03.2026" is a date, not a number.
        const bool seen = text_.substr(begin, at_ - begin).find(c) != std::string_view::npos;
        return !more && !seen && !(c == '.' && date_like(begin));
    }

    bool date_like(std::size_t begin) const {
        return begin >= 2 && text_[begin - 1] == '.' && is_digit(text_[begin - 2]);
    }

    void read_value(ClaimToken& token) const {
        const std::string_view raw = text_.substr(token.begin, token.end - token.begin);
        const std::size_t last = raw.find_last_of(".,");
        std::size_t decimal = std::string_view::npos;
        if (last != std::string_view::npos) {
            const bool both = raw.find('.') != std::string_view::npos && raw.find(',') != std::string_view::npos;
            const bool repeated = raw.find(raw[last]) != last;
            const bool three = raw.size() - last - 1 == 3;
            const bool natural = raw[last] == (lexicon_.comma_decimals ? ',' : '.');
            const bool groups = repeated || (three && !both && !natural);
            decimal = groups ? decimal : last;
            token.grouped = groups || both;
        }
        std::string plain;
        for (std::size_t i = 0; i < raw.size(); ++i) {
            if (is_digit(raw[i])) {
                plain.push_back(raw[i]);
                (i < decimal ? token.whole_digits : token.decimals) += 1;
            } else if (i == decimal) {
                plain.push_back('.');
            }
        }
        std::from_chars(plain.data(), plain.data() + plain.size(), token.value);
    }

    void word() {
        const std::size_t begin = at_;
        std::string& plain = plain_;
        while (at_ < text_.size() && is_alpha(text_[at_])) {
            ++at_;
        }
        plain.assign(text_.substr(begin, at_ - begin));
        std::ranges::transform(plain, plain.begin(), lower_char);
        while (at_ < text_.size() && letter(plain)) {
        }
        // "a.m." and "p.m."
        if (plain.size() == 1 && at_ + 2 < text_.size() && text_[at_] == '.' && lower_char(text_[at_ + 1]) == 'm' &&
            (plain == "a" || plain == "p") && (at_ + 2 >= text_.size() || !is_alnum(text_[at_ + 2]))) {
            plain += 'm';
            at_ += text_[at_ + 2] == '.' ? 3 : 2;
        }
        push_word(plain, begin);
    }

    bool letter(std::string& plain) {
        const char c = text_[at_];
        if (is_alpha(c)) {
            plain.push_back(lower_char(c));
            ++at_;
            return true;
        }
        if (c == '\'' && at_ + 1 < text_.size() && is_alpha(text_[at_ + 1])) {
            plain.push_back(c);
            ++at_;
            return true;
        }
        if (!is_high(c)) {
            return false;
        }
        const CodePoint code = code_point(text_, at_);
        const bool apostrophe = mark_of(code.value) == Mark::apostrophe;
        const std::string_view folded = apostrophe ? "'" : folded_letter(code.value);
        plain += folded;
        at_ += folded.empty() ? 0 : code.length;
        return !folded.empty();
    }

    void push_word(std::string_view plain, std::size_t begin) {
        ClaimToken token{.kind = ClaimToken::Kind::word, .begin = begin, .end = at_};
        token.capital = is_upper(text_[begin]) || is_high(text_[begin]);
        token.entries = lexicon_.words.find(plain);
        push(token);
    }

    void high() {
        const std::size_t begin = at_;
        const CodePoint code = code_point(text_, at_);
        if (!folded_letter(code.value).empty()) {
            word();
            return;
        }
        at_ += code.length;
        const Mark mark = mark_of(code.value);
        if (mark == Mark::space) {
            blank_ = true;
            return;
        }
        char symbol = 0;
        switch (code.value) {
            case 0x20AC:
                symbol = 'E';
                break;
            case 0xA3:
                symbol = 'L';
                break;
            case 0xA5:
                symbol = 'Y';
                break;
            case 0x20B9:
                symbol = 'R';
                break;
            default:
                symbol = mark == Mark::dash ? (code.value == 0x2014 ? 'm' : '-') : '?';
                break;
        }
        push({.kind = ClaimToken::Kind::symbol, .symbol = symbol, .begin = begin, .end = at_});
    }

    std::string_view text_;
    std::span<const Entity> entities_;
    const ClaimLexicon& lexicon_;
    std::vector<ClaimToken> out_;
    std::size_t at_ = 0;
    std::string plain_;  // the word being read
    bool blank_ = false;
    bool line_ = false;
};

}  // namespace

std::vector<ClaimToken> claim_tokens(std::string_view text, std::span<const Entity> entities,
                                     const ClaimLexicon& lexicon) {
    return Tokenizer(text, entities, lexicon).run();
}

}  // namespace sosia::user
