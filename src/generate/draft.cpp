#include "generate/draft.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>
#include <boost/json/array.hpp>

#include "base/text.h"
#include "spec/yaml_write.h"

namespace sosia::generate {
namespace json = boost::json;
namespace {

constexpr std::string_view mark = "draft: true";

std::string_view name_of(PartKind kind) {
    return kind == PartKind::persona ? "Persona" : "Scenario";
}

std::vector<std::string> header(const Draft& draft, const Provenance& p) {
    std::vector<std::string> out{
        fmt::format("{} made {} from {}.", name_of(draft.kind), p.model.empty() ? "without a model" : "by " + p.model,
                    p.from),
        "A draft: read it, put right what is wrong, and accept it (this comment goes then): sosia drafts accept FILE"};
    const auto add = [&out](std::string_view title, const std::vector<std::string>& lines) {
        if (!lines.empty()) {
            out.emplace_back(title);
            std::ranges::transform(lines, std::back_inserter(out),
                                   [](const std::string& line) { return "  - " + line; });
        }
    };
    add("Inferred:", draft.inferred);
    add("To check:", draft.to_check);
    return out;
}

json::object made_by(const Provenance& p) {
    json::object out;
    for (const auto& [key, value] : {std::pair<std::string_view, const std::string*>{"model", &p.model},
                                     {"prompts", &p.prompts},
                                     {"from", &p.from},
                                     {"date", &p.date}}) {
        if (!value->empty()) {
            out[key] = harmless(*value);
        }
    }
    return out;
}

json::array sources_of(const Draft& draft) {
    json::array out;
    for (const Source& s : draft.sources) {
        out.emplace_back(
            json::object{{"about", s.about}, {"document", s.document}, {"line", s.line}, {"quote", s.quote}});
    }
    return out;
}

std::optional<std::string> nothing_set(std::string_view /*name*/) {
    return std::nullopt;
}

}  // namespace

std::string Draft::id() const {
    const json::value* found = body.if_contains("id");
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

std::string file_of(const Draft& draft) {
    return fmt::format("{}/{}.yaml", draft.kind == PartKind::persona ? "personas" : "scenarios", draft.id());
}

std::string draft_text(const Draft& draft, const Provenance& provenance) {
    json::object body = draft.body;
    body["draft"] = true;
    body["made_by"] = made_by(provenance);
    if (!draft.sources.empty()) {
        body["sources"] = sources_of(draft);
    }
    std::vector<std::string> comments = header(draft, provenance);
    std::ranges::transform(comments, comments.begin(), [](const std::string& line) { return harmless(line, 4000); });
    // Indentation of the list in the comment is white space too.
    std::ranges::transform(comments, comments.begin(),
                           [](const std::string& line) { return line.starts_with("- ") ? "  " + line : line; });
    return spec::yaml_text(body, comments);
}

std::string accepted_text(std::string_view draft) {
    std::string out;
    bool top = true;
    for (const std::string_view line : split(draft, '\n')) {
        top = top && line.starts_with('#') && !line.contains("yaml-language-server");
        if (!top && trim(line) != mark) {
            out += std::string(line) + "\n";
        }
    }
    if (draft.ends_with('\n') && out.ends_with("\n\n")) {
        out.pop_back();  // the last line break ended a line, it did not begin one
    }
    return out;
}

bool is_draft(const json::object& body) {
    const json::value* found = body.if_contains("draft");
    return found != nullptr && found->is_bool() && found->as_bool();
}

std::vector<std::string> problems_of(PartKind kind, const json::object& body) {
    const spec::PartFile part = spec::read_part(kind, "answer", spec::yaml_text(body, {}), nothing_set);
    std::vector<std::string> out;
    for (const spec::Diagnostic& d : part.diagnostics) {
        if (d.severity == spec::Diagnostic::Severity::error) {
            out.push_back(d.hint.empty() ? d.message : d.message + " (" + d.hint + ")");
        }
    }
    if (!part.usable && out.empty()) {
        out.emplace_back("there is nothing in it");
    }
    return out;
}

PartKind kind_of(std::string_view path, std::string_view text) {
    const std::string folder = std::filesystem::path(path).parent_path().filename().string();
    if (folder == "personas" || folder == "scenarios") {
        return folder == "personas" ? PartKind::persona : PartKind::scenario;
    }
    constexpr std::array<std::string_view, 7> of_personas{
        "style:", "emotion:", "knowledge:", "facts:", "knobs:", "profile:", "samples:"};
    const bool persona = std::ranges::any_of(split(text, '\n'), [&](std::string_view line) {
        return std::ranges::any_of(of_personas, [&](std::string_view key) { return line.starts_with(key); });
    });
    return persona ? PartKind::persona : PartKind::scenario;
}

std::string slug(std::string_view text) {
    constexpr std::size_t longest = 60;
    std::string out;
    for (const char c : lower(text)) {
        const bool keeps = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (keeps) {
            out += c;
        } else if (!out.empty() && out.back() != '-') {
            out += '-';
        }
    }
    out.resize(std::min(out.size(), longest));
    while (out.ends_with('-')) {
        out.pop_back();
    }
    return out;
}

std::string harmless(std::string_view text, std::size_t most_bytes) {
    std::string out;
    for (const char c : to_valid_utf8(text)) {
        const auto byte = static_cast<unsigned char>(c);
        const bool white = byte < 0x20 || byte == 0x7F || c == ' ';
        if (!white) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    return replace_all(shorten(trim(out), most_bytes), "${", "$${");
}

}  // namespace sosia::generate
