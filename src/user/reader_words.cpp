#include "user/reader_words.h"

#include <algorithm>

#include "base/text.h"
#include "user/reader_characters.h"

namespace sosia::user {
namespace {

constexpr std::string_view placeholder(Entity::Kind kind) {
    switch (kind) {
        case Entity::Kind::email:
            return "<email>";
        case Entity::Kind::phone:
            return "<phone>";
        case Entity::Kind::card:
            return "<card>";
        case Entity::Kind::id:
            return "<id>";
        case Entity::Kind::url:
            return "<url>";
    }
    return "<id>";
}

class WordReader {
  public:
    WordReader(std::string_view text, Range range, std::span<const Entity> entities, const Lexicon& lexicon,
               WordRow& row)
        : text_(text.substr(0, range.end)), at_(range.begin), entities_(entities), lexicon_(lexicon), row_(row) {}

    void run() {
        while (at_ < text_.size()) {
            step();
        }
    }

  private:
    void step() {
        while (!entities_.empty() && entities_.front().end <= at_) {
            entities_ = entities_.subspan(1);
        }
        if (!entities_.empty() && entities_.front().begin <= at_ && entities_.front().end <= text_.size()) {
            add(placeholder(entities_.front().kind), at_, entities_.front().end);
            at_ = entities_.front().end;
            return;
        }
        const char c = text_[at_];
        if (is_digit(c)) {
            read_number();
        } else if (is_alpha(c) || is_high(c)) {
            read_word();
        } else {
            read_mark(c);
        }
    }

    void read_number() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && (is_digit(text_[at_]) || inside_number())) {
            ++at_;
        }
        add("#", begin, at_);
        const std::string_view tail = text_.substr(at_, 2);
        if ((tail == "st" || tail == "nd" || tail == "rd" || tail == "th") &&
            (at_ + 2 >= text_.size() || !is_alnum(text_[at_ + 2]))) {
            at_ += 2;
        }
    }

