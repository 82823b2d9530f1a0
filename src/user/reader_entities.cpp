#include "user/reader_entities.h"

#include <algorithm>
#include <array>
#include <optional>

#include "user/reader_characters.h"

namespace sosia::user {
namespace {

constexpr std::array<std::string_view, 34> suffixes = {
    "com", "org", "net", "io",   "co",  "de", "es",     "uk",      "eu",   "fr",  "it",  "nl",
    "at",  "ch",  "us",  "ca",   "au",  "mx", "ar",     "cl",      "br",   "in",  "app", "dev",
    "ai",  "gov", "edu", "info", "biz", "me", "health", "example", "test", "shop"};

bool is_local(char c) {
    return is_alnum(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
}
bool is_host(char c) {
    return is_alnum(c) || c == '.' || c == '-';
}

class Finder {
  public:
    explicit Finder(std::string_view text) : text_(text) {}

    std::vector<Entity> run() {
        while (at_ < text_.size()) {
            step();
        }
        return std::move(out_);
    }

  private:
    // Looks at what begins at `at_` and moves past it. Words are looked at once, from their first letter.
    void step() {
        const char c = text_[at_];
        if (c == '+' || c == '(') {
            if (!try_phone()) {
                ++at_;
            }
        } else if (c == '#') {
            try_hash();
        } else if (is_alnum(c)) {
            word();
        } else {
            ++at_;
        }
    }

    // Letters alone, and neither a dot, an @ nor the like behind them: no entity. True for nearly every word.
    bool skip_plain_word() {
        std::size_t end = at_;
        while (end < text_.size() && is_alpha(text_[end])) {
            ++end;
        }
        const char next = end < text_.size() ? text_[end] : ' ';
        const bool plain = end > at_ && (is_blank(next) || next == ',' || next == '?' || next == '!' || next == '\'' ||
                                         (next == '.' && (end + 1 >= text_.size() || is_blank(text_[end + 1]))));
        at_ = plain ? end : at_;
        return plain;
    }

    void word() {
        if (skip_plain_word()) {
            return;
        }
        const std::size_t end = word_end(at_);
        if (try_url(end) || try_email() || try_digits() || try_id(end)) {
            return;
        }
        at_ = std::max(at_ + 1, end);
    }

    // Letters and digits, joined by - _ or by high bytes (an accented word is one word).
    std::size_t word_end(std::size_t from) const {
        std::size_t i = from;
        while (i < text_.size()) {
            const bool joined = (text_[i] == '-' || text_[i] == '_') && i + 1 < text_.size() && is_alnum(text_[i + 1]);
            if (!is_alnum(text_[i]) && !joined && !is_high(text_[i])) {
                break;
            }
            ++i;
        }
        return i;
    }

    void add(Entity::Kind kind, std::size_t end) {
        out_.push_back({kind, std::string(text_.substr(at_, end - at_)), at_, end});
        at_ = end;
    }

    bool try_email() {
        // Only words that are followed by @ (after dots and the like) can be one.
        std::size_t i = at_;
        while (i < text_.size() && i - at_ < 128 && is_local(text_[i])) {
            ++i;
        }
        if (i >= text_.size() || text_[i] != '@') {
            return false;
        }
        std::size_t end = i + 1;
        while (end < text_.size() && is_host(text_[end])) {
            ++end;
        }
        while (end > i && !is_alnum(text_[end - 1])) {
            --end;
        }
        const std::string_view host = text_.substr(i + 1, end - i - 1);
        if (host.find('.') == std::string_view::npos) {
            return false;
        }
        add(Entity::Kind::email, end);
        return true;
    }

    bool try_url(std::size_t end) {
        const std::string_view rest = text_.substr(at_);
        const bool scheme = rest.starts_with("http://") || rest.starts_with("https://");
        if (!scheme && !rest.starts_with("www.") && !bare_domain(end)) {
            return false;
        }
        std::size_t to = at_;
        while (to < text_.size() && !is_blank(text_[to]) && text_[to] != '"' && text_[to] != '>' && text_[to] != ')' &&
               text_[to] != ']' && text_[to] != '*' && !is_high(text_[to])) {
            ++to;
        }
        while (to > at_ &&
               (text_[to - 1] == '.' || text_[to - 1] == ',' || text_[to - 1] == '?' || text_[to - 1] == '!' ||
                text_[to - 1] == ':' || text_[to - 1] == ';' || text_[to - 1] == '\'' || text_[to - 1] == '_')) {
            --to;
        }
        if (text_.substr(at_, to - at_).find('@') != std::string_view::npos && !scheme) {
            return false;
        }
        add(Entity::Kind::url, to);
        return true;
    }

    // "acme.com/returns": a known ending, and no e-mail address.
    bool bare_domain(std::size_t end) const {
        std::size_t dot = end;
        bool known = false;
        std::size_t labels = 0;
        while (labels++ < 8 && dot + 1 < text_.size() && text_[dot] == '.' && is_alpha(text_[dot + 1])) {
            const std::size_t to = word_end(dot + 1);
            known = std::ranges::find(suffixes, text_.substr(dot + 1, to - dot - 1)) != suffixes.end();
            dot = to;
        }
        return known && is_alpha(text_[at_]) && (dot >= text_.size() || text_[dot] != '@');
    }

    bool try_digits() { return is_digit(text_[at_]) && (try_card() || try_phone()); }

    struct Run {
        std::size_t end = 0;
        std::size_t digits = 0;
        std::size_t groups = 0;
        std::array<std::size_t, 8> sizes{};
        bool spaced = false;  // separated by something else than one hyphen or dot
    };

    // Groups of digits with one separator between (a closing bracket and a blank count as one).
    Run digit_run(std::string_view separators) const {
        Run run;
        std::size_t i = at_;
        if (i < text_.size() && text_[i] == '+') {
            ++i;
        }
        while (i < text_.size() && run.digits <= 24) {
            const std::size_t from = i;
            while (i < text_.size() && is_digit(text_[i])) {
                ++i;
            }
            if (i == from) {
                break;
            }
            run.digits += i - from;
            if (run.groups < run.sizes.size()) {
                run.sizes[run.groups] = i - from;
            }
            ++run.groups;
            run.end = i;
            std::size_t gap = i;
            while (gap < text_.size() && gap - i < 2 && separators.find(text_[gap]) != std::string_view::npos) {
                run.spaced = run.spaced || text_[gap] == ' ';
                ++gap;
            }
            if (gap == i || gap >= text_.size() || !is_digit(text_[gap])) {
                break;
            }
            i = gap;
        }
        return run;
    }

    bool ends_cleanly(std::size_t end) const {
        return end >= text_.size() ||
               (!is_alnum(text_[end]) && !(text_[end] == '-' && end + 1 < text_.size() && is_alnum(text_[end + 1])));
    }

    bool try_card() {
        const Run run = digit_run(" -");
        if (run.digits < 13 || run.digits > 19 || !ends_cleanly(run.end) || !luhn(text_.substr(at_, run.end - at_))) {
            return false;
        }
        add(Entity::Kind::card, run.end);
        return true;
    }

    static bool luhn(std::string_view text) {
        int sum = 0;
        bool twice = false;
        for (std::size_t i = text.size(); i-- > 0;) {
            if (!is_digit(text[i])) {
                continue;
            }
            const int digit = text[i] - '0';
            const int doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
            sum += twice ? doubled : digit;
            twice = !twice;
        }
        return sum % 10 == 0 && sum > 0;
    }

    bool try_phone() {
        const std::size_t start = at_;
        const bool plus = text_[at_] == '+';
        const std::size_t bracket = at_ + (plus ? 1 : 0);
        std::optional<std::size_t> end;
        if (text_[at_] == '(' || (bracket < text_.size() && text_[bracket] == '(')) {
            end = bracketed_phone(bracket);
        } else {
            end = plain_phone(plus);
        }
        if (!end || !ends_cleanly(*end)) {
            return false;
        }
        at_ = start;
        add(Entity::Kind::phone, *end);
        return true;
    }

    std::optional<std::size_t> plain_phone(bool plus) const {
        const Run run = digit_run(" -./()");
        if (run.digits < 7 || run.digits > 15 || (run.groups < 2 && !plus)) {
            return std::nullopt;
        }
        const bool zero = text_[at_] == '0';
        const bool local = run.groups == 2 && run.sizes[0] == 3 && run.sizes[1] == 4;
        const bool date =
            run.groups == 3 && run.digits <= 8 && (run.sizes[0] == 4 || run.sizes[2] == 4) && run.sizes[1] <= 2;
        if (date || (!plus && !zero && !local && run.groups < 3) || !groups_look_dialled(run)) {
            return std::nullopt;
        }
        return run.end;
    }

    // Rules out rows of years and small numbers: a dialled number has no more than one group of a single digit, the
    // first.
    static bool groups_look_dialled(const Run& run) {
        for (std::size_t i = 1; i < std::min(run.groups, run.sizes.size()); ++i) {
            if (run.sizes[i] < 2) {
                return false;
            }
        }
        return true;
    }

    std::optional<std::size_t> bracketed_phone(std::size_t open) const {
        std::size_t i = open + 1;
        while (i < text_.size() && is_digit(text_[i]) && i - open <= 5) {
            ++i;
        }
        const std::size_t area = i - open - 1;
        if (area < 2 || i >= text_.size() || text_[i] != ')') {
            return std::nullopt;
        }
        Finder rest(text_);
        rest.at_ = i + 1 < text_.size() && (text_[i + 1] == ' ' || text_[i + 1] == '-') ? i + 2 : i + 1;
        const Run run = rest.digit_run(" -.");
        return run.digits + area >= 7 && run.digits + area <= 15 ? std::optional(run.end) : std::nullopt;
    }

    void try_hash() {
        std::size_t end = at_ + 1;
        std::size_t digits = 0;
        while (end < text_.size() &&
               (is_alnum(text_[end]) || (text_[end] == '-' && end + 1 < text_.size() && is_alnum(text_[end + 1])))) {
            digits += is_digit(text_[end]) ? 1 : 0;
            ++end;
        }
        if (digits >= 2) {
            add(Entity::Kind::id, end);
        } else {
            ++at_;
        }
    }

    struct Shape {
        std::size_t upper = 0;
        std::size_t lower = 0;
        std::size_t digits = 0;
        bool hyphen = false;
        bool mask = true;  // letters are only x
        bool digits_first = false;
        bool letters_last = false;
    };

    bool try_id(std::size_t end) {
        Shape shape;
        shape.digits_first = is_digit(text_[at_]);
        shape.letters_last = is_alpha(text_[end - 1]) && shape.digits_first;
        for (std::size_t i = at_; i < end; ++i) {
            const char c = text_[i];
            if (is_high(c)) {
                return false;
            }
            shape.digits += is_digit(c) ? 1 : 0;
            shape.upper += is_upper(c) ? 1 : 0;
            shape.lower += is_alpha(c) && !is_upper(c) ? 1 : 0;
            shape.hyphen = shape.hyphen || c == '-' || c == '_';
            shape.mask = shape.mask && (!is_alpha(c) || lower_char(c) == 'x');
        }
        if (!is_identifier(shape, end - at_)) {
            return false;
        }
        add(Entity::Kind::id, end);
        return true;
    }

    static bool is_identifier(const Shape& shape, std::size_t length) {
        const std::size_t letters = shape.upper + shape.lower;
        if (letters == 0 || shape.digits == 0 || shape.mask) {
            return false;
        }
        if (shape.digits_first) {
            // "14-day", "9-11am", "12GB" are measures; "4X7K2P" and "2024-INV-12" are not.
            return shape.lower == 0 && letters >= 2 && length >= 6 && shape.digits >= (shape.hyphen ? 5U : 2U) &&
                   !shape.letters_last;
        }
        if (shape.lower == 0) {
            return shape.hyphen || (shape.digits >= 2 && letters >= 2) || shape.digits >= 3;
        }
        return shape.digits >= 3 && length >= 5;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<Entity> out_;
};

}  // namespace

std::vector<Entity> find_entities(std::string_view text) {
    return Finder(text).run();
}

}  // namespace sosia::user
