#include "spec/yaml_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace sosia::spec {
namespace {

int characters(std::string_view line, int bytes) {
    const std::string_view before = line.substr(0, std::min(line.size(), static_cast<std::size_t>(std::max(bytes, 0))));
    return static_cast<int>(
        std::ranges::count_if(before, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::size_t first_invalid(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t n = 1;
        while (n <= 4 && !is_valid_utf8(text.substr(at, n))) {
            ++n;
        }
        if (n > 4) {
            break;
        }
        at += n;
    }
    return at;
}

}  // namespace

std::optional<YamlProblem> refuse_bytes(std::string_view text, const YamlLimits& limits) {
    if (text.size() > limits.bytes) {
        return YamlProblem{
            {}, fmt::format("the file has {} bytes; at most {} are read", text.size(), limits.bytes), "split it"};
    }
    const std::size_t nul = text.find('\0');
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") || nul < 4) {
        return YamlProblem{{}, "this is no UTF-8 text (it looks like UTF-16 or a binary file)", "save it as UTF-8"};
    }
    const auto at_byte = [text](std::size_t at) {
        const auto before = text.substr(0, at);
        const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
        return Place{static_cast<int>(std::ranges::count(before, '\n')) + 1,
                     characters(text.substr(line_start), static_cast<int>(at - line_start)) + 1};
    };
    if (nul != std::string_view::npos) {
        return YamlProblem{at_byte(nul), "there is a NUL byte here: this is no text file", ""};
    }
    if (!is_valid_utf8(text)) {
        return YamlProblem{at_byte(first_invalid(text)), "these bytes are not valid UTF-8", "save the file as UTF-8"};
    }
    return std::nullopt;
}

ColumnFixer::ColumnFixer(std::string_view text)
    : ascii_(std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    while (!ascii_ && !text.empty()) {
        const std::size_t end = text.find('\n');
        lines_.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

void ColumnFixer::fix(Node& node) const {
    fix(node.place);
    for (Node& item : node.items) {
        fix(item);
    }
    for (Node::Member& member : node.members) {
        fix(member.place);
        fix(member.value);
    }
}

void ColumnFixer::fix(Place& place) const {
    const auto line = static_cast<std::size_t>(place.line) - 1;
    if (!ascii_ && place.line > 0 && line < lines_.size()) {
        place.column = characters(lines_[line], place.column - 1) + 1;
    }
}

}  // namespace sosia::spec
