#include "user/guards.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>

#include <fmt/format.h>
#include <re2/re2.h>
#include <yaml-cpp/yaml.h>

#include "base/text.h"
#include "user/language.h"
#include "user/reader_data.h"
#include "user/realizer_draft.h"

namespace sosia::user {
namespace {

constexpr std::array<std::pair<Blunder, std::string_view>, 11> names{{{Blunder::empty, "empty"},
                                                                      {Blunder::too_long, "too-long"},
                                                                      {Blunder::refused, "refused"},
                                                                      {Blunder::role_flipped, "role-flipped"},
                                                                      {Blunder::fourth_wall, "fourth-wall"},
                                                                      {Blunder::scratchpad, "scratchpad"},
                                                                      {Blunder::leaked, "leaked"},
                                                                      {Blunder::invented, "invented"},
                                                                      {Blunder::omitted, "omitted"},
                                                                      {Blunder::repeated, "repeated"},
                                                                      {Blunder::wrong_language, "wrong-language"}}};

// Letters and digits alone, lower-case: spellings of one identifier become equal.
std::string squeezed(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || byte >= 0x80) {
            out += c;
        } else if (c >= 'A' && c <= 'Z') {
            out += static_cast<char>(c - 'A' + 'a');
        }
    }
    return out;
}

bool has_digit(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Short or common values turn up by chance: "yes", "12".
bool is_telling(std::string_view value) {
    return has_digit(value) ? value.size() >= 4 : value.size() >= 8;
}

bool same_figure(const Claim& a, const Claim& b) {
    constexpr double close = 1e-9;
    if (a.kind == ClaimKind::date || b.kind == ClaimKind::date) {
        return a.kind == b.kind && a.month == b.month && a.day == b.day && a.weekday == b.weekday &&
               (a.year == b.year || a.year == 0 || b.year == 0);
    }
    return std::abs(a.low - b.low) < close && std::abs(a.high - b.high) < close &&
           (a.kind == b.kind || a.kind == ClaimKind::number || b.kind == ClaimKind::number);
}

// "two times", "1 thing": figures of speech.
bool is_small_talk(const Claim& claim) {
    constexpr double small = 10;
    return claim.kind == ClaimKind::number && claim.high < small;
}

std::size_t words_in(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(split(text, ' '), [](std::string_view w) { return !w.empty(); }));
}

struct Patterns {
    std::string kind;
    std::deque<RE2> expressions;

    bool match(std::string_view line) const {
        return std::ranges::any_of(expressions, [&](const RE2& expression) {
            return RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), expression);
        });
    }
};

Result<Patterns> read_patterns(const YAML::Node& root, const std::string& kind) {
    Patterns out{.kind = kind};
    RE2::Options options;
    options.set_log_errors(false);
    for (const YAML::Node& line : root[kind]) {
        out.expressions.emplace_back(line.as<std::string>(), options);
        if (!out.expressions.back().ok()) {
            return fail(ErrorKind::malformed, "guards.yaml, " + kind + ": " + out.expressions.back().error());
        }
    }
    return out;
}

}  // namespace

std::string_view to_string(Blunder blunder) {
    return std::ranges::find(names, blunder, [](const auto& entry) { return entry.first; })->second;
}

std::string_view fault_kind(Blunder blunder) {
    switch (blunder) {
        case Blunder::leaked:
            return "revealed-info-early";
        case Blunder::invented:
            return "hallucination";
        case Blunder::omitted:
            return "missed-required-action";
        case Blunder::repeated:
        case Blunder::wrong_language:
            return "inconsistent-behavior";
        case Blunder::refused:
        case Blunder::role_flipped:
        case Blunder::fourth_wall:
        case Blunder::scratchpad:
            return "guideline-violation";
        case Blunder::empty:
        case Blunder::too_long:
            break;
    }
    return "other";
}

std::string bare_line(std::string_view text) {
    std::string_view line = trim(text);
    const bool quoted = line.size() > 2 && line.front() == '"' && line.back() == '"';
    if (quoted && line.substr(1, line.size() - 2).find('"') == std::string_view::npos) {
        line = trim(line.substr(1, line.size() - 2));
    }
    return std::string(line);
}

struct Guards::Impl {
    const Reader& reader;
    Patterns role_flipped;
    Patterns fourth_wall;
    Patterns instructions;
    Patterns scratchpad;
    Patterns refused;

    bool tells(std::string_view text, std::string_view value, std::string_view language) const {
        const std::string wanted = squeezed(value);
        if (wanted.empty() || contains_word(text, value)) {
            return true;
        }
        constexpr std::size_t long_enough = 5;
        if (wanted.size() >= long_enough && squeezed(text).contains(wanted)) {
            return true;
        }
        const std::vector<Claim> meant = reader.claims(value, language);
        const std::vector<Claim> found = reader.claims(text, language);
        return !meant.empty() && std::ranges::all_of(meant, [&](const Claim& m) {
            return std::ranges::any_of(found, [&](const Claim& f) { return same_figure(m, f); });
        });
    }

