#include "generate/document.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace sosia::generate {
namespace {

constexpr std::size_t shortest_quote = 8;

bool is_white(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// `text` with runs of white space as one blank, and for each byte where it was.
struct Collapsed {
    std::string text;
    std::vector<std::size_t> from;
};

Collapsed collapsed(std::string_view text) {
    Collapsed out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool white = is_white(text[i]);
        if (white && (out.text.empty() || out.text.back() == ' ')) {
            continue;
        }
        out.text += white ? ' ' : text[i];
        out.from.push_back(i);
    }
    if (!out.text.empty() && out.text.back() == ' ') {
        out.text.pop_back();
        out.from.pop_back();
    }
    return out;
}

// Where to cut `text` so that at most `most` bytes come first: after a line, a sentence, a word, or a character.
std::size_t cut_before(std::string_view text, std::size_t most) {
    if (text.size() <= most) {
        return text.size();
    }
    for (const std::string_view mark : {"\n", ". ", " "}) {
        const std::size_t at = text.substr(0, most).rfind(mark);
        if (at != std::string_view::npos && at > most / 2) {
            return at + mark.size();
        }
    }
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return end;
}

// The next paragraph with the blank lines behind it.
std::size_t paragraph_end(std::string_view text) {
    std::size_t at = text.find("\n\n");
    if (at == std::string_view::npos) {
        return text.size();
    }
    while (at < text.size() && text[at] == '\n') {
        ++at;
    }
    return at;
}

std::vector<std::string> numbers_of(std::string_view text) {
    std::vector<std::string> out;
    std::string number;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const char c = i < text.size() ? text[i] : ' ';
        const bool inner = (c == '.' || c == ',') && !number.empty() && i + 1 < text.size() && is_digit(text[i + 1]);
        if (is_digit(c) || inner) {
            number += c;
        } else if (!number.empty()) {
            out.push_back(number);
            number.clear();
        }
    }
    return out;
}

}  // namespace

Result<Document> document_of(const std::string& name, std::string text) {
    if (text.size() > most_document_bytes) {
        return fail(ErrorKind::limit,
                    fmt::format("{} has {} bytes; at most {} are read", name, text.size(), most_document_bytes),
                    "give the part that matters");
    }
    if (!is_valid_utf8(text) || text.contains('\0')) {
        return fail(ErrorKind::usage, name + " is no text in UTF-8", "plain text and Markdown can be read");
    }
    if (trim(text).empty()) {
        return fail(ErrorKind::usage, name + " holds no text");
    }
    return Document{.name = name, .text = replace_all(std::move(text), "\r\n", "\n")};
}

std::vector<Passage> passages_of(std::span<const Document> documents, std::size_t most_bytes) {
    std::vector<Passage> out;
    for (std::size_t d = 0; d < documents.size(); ++d) {
        std::string_view rest = documents[d].text;
        int line = 1;
        bool fresh = true;  // a passage of another document is never gone on with
        while (!rest.empty()) {
            const std::string_view piece = rest.substr(0, cut_before(rest.substr(0, paragraph_end(rest)), most_bytes));
            if (fresh || out.back().text.size() + piece.size() > most_bytes) {
                out.push_back({.number = static_cast<int>(out.size()) + 1, .document = d, .line = line, .text = {}});
            }
            out.back().text += piece;
            fresh = false;
            line += static_cast<int>(std::ranges::count(piece, '\n'));
            rest.remove_prefix(piece.size());
        }
    }
    return out;
}

std::vector<std::vector<Passage>> groups_of(std::vector<Passage> passages, std::size_t most_bytes) {
    std::vector<std::vector<Passage>> out;
    std::size_t bytes = 0;
    for (Passage& passage : passages) {
        if (out.empty() || bytes + passage.text.size() > most_bytes) {
            out.emplace_back();
            bytes = 0;
        }
        bytes += passage.text.size();
        out.back().push_back(std::move(passage));
    }
    return out;
}

std::optional<FoundQuote> find_quote(const Passage& passage, std::string_view quote) {
    const Collapsed all = collapsed(passage.text);
    const Collapsed wanted = collapsed(quote);
    const std::size_t at = all.text.find(wanted.text);
    if (wanted.text.empty() || at == std::string::npos ||
        (wanted.text.size() < shortest_quote && wanted.text != all.text)) {
        return std::nullopt;
    }
    const auto begin = passage.text.begin();
    const auto breaks = std::count(begin, begin + static_cast<std::ptrdiff_t>(all.from[at]), '\n');
    return FoundQuote{.line = passage.line + static_cast<int>(breaks), .quote = wanted.text};
}

std::vector<std::string> numbers_missing(std::string_view value, std::string_view quote) {
    const std::vector<std::string> there = numbers_of(quote);
    std::vector<std::string> out = numbers_of(value);
    std::erase_if(out, [&](const std::string& number) { return std::ranges::find(there, number) != there.end(); });
    return out;
}

}  // namespace sosia::generate
