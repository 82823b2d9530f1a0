#include "user/reader_rules.h"

#include <yaml-cpp/yaml.h>

#include <array>
#include <map>
#include <optional>
#include <utility>

#include "base/text.h"
#include "user/reader_characters.h"

namespace sosia::user {
namespace {

constexpr std::array<std::pair<std::string_view, Hint>, 9> hint_names = {{
    {"ask-strong", Hint::ask_strong},
    {"ask-need", Hint::ask_need},
    {"ask-weak", Hint::ask_weak},
    {"ask-before", Hint::ask_before},
    {"ask-inside", Hint::ask_inside},
    {"choice", Hint::choice},
    {"yes-no", Hint::yes_no},
    {"list-lead", Hint::list_lead},
    {"pleasantry", Hint::pleasantry},
}};

std::optional<int> parse_signal(std::string_view name) {
    if (const std::optional<Act> act = parse_act(name)) {
        return static_cast<int>(*act);
    }
    for (const auto& [text, hint] : hint_names) {
        if (text == name) {
            return static_cast<int>(hint);
        }
    }
    return std::nullopt;
}

bool is_ask(int signal) {
    return signal == static_cast<int>(Hint::ask_strong) || signal == static_cast<int>(Hint::ask_weak) ||
           signal == static_cast<int>(Hint::ask_before) || signal == static_cast<int>(Hint::ask_inside) ||
           signal == static_cast<int>(Hint::ask_need);
}

RE2::Options pattern_options() {
    RE2::Options options;
    options.set_encoding(RE2::Options::EncodingLatin1);
    options.set_never_capture(true);
    options.set_log_errors(false);
    // The automaton is built as texts need it; this bounds it.
    options.set_max_mem(std::int64_t{256} << 20);
    return options;
}

}  // namespace

struct RuleBook::Loader {
    RuleBook book;
    std::map<std::string, std::string, std::less<>> macros;

    Result<void> load(const YAML::Node& root) {
        for (const auto& macro : root["macros"]) {
            const Result<std::string> text = expand(macro.second.as<std::string>());
            if (!text) {
                return std::unexpected(text.error());
            }
            macros[macro.first.as<std::string>()] = "(?:" + *text + ")";
        }
        for (const auto& rule : root["rules"]) {
            if (const Result<void> added = add_rule(rule); !added) {
                return added;
            }
        }
        return {};
    }

    // Replaces {macro} by its text; folds the rest like the words it is matched with.
    Result<std::string> expand(std::string_view text) const {
        std::string out;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const bool macro = text[i] == '{' && i + 1 < text.size() && is_alpha(text[i + 1]);
            if (!macro) {
                out.push_back(text[i]);
                continue;
            }
            const std::size_t close = text.find('}', i);
            const auto found =
                close == std::string_view::npos ? macros.end() : macros.find(text.substr(i + 1, close - i - 1));
            if (found == macros.end()) {
                return fail(ErrorKind::malformed, "unknown macro in the reader's rules: " + std::string(text));
            }
            out += found->second;
            i = close;
        }
        return fold(out);
    }

    Result<void> add_rule(const YAML::Node& node) {
        const auto name = node[node["act"] ? "act" : "hint"].as<std::string>();
        const std::optional<int> signal = parse_signal(name);
        if (!signal) {
            return fail(ErrorKind::malformed, "unknown act in the reader's rules: " + name);
        }
        Rule rule{.signal = *signal};
        const auto mood = node["mood"].as<std::string>("any");
        rule.mood = mood == "question" ? Mood::question : mood == "statement" ? Mood::statement : Mood::any;
        const auto scope = node["scope"].as<std::string>("main");
        rule.scope = scope == "side" ? Scope::side : scope == "both" ? Scope::both : Scope::main;
        rule.first = node["place"].as<std::string>("") == "first";
        book.rules_.push_back(rule);
        if (const Result<void> added = add_patterns(node["any"], false); !added) {
            return added;
        }
        return add_patterns(node["unless"], true);
    }

    Result<void> add_patterns(const YAML::Node& list, bool guard) {
        for (const auto& item : list) {
            const auto raw = item.as<std::string>();
            const Result<std::string> text = expand(raw);
            if (!text) {
                return std::unexpected(text.error());
            }
            if (const Result<void> added = add_pattern(framed(*text, has_open_end(raw)), guard); !added) {
                return added;
            }
        }
        return {};
    }