    std::optional<Objection> form(std::string_view line, const LineRules& rules) const {
        if (line.empty()) {
            return Objection{Blunder::empty, "the line is empty"};
        }
        if (line.size() > rules.longest) {
            return Objection{Blunder::too_long,
                             fmt::format("the line has {} bytes, people write shorter ones", line.size())};
        }
        const std::string lowered = lower(replace_all(std::string(line), "\u2019", "'"));
        if (refused.match(lowered)) {
            return Objection{Blunder::refused, "the line refuses to play the part"};
        }
        if (scratchpad.match(lowered)) {
            return Objection{Blunder::scratchpad,
                             "the line holds thoughts, labels, markup or holes to fill, not only what is said"};
        }
        if (fourth_wall.match(lowered) || (!rules.may_speak_of_instructions && instructions.match(lowered))) {
            return Objection{Blunder::fourth_wall, "the line speaks of the role or of being a program"};
        }
        if (role_flipped.match(lowered)) {
            return Objection{Blunder::role_flipped, "the line is what the other side would say, who serves"};
        }
        return std::nullopt;
    }

    std::optional<Objection> content(std::string_view line, const LineRules& rules) const {
        for (const Secret& secret : rules.secrets) {
            const bool known = std::ranges::any_of(
                rules.known, [&](std::string_view text) { return tells(text, secret.value, rules.language); });
            if (is_telling(secret.value) && !known && tells(line, secret.value, rules.language)) {
                return Objection{Blunder::leaked,
                                 fmt::format("the line tells {}, which is not to be told now", secret.fact)};
            }
        }
        for (const std::string& value : rules.must_hold) {
            if (!tells(line, value, rules.language)) {
                return Objection{Blunder::omitted, fmt::format("the line leaves out \"{}\"", value)};
            }
        }
        return invented(line, rules);
    }

    std::optional<Objection> invented(std::string_view line, const LineRules& rules) const {
        const std::vector<Claim> claims = reader.claims(line, rules.language);
        const std::vector<Entity> entities = reader.entities(line);
        if (claims.empty() && entities.empty()) {
            return std::nullopt;
        }
        std::string all;
        std::vector<Claim> known;
        for (const std::string_view text : rules.known) {
            all += squeezed(text) + " ";
            std::ranges::move(reader.claims(text, rules.language), std::back_inserter(known));
        }
        for (const Entity& entity : entities) {
            if (!all.contains(squeezed(entity.text))) {
                return Objection{Blunder::invented, fmt::format("the line makes up \"{}\"", entity.text)};
            }
        }
        for (const Claim& claim : claims) {
            const std::string_view words = line.substr(claim.begin, claim.end - claim.begin);
            const bool from_somewhere =
                is_small_talk(claim) ||
                std::ranges::any_of(known, [&](const Claim& k) { return same_figure(claim, k); }) ||
                (has_digit(words) && all.contains(squeezed(words)));
            if (!from_somewhere) {
                return Objection{Blunder::invented, fmt::format("the line makes up \"{}\"", words)};
            }
        }
        return std::nullopt;
    }

    std::optional<Objection> manner(std::string_view line, const LineRules& rules) const {
        constexpr std::size_t short_answer = 2;  // words: "yes", "ok thanks" may come again
        const std::uint64_t hash = wording::wording_hash(line);
        if (words_in(line) > short_answer && std::ranges::any_of(rules.said, [&](std::string_view earlier) {
                return wording::wording_hash(earlier) == hash;
            })) {
            return Objection{Blunder::repeated, "the user has said exactly this before"};
        }
        if (line.size() >= enough_to_tell) {
            const std::string found = language_of(line);
            const std::string wanted = language_code(rules.language);
            if (!found.empty() && !wanted.empty() && found != wanted) {
                return Objection{Blunder::wrong_language,
                                 fmt::format("the line is in \"{}\", this person writes \"{}\"", found, wanted)};
            }
        }
        return std::nullopt;
    }
};

Guards::Guards(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Guards::~Guards() = default;
Guards::Guards(Guards&&) noexcept = default;
Guards& Guards::operator=(Guards&&) noexcept = default;

Result<Guards> Guards::create(const Reader& reader) {
    const Result<std::string_view> text = reader_data("guards");
    if (!text) {
        return std::unexpected(text.error());
    }
    std::unique_ptr<Impl> impl(new Impl{.reader = reader});
    const std::array<std::pair<Patterns Impl::*, const char*>, 5> kinds{{{&Impl::role_flipped, "role-flipped"},
                                                                         {&Impl::fourth_wall, "fourth-wall"},
                                                                         {&Impl::instructions, "instructions"},
                                                                         {&Impl::scratchpad, "scratchpad"},
                                                                         {&Impl::refused, "refused"}}};
    try {
        const YAML::Node root = YAML::Load(std::string(*text));
        for (const auto& [member, name] : kinds) {
            Result<Patterns> read = read_patterns(root, name);
            if (!read) {
                return std::unexpected(read.error());
            }
            (*impl).*member = std::move(*read);
        }
    } catch (const YAML::Exception& wrong) {
        return fail(ErrorKind::malformed, std::string("guards.yaml: ") + wrong.what());
    }
    return Guards(std::move(impl));
}

std::optional<Objection> Guards::check(std::string_view line, const LineRules& rules) const {
    if (auto objection = impl_->form(line, rules)) {
        return objection;
    }
    if (auto objection = impl_->content(line, rules)) {
        return objection;
    }
    return impl_->manner(line, rules);
}

bool Guards::tells(std::string_view text, std::string_view value, std::string_view language) const {
    return impl_->tells(text, value, language);
}

}  // namespace sosia::user
