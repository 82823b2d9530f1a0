#include "scoring/phrases.h"

#include <algorithm>

#include <re2/re2.h>
#include <yaml-cpp/yaml.h>

#include "base/text.h"
#include "sosia_scoring_data_data.h"

namespace sosia::scoring {
namespace {

constexpr std::array<std::string_view, say_count> list_names{
    "policy",           "gift",           "fee",           "sum",        "elapsed",    "beyond_limit",
    "around_the_clock", "strong_promise", "again_reason",  "another",    "lost",       "set_aside",
    "opening_yes",      "declines",       "skips_checks",  "concession", "paperwork",  "start_over",
    "no_need",          "context_passed", "cheer_strong",  "cheer_mild", "cheer_sign", "hostile",
    "other_people",     "reveals_other",  "reveals_prompt"};

constexpr std::string_view gap = " (?:[^ .!?][^ ]* ){0,6}";
constexpr std::string_view number =
    "(?:(?:\\$|€|£)?[0-9][^ ]*|one|two|three|four|five|six|seven|ten|twelve|fourteen|thirty|sixty|ninety)";

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (static_cast<unsigned char>(c) & 0x80U) != 0 || c == '\'';
}

// One line of a list as a regular expression over plain text.
std::string expression_of(std::string_view line) {
    const bool at_start = line.starts_with('^');
    line.remove_prefix(at_start ? 1 : 0);
    std::string out = at_start ? "^ " : " ";
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char before = i == 0 ? ' ' : line[i - 1];
        const char after = i + 1 == line.size() ? ' ' : line[i + 1];
        if (line.substr(i).starts_with(" ... ")) {
            out += gap;
            i += 4;
        } else if (line[i] == '#') {
            out += number;
        } else if (line[i] == '*' && before != ')') {
            out += is_letter(before) || is_letter(after) ? "[^ ]*" : "[^ ]+";
        } else {
            out += line[i];
        }
    }
    return out + " ";
}

std::string expression_of_list(std::string_view lines) {
    std::string out;
    for (const std::string_view line : split(lines, '\n')) {
        if (!trim(line).empty()) {
            out += (out.empty() ? "(?:" : "|(?:") + expression_of(trim(line)) + ")";
        }
    }
    return out;
}

// Punctuation and symbols of more than one byte that end or divide nothing are dropped by plain(); these are not
// letters.
bool is_symbol_lead(unsigned char lead) {
    return lead == 0xE2 || lead == 0xF0;
}

