#include "spec/yaml_read.h"

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>

#include <algorithm>

#include "base/text.h"
#include "spec/yaml_text.h"
#include "spec/yaml_tree.h"

namespace sosia::spec {
namespace {

// The line of the mistake, or the one before it, begins with a tab.
bool is_indented_with_tabs(std::string_view text, const YAML::Mark& mark) {
    const std::vector<std::string_view> lines = split(text, '\n');
    const auto has_tab = [&](int number) {
        if (number < 0 || static_cast<std::size_t>(number) >= lines.size()) {
            return false;
        }
        const std::string_view line = lines[static_cast<std::size_t>(number)];
        return line.substr(0, line.find_first_not_of(" \t")).contains('\t');
    };
    return has_tab(mark.line) || has_tab(mark.line - 1);
}

// The usual slip with ${NAME}: in { } and [ ] its braces are YAML's.
std::string syntax_hint(std::string_view text, const YAML::Mark& mark) {
    constexpr std::size_t nearby = 300;
    const auto end =
        std::min(text.size(), static_cast<std::size_t>(std::max(mark.pos, 0)) + 1);  // the mark is at the brace
    const std::string_view before = text.substr(end - std::min(end, nearby), std::min(end, nearby));
    if (is_indented_with_tabs(text, mark)) {
        return "indent with blanks: YAML takes no tabs there";
    }
    const bool slip = before.find(": ${") != std::string_view::npos || before.find("[${") != std::string_view::npos;
    return slip ? "inside { } and [ ], ${NAME} needs quotes around it" : "";
}

}  // namespace

std::expected<std::vector<Node>, YamlProblem> read_yaml(std::string_view text, const YamlLimits& limits) {
    if (auto problem = refuse_bytes(text, limits)) {
        return std::unexpected(std::move(*problem));
    }
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
    }
    const ColumnFixer columns(text);
    const auto problem_at = [&columns](const YAML::Mark& mark, std::string message, std::string hint) {
        Place place{mark.line + 1, mark.column + 1};
        columns.fix(place);
        return std::unexpected(YamlProblem{place, std::move(message), std::move(hint)});
    };
    try {
        std::vector<Node> documents = yaml_trees(text, limits);
        std::ranges::for_each(documents, [&columns](Node& node) { columns.fix(node); });
        return documents;
    } catch (const YamlStop& stop) {
        return problem_at(stop.mark, stop.message, stop.hint);
    } catch (const YAML::Exception& error) {
        return problem_at(error.mark, fmt::format("this is no valid YAML: {}", error.msg),
                          syntax_hint(text, error.mark));
    }
}

}  // namespace sosia::spec
