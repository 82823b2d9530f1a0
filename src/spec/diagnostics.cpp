#include "spec/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <tuple>

#include "base/text.h"

namespace sosia::spec {
namespace {

constexpr std::size_t excerpt_before = 60;  // characters kept before the caret
constexpr std::size_t excerpt_bytes = 110;

// Printable: a file must not be able to move the terminal's cursor.
std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\t') {
            out += ' ';
        } else if (byte < 0x20 || byte == 0x7F) {
            out += '?';
        } else {
            out += c;
        }
    }
    return out;
}

std::string_view line_of(std::string_view text, int line) {
    for (int n = 1; n < line; ++n) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) {
            return {};
        }
        text.remove_prefix(end + 1);
    }
    text = text.substr(0, text.find('\n'));
    return text.ends_with('\r') ? text.substr(0, text.size() - 1) : text;
}

std::size_t byte_of_character(std::string_view text, std::size_t character) {
    std::size_t at = 0;
    while (at < text.size() && character > 0) {
        ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) {
            ++at;
        }
        --character;
    }
    return at;
}

void set_excerpt(Diagnostic& diagnostic, const SourceFile& file, Place place) {
    if (place.line <= 0) {
        return;
    }
    std::string_view line = line_of(file.text, place.line);
    if (line.starts_with("\xEF\xBB\xBF")) {
        line.remove_prefix(3);
    }
    std::size_t caret = static_cast<std::size_t>(std::max(place.column, 1)) - 1;
    const std::size_t indent = std::min({line.find_first_not_of(' '), line.size(), caret});
    line.remove_prefix(indent);
    caret -= indent;
    std::string cut;
    if (line.size() > excerpt_bytes && caret > excerpt_before) {
        line.remove_prefix(byte_of_character(line, caret - excerpt_before));
        caret = excerpt_before + 1;
        cut = "…";
    }
    diagnostic.excerpt = cut + shorten(printable(to_valid_utf8(line.substr(0, 4 * excerpt_bytes))), excerpt_bytes);
    diagnostic.caret = static_cast<int>(caret) + 1;
}

}  // namespace

void Diagnostics::error(const SourceFile& file, Place place, std::string message, std::string hint) {
    ++errors_;
    add(Diagnostic::Severity::error, file, place, std::move(message), std::move(hint));
}

void Diagnostics::warning(const SourceFile& file, Place place, std::string message, std::string hint) {
    add(Diagnostic::Severity::warning, file, place, std::move(message), std::move(hint));
}

void Diagnostics::add(Diagnostic::Severity severity, const SourceFile& file, Place place, std::string message,
                      std::string hint) {
    announce(file);
    PerFile& counts = files_.at(file.path);
    if (++counts.problems > most_per_file) {
        return;
    }
    Diagnostic diagnostic{.severity = severity,
                          .file = file.path,
                          .line = place.line,
                          .column = place.column,
                          .message = std::move(message),
                          .hint = std::move(hint)};
    set_excerpt(diagnostic, file, place);
    found_.push_back(std::move(diagnostic));
}

void Diagnostics::announce(const SourceFile& file) {
    files_.try_emplace(file.path, PerFile{.order = files_.size()});
}

bool Diagnostics::is_full(const SourceFile& file) const {
    const auto found = files_.find(file.path);
    return found != files_.end() && found->second.problems >= most_per_file;
}

std::vector<Diagnostic> Diagnostics::sorted() const {
    std::vector<std::size_t> order(found_.size());
    std::ranges::iota_view indices(std::size_t{0}, found_.size());
    std::ranges::copy(indices, order.begin());
    const auto key = [this](std::size_t i) {
        const Diagnostic& d = found_[i];
        return std::tuple(files_.at(d.file).order, d.line, d.column, i);
    };
    std::ranges::sort(order, {}, key);
    std::vector<Diagnostic> out;
    std::ranges::transform(order, std::back_inserter(out), [this](std::size_t i) { return found_[i]; });
    add_counts(out);
    const auto same = [](const Diagnostic& a, const Diagnostic& b) {
        return a.file == b.file && a.line == b.line && a.column == b.column && a.message == b.message;
    };
    out.erase(std::unique(out.begin(), out.end(), same), out.end());
    return out;
}

// Behind the problems of a file that has more of them than were kept: how many more.
void Diagnostics::add_counts(std::vector<Diagnostic>& out) const {
    for (std::size_t i = out.size(); i > 0; --i) {
        const bool last_of_file = i == out.size() || out[i].file != out[i - 1].file;
        const PerFile& counts = files_.at(out[i - 1].file);
        if (last_of_file && counts.problems > most_per_file) {
            const std::string message =
                fmt::format("and at least {} more problems in this file", counts.problems - most_per_file);
            out.insert(out.begin() + static_cast<std::ptrdiff_t>(i),
                       Diagnostic{.file = out[i - 1].file, .message = message});
        }
    }
}

std::string in_quotes(std::string_view text) {
    return "\"" + printable(shorten(to_valid_utf8(text.substr(0, 400)), 60)) + "\"";
}

std::string any_of(const std::vector<std::string>& words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        out += i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
        out += words[i];
    }
    return out;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
    const std::string_view near = nearest(word, candidates);
    return near.empty() ? std::string{} : fmt::format("did you mean \"{}\"?", near);
}

std::string render(const Diagnostic& diagnostic) {
    std::string out = diagnostic.file;
    if (diagnostic.line > 0) {
        out += fmt::format(":{}:{}", diagnostic.line, diagnostic.column);
    }
    out += diagnostic.severity == Diagnostic::Severity::warning ? ": warning: " : ": ";
    out += diagnostic.message;
    if (!diagnostic.excerpt.empty()) {
        out += "\n    " + diagnostic.excerpt;
        out += "\n    " + std::string(static_cast<std::size_t>(std::max(diagnostic.caret, 1)) - 1, ' ') + "^";
        out += diagnostic.hint.empty() ? "" : " " + diagnostic.hint;
    } else if (!diagnostic.hint.empty()) {
        out += "\n    " + diagnostic.hint;
    }
    return out;
}

}  // namespace sosia::spec
