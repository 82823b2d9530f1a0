#include "analysis/redact.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <vector>

namespace sosia::analysis {
namespace {

std::string digits_of(std::string_view text) {
    std::string out;
    std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return c >= '0' && c <= '9'; });
    return out;
}

// ISO/IEC 7812: from the right, every second digit doubled.
bool passes_luhn(std::string_view text) {
    const std::string digits = digits_of(text);
    int sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const int digit = digits[digits.size() - 1 - i] - '0';
        const int doubled = 2 * digit;
        sum += i % 2 == 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
    }
    return digits.size() >= 13 && digits.size() <= 19 && sum % 10 == 0;
}

// Dates and amounts are written with few digits or with two-digit groups of a date; a phone number has nine or more.
bool is_phone(std::string_view text) {
    const std::size_t digits = digits_of(text).size();
    return digits >= 9 && digits <= 15;
}

bool always(std::string_view) {
    return true;
}

struct Kind {
    const char* name;
    const char* pattern;
    bool (*holds)(std::string_view);
};

// In this order: what one takes away the next does not see.
constexpr std::array<Kind, 6> kinds{{
    {"email", R"([A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)", always},
    {"key",
     R"(\b(?:sk|pk|ghp|xox[bap])[-_][A-Za-z0-9_-]{16,}|\bAKIA[A-Z0-9]{16}\b|\bey[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+)",
     always},
    {"iban", R"(\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b)", always},
    {"card", R"(\b\d(?:[ -]?\d){12,18}\b)", passes_luhn},
    {"ip", R"(\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b)", always},
    {"phone", R"((?:\+|\b00)\d[\d ()./-]{6,17}\d|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b|\b0\d{2,4}[ /-]\d[\d -]{4,9}\d)",
     is_phone},
}};

}  // namespace

struct Redactor::Impl {
    std::vector<std::unique_ptr<RE2>> patterns;
    std::map<std::string, std::size_t> counts;

    std::string apply(std::size_t kind, const std::string& text) {
        std::string out;
        re2::StringPiece found;
        std::size_t done = 0;
        while (done <= text.size() && patterns[kind]->Match(text, done, text.size(), RE2::UNANCHORED, &found, 1)) {
            const auto at = static_cast<std::size_t>(found.data() - text.data());
            const std::string_view match(found.data(), found.size());
            out.append(text, done, at - done);
            if (kinds[kind].holds(match)) {
                out += "[" + std::string(kinds[kind].name) + "]";
                ++counts[kinds[kind].name];
            } else {
                out += match;
            }
            done = at + found.size();
        }
        return out + text.substr(std::min(done, text.size()));
    }
};

Redactor::Redactor() : impl_(std::make_unique<Impl>()) {
    for (const Kind& kind : kinds) {
        impl_->patterns.push_back(std::make_unique<RE2>(kind.pattern));
    }
}
Redactor::~Redactor() = default;

std::string Redactor::operator()(std::string_view text) {
    std::string out(text);
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        out = impl_->apply(kind, out);
    }
    return out;
}

const std::map<std::string, std::size_t>& Redactor::counts() const {
    return impl_->counts;
}

}  // namespace sosia::analysis
