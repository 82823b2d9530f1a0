#include "spec/environment.h"

#include <fmt/format.h>

#include <algorithm>

namespace sosia::spec {
namespace {

bool is_name_start(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}
bool is_name_char(char c) {
    return is_name_start(c) || (c >= '0' && c <= '9');
}

struct Reference {
    std::string_view name;
    std::string_view fallback;
    bool has_fallback = false;
    std::size_t length = 0;  // of the whole "${...}"
};

// At `text` = "${...": the reference, or nullopt when it is none ("${" is then plain text).
std::optional<Reference> parse_reference(std::string_view text) {
    std::size_t at = 2;
    if (at >= text.size() || !is_name_start(text[at])) {
        return std::nullopt;
    }
    while (at < text.size() && is_name_char(text[at])) {
        ++at;
    }
    Reference out{.name = text.substr(2, at - 2)};
    if (text.substr(at).starts_with(":-")) {
        const std::size_t end = text.find('}', at);
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        out.has_fallback = true;
        out.fallback = text.substr(at + 2, end - at - 2);
        at = end;
    }
    if (at >= text.size() || text[at] != '}') {
        return std::nullopt;
    }
    out.length = at + 1;
    return out;
}

// Short values and short numbers (ports, counts) are no secrets; hiding them would blank half a transcript.
bool may_be_secret(std::string_view value) {
    const bool number = std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    return value.size() >= (number ? 8U : 4U);
}

class Replacer {
  public:
    Replacer(const SourceFile& file, const Environment& environment, Diagnostics& diagnostics,
             std::vector<std::string>& secrets)
        : file_(file), environment_(environment), diagnostics_(diagnostics), secrets_(secrets) {}

    void walk(Node& node) {
        for (Node& item : node.items) {
            walk(item);
        }
        for (Node::Member& member : node.members) {
            walk(member.value);
        }
        if (node.kind == Node::Kind::text && node.text.find("${") != std::string::npos) {
            replace(node);
        }
    }

  private:
    void replace(Node& node) {
        std::string out;
        std::string_view rest = node.text;
        while (!rest.empty()) {
            if (rest.starts_with("$${")) {
                out += "${";
                rest.remove_prefix(3);
                continue;
            }
            const auto reference = rest.starts_with("${") ? parse_reference(rest) : std::nullopt;
            if (!reference) {
                out += rest.front();
                rest.remove_prefix(1);
                continue;
            }
            out += value_of(*reference, node.place);
            rest.remove_prefix(reference->length);
        }
        node.raw = std::move(node.text);
        node.text = std::move(out);
    }

    std::string value_of(const Reference& reference, Place place) {
        const auto value = environment_ ? environment_(reference.name) : std::nullopt;
        if (value && !(value->empty() && reference.has_fallback)) {
            if (may_be_secret(*value) && std::ranges::find(secrets_, *value) == secrets_.end()) {
                secrets_.push_back(*value);
            }
            return *value;
        }
        if (!reference.has_fallback) {
            diagnostics_.error(file_, place, fmt::format("the environment variable {} is not set", reference.name),
                               fmt::format("set it, or write ${{{}:-default}}", reference.name));
        }
        return std::string(reference.fallback);
    }

    const SourceFile& file_;
    const Environment& environment_;
    Diagnostics& diagnostics_;
    std::vector<std::string>& secrets_;
};

}  // namespace

void replace_environment(Node& node, const SourceFile& file, const Environment& environment, Diagnostics& diagnostics,
                         std::vector<std::string>& secrets) {
    Replacer(file, environment, diagnostics, secrets).walk(node);
}

}  // namespace sosia::spec
