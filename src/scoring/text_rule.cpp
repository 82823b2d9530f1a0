#include "scoring/text_rule.h"

#include <re2/re2.h>

#include "base/text.h"

namespace sosia::scoring {
namespace {

// Lower case, one kind of apostrophe and quotation mark, one space between words.
std::string evened(std::string_view text) {
    std::string out = replace_all(replace_all(lower(text), "’", "'"), "‘", "'");
    out = replace_all(replace_all(replace_all(std::move(out), "“", "\""), "”", "\""), "\xC2\xA0", " ");
    std::string spaced;
    for (const char c : out) {
        const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (!space) {
            spaced += c;
        } else if (spaced.empty() || spaced.back() != ' ') {
            spaced += ' ';
        }
    }
    return spaced;
}

}  // namespace

TextRule::TextRule(std::string written) : written_(std::move(written)), phrase_(evened(trim(written_))) {
    if (written_.size() > 2 && written_.front() == '/' && written_.back() == '/') {
        RE2::Options options;
        options.set_case_sensitive(false);
        options.set_log_errors(false);
        pattern_ = std::make_unique<RE2>(written_.substr(1, written_.size() - 2), options);
    }
}

TextRule::TextRule(TextRule&&) noexcept = default;
TextRule& TextRule::operator=(TextRule&&) noexcept = default;
TextRule::~TextRule() = default;

bool TextRule::holds(std::string_view text) const {
    if (pattern_ == nullptr) {
        return evened(text).contains(phrase_);
    }
    return pattern_->ok() && RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *pattern_);
}

}  // namespace sosia::scoring