    // Words are matched whole: the text has a blank on both sides of each. A pattern that names the end itself ($) or
    // ends with a macro that brings its blank along needs none after it.
    static std::string framed(std::string_view text, bool open_end) {
        const bool ends_itself = text.find('$') != std::string_view::npos;
        std::string body = replace_all(std::string(text), "$", " $");
        if (opens_with_starts(text)) {
            body = open_starts(body);
        } else if (text.starts_with('^')) {
            body = "^ (?:" + body.substr(1) + ")";
        } else {
            body = " (?:" + body + ")";
        }
        return body + (open_end || ends_itself ? "" : " ");
    }

    static bool opens_with_starts(std::string_view text) {
        const std::string_view group = text.substr(0, text.find(')'));
        return group.starts_with("(?:^") || (group.starts_with("(?:") && group.find("|^") != std::string_view::npos);
    }

    // "(?:please |^)call": each way to begin gets the blank before it.
    static std::string open_starts(const std::string& body) {
        const std::size_t close = body.find(')');
        std::vector<std::string> ways;
        for (const std::string_view way : split(std::string_view(body).substr(3, close - 3), '|')) {
            ways.push_back(way.starts_with('^') ? "^ " + std::string(way.substr(1)) : " " + std::string(way));
        }
        return "(?:" + join(ways, "|") + ")(?:" + body.substr(close + 1) + ")";
    }

    static bool has_open_end(std::string_view raw) {
        return raw.ends_with("{w}") || raw.ends_with("{gap2}") || raw.ends_with("{gap4}") || raw.ends_with("{gap6}") ||
               raw.ends_with("{adv}");
    }

    Result<void> add_pattern(const std::string& text, bool guard) {
        std::string problem;
        if (book.set_->Add(text, &problem) < 0) {
            return fail(ErrorKind::malformed, "bad pattern in the reader's rules: " + text + ": " + problem);
        }
        Pattern pattern{.rule = book.rules_.size() - 1, .guard = guard};
        if (!guard && is_ask(book.rules_.back().signal)) {
            pattern.position = std::make_unique<RE2>(text, pattern_options());
        }
        book.patterns_.push_back(std::move(pattern));
        return {};
    }
};

Result<RuleBook> RuleBook::load(std::span<const std::string_view> yaml_texts) {
    Loader loader;
    loader.book.set_ = std::make_unique<RE2::Set>(pattern_options(), RE2::UNANCHORED);
    try {
        for (const std::string_view text : yaml_texts) {
            if (const Result<void> loaded = loader.load(YAML::Load(std::string(text))); !loaded) {
                return std::unexpected(loaded.error());
            }
        }
    } catch (const YAML::Exception& e) {
        return fail(ErrorKind::malformed, std::string("the reader's rules are not valid YAML: ") + e.what());
    }
    if (!loader.book.set_->Compile()) {
        return fail(ErrorKind::limit, "the reader's rules do not fit into memory");
    }
    return std::move(loader.book);
}

bool RuleBook::applies(const Rule& rule, Place place) const {
    if (rule.first && !place.first) {
        return false;
    }
    if (place.side ? rule.scope == Scope::main : rule.scope == Scope::side) {
        return false;
    }
    return rule.mood == Mood::any || (rule.mood == Mood::question) == place.question;
}

bool RuleBook::guarded(std::size_t rule, const std::vector<int>& found) const {
    for (const int id : found) {
        const Pattern& pattern = patterns_[static_cast<std::size_t>(id)];
        if (pattern.guard && pattern.rule == rule) {
            return true;
        }
    }
    return false;
}

void RuleBook::match(std::string_view text, Place place, Signals& signals, std::vector<AskHit>& asks,
                     std::vector<int>& scratch) const {
    scratch.clear();
    const re2::StringPiece piece(text.data(), text.size());
    if (!set_->Match(piece, &scratch)) {
        return;
    }
    for (const int id : scratch) {
        const Pattern& pattern = patterns_[static_cast<std::size_t>(id)];
        const Rule& rule = rules_[pattern.rule];
        if (pattern.guard || !applies(rule, place) || guarded(pattern.rule, scratch)) {
            continue;
        }
        signals.add(rule.signal);
        re2::StringPiece where;
        if (pattern.position && pattern.position->Match(piece, 0, piece.size(), RE2::UNANCHORED, &where, 1)) {
            const auto begin = static_cast<std::size_t>(where.data() - text.data());
            asks.push_back({static_cast<Hint>(rule.signal), begin, begin + where.size(), place.side});
        }
    }
}

}  // namespace sosia::user