    bool inside_number() const {
        const char c = text_[at_];
        return (c == '.' || c == ',' || c == ':' || c == '/') && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]);
    }

    void read_mark(char c) {
        const std::size_t begin = at_++;
        switch (c) {
            case ',':
            case '(':
            case ')':
            case '/':
            case '[':
            case ']':
                add(",", begin, at_);
                break;
            case ';':
                add(";", begin, at_);
                break;
            case ':':
                read_colon(begin);
                break;
            case '!':
                add("!", begin, at_);
                break;
            case '?':
                add("?", begin, at_);
                break;
            case '-':
                read_hyphen(begin);
                break;
            default:
                break;  // blanks, quotes, markdown
        }
    }

    void read_colon(std::size_t begin) {
        const bool face = at_ < text_.size() && (text_[at_] == ')' || text_[at_] == 'D') &&
                          (at_ + 1 >= text_.size() || !is_alnum(text_[at_ + 1]));
        if (face || text_.substr(at_, 2) == "-)") {
            at_ += face ? 1 : 2;
            add("<happy>", begin, at_);
            return;
        }
        if (text_.substr(at_, 1) == "(" || text_.substr(at_, 2) == "-(") {
            at_ += text_[at_] == '(' ? 1 : 2;
            add("<sad>", begin, at_);
            return;
        }
        add(":", begin, at_);
    }

    // A hyphen joins two words, which are read as two; between blanks it is a dash.
    void read_hyphen(std::size_t begin) {
        const bool free = begin == 0 || is_blank(text_[begin - 1]) || text_[begin - 1] == '-';
        if (free && at_ < text_.size() && (is_blank(text_[at_]) || text_[at_] == '-')) {
            if (row_.words.empty() || row_.text(row_.words.size() - 1) != "-") {
                add("-", begin, at_);
            }
        }
    }

    void read_word() {
        const std::size_t begin = at_;
        const std::size_t letters = row_.letters.size();
        while (at_ < text_.size() && is_alnum(text_[at_])) {
            ++at_;
        }
        row_.letters += text_.substr(begin, at_ - begin);
        std::transform(row_.letters.begin() + static_cast<std::ptrdiff_t>(letters), row_.letters.end(),
                       row_.letters.begin() + static_cast<std::ptrdiff_t>(letters), lower_char);
        while (at_ < text_.size() && take_letter(begin)) {
        }
        if (row_.letters.size() == letters) {
            return;
        }
        finish_word(letters, begin);
    }

    // Appends the folded letter at `at_`; false at the word's end. A mark that is no letter is read on the spot.
    bool take_letter(std::size_t begin) {
        const char c = text_[at_];
        if (is_alnum(c)) {
            row_.letters.push_back(lower_char(c));
            ++at_;
            return true;
        }
        if (c == '\'' || (c == '.' && at_ == begin + 1)) {
            return take_inner(c, 1);
        }
        if (c == '-' && at_ == begin + 1 && lower_char(text_[begin]) == 'e' && fold(text_.substr(at_, 5)) == "-mail") {
            ++at_;
            return true;
        }
        if (!is_high(c)) {
            return false;
        }
        const CodePoint code = code_point(text_, at_);
        if (const std::string_view plain = folded_letter(code.value); !plain.empty()) {
            row_.letters += plain;
            at_ += code.length;
            return true;
        }
        const Mark mark = mark_of(code.value);
        if (mark == Mark::apostrophe) {
            return take_inner('\'', code.length) || skip_at_start(begin, code.length);
        }
        if (mark == Mark::none) {
            row_.letters += text_.substr(at_, code.length);
            at_ += code.length;
            return true;
        }
        if (at_ == begin) {
            take_mark(mark, code);
        }
        return false;
    }

    bool skip_at_start(std::size_t begin, std::size_t length) {
        at_ += at_ == begin ? length : 0;
        return false;
    }

    // An apostrophe or dot between two letters: "don't", "e.g".
    bool take_inner(char c, std::size_t length) {
        const std::size_t next = at_ + length;
        if (next >= text_.size() || !is_alpha(text_[next])) {
            return false;
        }
        row_.letters.push_back(c);
        at_ = next;
        return true;
    }

    void take_mark(Mark mark, CodePoint code) {
        const std::size_t begin = at_;
        at_ += code.length;
        if (mark == Mark::happy) {
            add("<happy>", begin, at_);
        } else if (mark == Mark::sad) {
            add("<sad>", begin, at_);
        } else if (mark == Mark::dash) {
            const bool joins = begin > 0 && is_alnum(text_[begin - 1]) && at_ < text_.size() && is_alnum(text_[at_]);
            const bool em_dash = code.value == 0x2014;
            if (!joins || em_dash) {
                add("-", begin, at_);
            }
        }
    }

    // The letters from `letters` on are one word as written; its lexicon entry says how it is spelled out.
    void finish_word(std::size_t letters, std::size_t begin) {
        const std::string_view word = std::string_view(row_.letters).substr(letters);
        const WordInfo* info = lexicon_.find(word);
        if (info != nullptr && !info->spelled_out.empty()) {
            row_.letters.resize(letters);
            for (const std::string& part : info->spelled_out) {
                add(part, begin, at_);
            }
            return;
        }
        if (info == nullptr && word.size() > 2 && word.substr(word.size() - 2) == "'s") {
            row_.letters.resize(row_.letters.size() - 2);
        }
        const auto length = static_cast<std::uint32_t>(row_.letters.size() - letters);
        row_.words.push_back({static_cast<std::uint32_t>(letters), length, static_cast<std::uint32_t>(begin),
                              static_cast<std::uint32_t>(at_), info});
    }

    void add(std::string_view word, std::size_t begin, std::size_t end) {
        const auto letters = static_cast<std::uint32_t>(row_.letters.size());
        row_.letters += word;
        row_.words.push_back({letters, static_cast<std::uint32_t>(word.size()), static_cast<std::uint32_t>(begin),
                              static_cast<std::uint32_t>(end), lexicon_.find(word)});
    }

    std::string_view text_;
    std::size_t at_;
    std::span<const Entity> entities_;
    const Lexicon& lexicon_;
    WordRow& row_;
};

}  // namespace

void read_words(std::string_view text, Range range, std::span<const Entity> entities, const Lexicon& lexicon,
                WordRow& row) {
    row.letters.clear();
    row.words.clear();
    WordReader(text, range, entities, lexicon, row).run();
}

std::string_view stem(std::string_view word) {
    const bool plural = word.size() > 3 && word.back() == 's' && word[word.size() - 2] != 's';
    return plural ? word.substr(0, word.size() - 1) : word;
}

std::vector<std::string> phrase_stems(std::string_view phrase) {
    std::vector<std::string> out;
    std::string word;
    const std::string plain = replace_all(fold(phrase), "e-mail", "email") + ' ';
    for (const char c : plain) {
        if (is_alnum(c) || is_high(c) || c == '\'') {
            word.push_back(c);
        } else if (!word.empty()) {
            out.emplace_back(stem(word));
            word.clear();
        }
    }
    return out;
}

}  // namespace sosia::user