// Length in bytes of the character that starts with `lead`.
std::size_t length_of(unsigned char lead) {
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

class Plainer {
  public:
    explicit Plainer(std::string_view text) : text_(text) { out_.reserve(text.size() + 16); }

    std::string run() {
        space();
        for (at_ = 0; at_ < text_.size(); at_ += step_) {
            const auto lead = static_cast<unsigned char>(text_[at_]);
            step_ = std::min(length_of(lead), text_.size() - at_);
            if (lead < 0x80) {
                ascii(text_[at_]);
            } else {
                wide(lead);
            }
        }
        space();
        return std::move(out_);
    }

  private:
    void space() {
        if (out_.empty() || out_.back() != ' ') {
            out_ += ' ';
        }
    }
    void mark(char c) {
        space();
        out_ += c;
        out_ += ' ';
    }
    static bool is_word(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               (static_cast<unsigned char>(c) & 0x80U) != 0;
    }
    bool inside_word() const {
        return at_ > 0 && at_ + step_ < text_.size() && is_word(text_[at_ - 1]) && is_word(text_[at_ + step_]);
    }

    bool between_digits() const { return inside_word() && is_digit(text_[at_ - 1]) && is_digit(text_[at_ + step_]); }
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }

    void ascii(char c) {
        const bool joins = (c == '\'' || c == '.') ? inside_word() : c == ',' && between_digits();
        if (c >= 'A' && c <= 'Z') {
            out_ += static_cast<char>(c - 'A' + 'a');
        } else if (is_word(c) || joins || c == '$' || c == '%' || c == '@' || c == '/') {
            out_ += c;
        } else if (c == '.' || c == ':' || c == ';' || c == '\n') {
            stop();
        } else if (c == '!' || c == '?' || c == ',') {
            mark(c);
        } else if (c != '\'') {
            space();
        }
    }

    void stop() {
        if (!out_.ends_with(". ")) {
            mark('.');
        }
    }

    void wide(unsigned char lead) {
        const std::string_view character = text_.substr(at_, step_);
        if (character == "’" || character == "‘") {
            out_ += inside_word() ? "'" : "";
        } else if (character == "—" || character == "–") {
            mark(',');
        } else if (character == "…") {
            stop();
        } else if (character == "€" || character == "£") {
            out_ += character;
        } else if (lead == 0xC2 || character.starts_with("\xE2\x80")) {  // ¿, ¡, no-break space, quotation marks
            space();
        } else if (is_symbol_lead(lead)) {
            space();
            out_ += character;
            out_ += ' ';
        } else if (lead == 0xC3) {
            const auto second = static_cast<unsigned char>(character.size() > 1 ? character[1] : 0);
            out_ += character[0];
            out_ += static_cast<char>(second >= 0x80 && second <= 0x9E ? second + 0x20 : second);
        } else if (character != "\xEF\xB8\x8F") {  // a variation selector after an emoji
            out_ += character;
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t step_ = 1;
    std::string out_;
};

}  // namespace

std::string plain(std::string_view text) {
    return Plainer(text).run();
}

Phrases::Phrases() = default;
Phrases::Phrases(Phrases&&) noexcept = default;
Phrases& Phrases::operator=(Phrases&&) noexcept = default;
Phrases::~Phrases() = default;

Result<Phrases> Phrases::load(std::string_view language, std::string_view yaml) {
    Phrases phrases;
    const auto broken = [&](const std::string& why) {
        return fail(ErrorKind::malformed, "words_" + std::string(language) + ".yaml: " + why);
    };
    try {
        for (const auto& entry : YAML::Load(std::string(yaml))) {
            const auto name = entry.first.as<std::string>();
            const auto at = std::ranges::find(list_names, name);
            if (at == list_names.end()) {
                return broken("unknown list " + name);
            }
            RE2::Options options;
            options.set_encoding(
                RE2::Options::EncodingLatin1);  // bytes: every character a list names stands in the text as it is
            options.set_log_errors(false);
            options.set_never_capture(true);
            options.set_max_mem(std::int64_t{16} << 20);
            auto compiled = std::make_unique<RE2>(expression_of_list(entry.second.as<std::string>()), options);
            if (!compiled->ok()) {
                return broken(name + ": " + compiled->error());
            }
            phrases.lists_[static_cast<std::size_t>(at - list_names.begin())] = std::move(compiled);
        }
    } catch (const YAML::Exception& e) {
        return broken(e.what());
    }
    return phrases;
}

bool Phrases::hears(Say list, std::string_view text) const {
    const auto& compiled = lists_[static_cast<std::size_t>(list)];
    return compiled != nullptr &&
           compiled->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

std::string Phrases::heard(Say list, std::string_view text) const {
    const auto& compiled = lists_[static_cast<std::size_t>(list)];
    re2::StringPiece found;
    if (compiled == nullptr ||
        !compiled->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), RE2::UNANCHORED, &found, 1)) {
        return {};
    }
    return std::string(trim(std::string_view(found.data(), found.size())));
}

namespace {

// "data/words_en.yaml" is English's.
std::string_view language_of(std::string_view file) {
    const std::size_t at = file.rfind('_');
    return file.substr(at + 1, file.rfind('.') - at - 1);
}

}  // namespace

Result<void> PhraseBook::add(std::string_view language, std::string_view yaml) {
    Result<Phrases> phrases = Phrases::load(language, yaml);
    if (!phrases) {
        return std::unexpected(phrases.error());
    }
    languages_.emplace(language, std::move(*phrases));
    return {};
}

Result<PhraseBook> PhraseBook::create() {
    std::set<std::string, std::less<>> all;
    for (const auto& file : sosia_scoring_data::embedded_files()) {
        all.emplace(language_of(file.name));
    }
    return create(all);
}

Result<PhraseBook> PhraseBook::create(const std::set<std::string, std::less<>>& languages) {
    PhraseBook book;
    for (const auto& file : sosia_scoring_data::embedded_files()) {
        const std::string_view language = language_of(file.name);
        const bool wanted = language == "en" || std::ranges::any_of(languages, [&](std::string_view named) {
                                return named.substr(0, 2) == language;
                            });
        if (!wanted) {
            continue;
        }
        if (const Result<void> added = book.add(language, file.text); !added) {
            return std::unexpected(added.error());
        }
    }
    if (!book.languages_.contains("en")) {
        return fail(ErrorKind::malformed, "words_en.yaml is missing");
    }
    return book;
}

const Phrases& PhraseBook::of(std::string_view language) const {
    const auto at = languages_.find(language.substr(0, 2));
    return at != languages_.end() ? at->second : languages_.find("en")->second;
}

}  // namespace sosia::scoring
