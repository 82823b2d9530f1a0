#include "user/surface.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace sosia::user::wording {
namespace {

constexpr std::array<std::string_view, 26> neighbours{"sqz", "vng", "xvd", "sfe", "wrd", "dgr", "fht", "gjy", "uok",
                                                      "hku", "jli", "ko",  "nj",  "bmh", "ipl", "ol",  "wa",  "etf",
                                                      "adw", "ryg", "yij", "cbf", "qes", "zcs", "tuh", "xsa"};

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_letter(char c) {
    return is_upper(c) || is_lower(c);
}
bool is_word_byte(char c) {
    return is_letter(c) || c == '\'' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

bool is_shouted(std::string_view word) {
    return word.size() > 1 && std::ranges::all_of(word, [](char c) { return is_upper(c) || c == '\''; });
}

// Lower case for ASCII and for the capitals of Latin-1 (Ä, Ñ, ¡ excepted): two bytes, C3 80..9E -> C3 A0..BE.
void append_lower(std::string& out, std::string_view word) {
    bool after_c3 = false;
    for (const char c : word) {
        const auto byte = static_cast<unsigned char>(c);
        if (after_c3 && byte >= 0x80U && byte <= 0x9EU && byte != 0x97U) {
            out += static_cast<char>(byte + 0x20U);
        } else {
            out += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
        }
        after_c3 = byte == 0xC3U;
    }
}

bool is_article(std::string_view word) {
    return word == "the" || word == "a" || word == "an";
}

// "a lot", "a moment": nobody who learnt the phrase drops its article.
bool is_fixed_phrase(std::string_view rest) {
    constexpr std::string_view nouns[] = {" lot",    " bit",    " while",  " few",   " moment",
                                          " minute", " second", " person", " little"};
    return std::ranges::any_of(nouns, [rest](std::string_view noun) { return rest.starts_with(noun); });
}

// Words a turn hangs on: a slip there would make a test of the agent's spelling of every other test.
bool is_telling(std::string_view word) {
    constexpr std::array<std::string_view, 18> telling{"human",   "person", "supervisor", "manager", "real",  "written",
                                                       "where",   "source", "read",       "correct", "right", "proceed",
                                                       "confirm", "please", "sure",       "exactly", "long",  "much"};
    std::string small;
    append_lower(small, word);
    return std::ranges::find(telling, small) != telling.end();
}

class Typist {
  public:
    Typist(const Draft& draft, const Typing& typing, Random& random) : draft_(draft), typing_(typing), random_(random) {
        out_.reserve(draft.text().size() + 8);
    }

    std::string run() {
        std::size_t at = 0;
        for (const Span& kept : draft_) {
            literal(at, kept.begin);
            out_.append(draft_.text(), kept.begin, kept.end - kept.begin);
            at = kept.end;
        }
        const bool ends_kept = at == draft_.text().size();
        literal(at, draft_.text().size());
        if (!ends_kept) {
            end_mark();
        }
        return std::move(out_);
    }

  private:
    void literal(std::size_t begin, std::size_t end) {
        const std::string_view text(draft_.text());
        std::size_t i = begin;
        while (i < end) {
            if (!is_word_byte(text[i])) {
                out_ += text[i++];
                continue;
            }
            const std::size_t from = i;
            while (i < end && is_word_byte(text[i])) {
                ++i;
            }
            word(text.substr(from, i - from), text.substr(i), i == end && end < text.size(), i);
        }
    }

    void word(std::string_view word, std::string_view rest, bool touches_kept, std::size_t& next) {
        if (typing_.drops_articles && is_article(word) && rest.starts_with(' ') && !is_fixed_phrase(rest) &&
            random_.chance(0.5)) {
            ++next;  // the space behind it goes too
            return;
        }
        const std::size_t at = out_.size();
        if (typing_.lower && !is_shouted(word)) {
            append_lower(out_, word);
        } else {
            out_ += word;
        }
        if (typing_.no_apostrophe) {
            out_.erase(std::remove(out_.begin() + static_cast<std::ptrdiff_t>(at), out_.end(), '\''), out_.end());
        }
        if (typing_.typo > 0 && word.size() >= 4 && !touches_kept && !is_telling(word) &&
            random_.chance(typing_.typo)) {
            const std::string slip = mistyped(std::string_view(out_).substr(at), random_);
            out_.replace(at, std::string::npos, slip);
        }
    }

    void end_mark() {
        if (out_.empty()) {
            return;
        }
        const bool dots = out_.ends_with("..");
        if (out_.back() == '.' && !dots) {
            if (typing_.bang) {
                out_.back() = '!';
            } else if (typing_.no_stop) {
                out_.pop_back();
            }
        } else if (out_.back() == '?' && typing_.no_question_mark && out_.size() > 1 && out_[out_.size() - 2] != '?') {
            out_.pop_back();
        }
    }

    const Draft& draft_;
    const Typing& typing_;
    Random& random_;
    std::string out_;
};

}  // namespace

Typing decide_typing(const Habits& habits, Random& random) {
    Typing typing;
    typing.lower = random.chance(habits.lower);
    typing.no_apostrophe = random.chance(habits.no_apostrophe) && typing.lower;
    typing.bang = random.chance(habits.bang);
    typing.no_stop = random.chance(habits.no_stop);
    typing.no_question_mark = random.chance(habits.no_question_mark);
    typing.drops_articles = habits.style == Style::non_native && habits.language == Language::english;
    typing.typo = habits.typo;
    return typing;
}

std::string typed(const Draft& draft, const Typing& typing, Random& random) {
    return Typist(draft, typing, random).run();
}

std::string mistyped(std::string_view word, Random& random) {
    std::string out(word);
    if (word.size() < 4 || !std::ranges::all_of(word, is_letter)) {
        return out;
    }
    const std::size_t at = 1 + random.below(word.size() - 2);
    switch (random.below(4)) {
        case 0: {
            const auto key = static_cast<std::size_t>((is_upper(out[at]) ? out[at] - 'A' : out[at] - 'a'));
            const char slip = neighbours[key][random.below(neighbours[key].size())];
            out[at] = is_upper(out[at]) ? static_cast<char>(slip - 'a' + 'A') : slip;
            break;
        }
        case 1:
            out.insert(at, 1, out[at]);
            break;
        case 2:
            out.erase(at, 1);
            break;
        default:
            std::swap(out[at], out[at + 1]);
    }
    return out;
}

}  // namespace sosia::user::wording
