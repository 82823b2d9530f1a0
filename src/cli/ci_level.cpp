#include "cli/ci_level.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

namespace sosia::cli {
namespace json = boost::json;
namespace {

std::optional<CiLevel> parse_level(std::string_view text) {
    for (const CiLevel level : {CiLevel::nothing, CiLevel::affected, CiLevel::full, CiLevel::new_baseline}) {
        if (text == to_string(level)) {
            return level;
        }
    }
    return std::nullopt;
}

// The same file, however the two ways to it are written.
bool same_file(const std::string& a, const std::string& b) {
    const auto normal = [](const std::string& path) {
        std::error_code ignored;
        return std::filesystem::weakly_canonical(path, ignored);
    };
    return !a.empty() && !b.empty() && normal(a) == normal(b);
}

// Where a part was written is kept relative to the suite.
bool written_in(const Suite& suite, const std::string& file, const std::string& path) {
    return !file.empty() &&
           (same_file(file, path) || same_file((std::filesystem::path(suite.directory) / file).string(), path));
}

template <class T>
std::vector<std::string> ids_in(const Suite& suite, const std::vector<T>& parts, const std::string& path) {
    std::vector<std::string> out;
    for (const T& part : parts) {
        if (written_in(suite, part.file, path)) {
            out.push_back(part.id);
        }
    }
    return out;
}

bool below(const std::string& folder, const std::string& path) {
    std::error_code ignored;
    const std::filesystem::path inside =
        std::filesystem::weakly_canonical(path, ignored)
            .lexically_relative(std::filesystem::weakly_canonical(folder.empty() ? "." : folder, ignored));
    return !inside.empty() && *inside.begin() != "..";
}

bool is_suite_file(const Suite& suite, const std::string& path) {
    return path.ends_with(".yaml") && below(suite.directory, path);
}

struct OfPath {
    CiLevel level = CiLevel::full;
    std::vector<std::string> scenarios;
    std::vector<std::string> personas;
};

OfPath by_default(const Suite& suite, const std::string& path) {
    OfPath out{.scenarios = ids_in(suite, suite.scenarios, path), .personas = ids_in(suite, suite.personas, path)};
    if (path.ends_with(".md")) {
        out.level = CiLevel::nothing;
    } else if (!out.scenarios.empty() || !out.personas.empty()) {
        out.level = CiLevel::affected;
    } else if (is_suite_file(suite, path)) {
        out.level = CiLevel::new_baseline;
    }
    return out;
}

OfPath level_of(const Suite& suite, const std::vector<CiRule>& rules, const std::string& path) {
    for (const CiRule& rule : rules) {
        const bool matches = std::ranges::any_of(
            rule.paths, [&](const std::string& pattern) { return fnmatch(pattern.c_str(), path.c_str(), 0) == 0; });
        if (!matches) {
            continue;
        }
        OfPath out = by_default(suite, path);
        const bool known = !out.scenarios.empty() || !out.personas.empty();
        out.level = rule.level == CiLevel::affected && !known ? CiLevel::full : rule.level;
        return out;
    }
    return by_default(suite, path);
}

Result<CiRule> read_rule(const json::object& o) {
    CiRule rule;
    const json::value* paths = o.if_contains("paths");
    const json::value* level = o.if_contains("level");
    if (paths == nullptr || !paths->is_array() || level == nullptr || !level->is_string()) {
        return fail(ErrorKind::usage, "a rule needs \"paths\" (a list) and \"level\"");
    }
    for (const json::value& path : paths->as_array()) {
        if (!path.is_string()) {
            return fail(ErrorKind::usage, "\"paths\" must hold patterns as text");
        }
        rule.paths.emplace_back(path.as_string());
    }
    const std::optional<CiLevel> parsed = parse_level(std::string_view(level->as_string()));
    if (!parsed) {
        return fail(ErrorKind::usage,
                    fmt::format("\"level\" is \"{}\"; expected nothing, affected, full or new-baseline",
                                std::string_view(level->as_string())));
    }
    rule.level = *parsed;
    return rule;
}

}  // namespace

std::string_view to_string(CiLevel level) {
    switch (level) {
        case CiLevel::nothing:
            return "nothing";
        case CiLevel::affected:
            return "affected";
        case CiLevel::full:
            return "full";
        case CiLevel::new_baseline:
            return "new-baseline";
    }
    return "unknown";
}

Result<std::vector<CiRule>> ci_rules_from_text(const std::string& text) {
    boost::system::error_code error;
    const json::value root = json::parse(text, error);
    if (error || !root.is_array()) {
        return fail(ErrorKind::usage, "the levels file is not a JSON list of rules");
    }
    std::vector<CiRule> out;
    for (const json::value& item : root.as_array()) {
        const Result<CiRule> rule =
            item.is_object() ? read_rule(item.as_object()) : fail(ErrorKind::usage, "a rule must be an object");
        if (!rule) {
            return std::unexpected(rule.error());
        }
        out.push_back(*rule);
    }
    return out;
}

CiDecision ci_level(const Suite& suite, const std::vector<CiRule>& rules, const std::vector<std::string>& changed) {
    CiDecision out;
    for (const std::string& path : changed) {
        const OfPath one = level_of(suite, rules, path);
        out.level = std::max(out.level, one.level);
        out.scenarios.insert(out.scenarios.end(), one.scenarios.begin(), one.scenarios.end());
        out.personas.insert(out.personas.end(), one.personas.begin(), one.personas.end());
        out.reasons.push_back(fmt::format("{}: {}", path, to_string(one.level)));
    }
    return out;
}

}  // namespace sosia::cli
