#include "spec/yaml_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "base/text.h"
#include "spec/yaml_node.h"

namespace sosia::spec {
namespace {

std::string list(const std::vector<std::string>& values) {
    std::vector<std::string> out;
    std::ranges::transform(values, std::back_inserter(out),
                           [](const std::string& v) { return boost::json::serialize(boost::json::string_view{v}); });
    return "[" + join(out, ", ") + "]";
}

// Lines of one mapping; what is empty is left out.
class Lines {
  public:
    explicit Lines(std::string indent = "") : indent_(std::move(indent)) {}

    void raw(std::string_view key, std::string_view value) { text_ += fmt::format("{}{}: {}\n", indent_, key, value); }
    void text(std::string_view key, std::string_view value) {
        if (!value.empty()) {
            raw(key, yaml_scalar(value));
        }
    }
    void texts(std::string_view key, const std::vector<std::string>& values) {
        if (!values.empty()) {
            raw(key, list(values));
        }
    }
    void map(std::string_view key, const std::map<std::string, std::string>& values) {
        if (values.empty()) {
            return;
        }
        text_ += fmt::format("{}{}:\n", indent_, key);
        for (const auto& [name, value] : values) {
            text_ += fmt::format("{}  {}: {}\n", indent_, yaml_scalar(name), yaml_scalar(value));
        }
    }
    void object(std::string_view key, const boost::json::object& value) {
        if (!value.empty()) {
            raw(key, boost::json::serialize(value));
        }
    }
    void comments(const std::vector<std::string>& lines) {
        for (const std::string& line : lines) {
            text_ += "# " + replace_all(replace_all(line, "\n", " "), "\r", " ") + "\n";
        }
    }
    void line(const std::string& text) { text_ += indent_ + text + "\n"; }
    std::string done() const { return text_; }

  private:
    std::string indent_;
    std::string text_;
};

std::string fact_text(const Fact& fact) {
    std::string out = fmt::format("{{ value: {}, when: {}", yaml_scalar(fact.value), to_string(fact.when));
    if (fact.when == Disclosure::corrected) {
        out += fmt::format(", first_says: {}, at_turn: {}", yaml_scalar(fact.first_says), fact.at_turn);
    }
    if (!fact.asked_by.empty()) {
        out += ", asked_by: " + list(fact.asked_by);
    }
    return out + " }";
}

void write_traits(const Persona& p, Lines& out) {
    constexpr std::array<std::string_view, 4> built_in{"style", "emotion", "knowledge", "intent"};
    std::map<std::string, std::string> others;
    for (const auto& [axis, value] : p.traits) {
        if (std::ranges::find(built_in, axis) != built_in.end()) {
            out.text(axis, value);
        } else {
            others[axis] = value;
        }
    }
    out.map("axes", others);
}

void write_manners(const Persona& p, Lines& out) {
    const Knobs& k = p.knobs;
    out.raw("knobs", fmt::format("{{ frustration_threshold: {}, drop: {}, patience: {}, clarity: {}{} }}",
                                 k.frustration_threshold, k.drop, k.patience, k.clarity,
                                 k.typo ? fmt::format(", typo: {}", *k.typo) : std::string{}));
    out.texts("escalates_when", p.escalates_when);
    out.texts("samples", p.samples);
    out.texts("catchphrases", p.catchphrases);
    out.texts("frustrations", p.frustrations);
    out.texts("rules", p.rules);
}

std::string tool_text(const ExpectedTool& tool) {
    return tool.arguments.empty() ? yaml_scalar(tool.name)
                                  : fmt::format("{{ name: {}, arguments: {} }}", yaml_scalar(tool.name),
                                                boost::json::serialize(tool.arguments));
}

template <class T>
void write_number(std::string_view key, const std::optional<T>& value, Lines& out) {
    if (value) {
        out.raw(key, fmt::format("{}", *value));
    }
}

std::string expectation_text(const Expectation& e) {
    Lines out("  ");
    write_number("resolved", e.resolved, out);
    write_number("turns", e.turns, out);
    if (!e.tools.empty()) {
        std::vector<std::string> tools;
        std::ranges::transform(e.tools, std::back_inserter(tools), tool_text);
        out.raw("tools", "[" + join(tools, ", ") + "]");
    }
    if (!e.ordered) {
        out.raw("ordered", "false");
    }
    out.texts("forbidden", e.forbidden);
    out.texts("must_say", e.must_say);
    out.texts("must_not_say", e.must_not_say);
    write_number("escalated", e.escalated, out);
    if (e.latency_ms) {
        out.raw("latency", fmt::format("{}ms", *e.latency_ms));
    }
    write_number("cost", e.cost_usd, out);
    out.text("language", e.language.value_or(""));
    return out.done();
}

void write_pivots(const std::vector<Pivot>& pivots, Lines& out) {
    if (pivots.empty()) {
        return;
    }
    out.line("pivots:");
    for (const Pivot& p : pivots) {
        std::string text = p.after ? fmt::format("after: {}", *p.after) : fmt::format("when: {}", yaml_scalar(p.when));
        text += ", say: " + boost::json::serialize(boost::json::string_view{p.say});
        out.line("  - { " + text + (p.expect.empty() ? "" : ", expect: " + p.expect) + " }");
    }
}

void write_world(const Scenario& s, Lines& out) {
    if (s.world.empty()) {
        return;
    }
    if (s.happy.documents.empty()) {
        out.text("world", s.world);
        return;
    }
    out.raw("world", fmt::format("{{ id: {}, documents: {} }}", yaml_scalar(s.world),
                                 boost::json::serialize(s.happy.documents)));
}

}  // namespace

std::string yaml_scalar(std::string_view text) {
    const bool plain = !text.empty() &&
                       text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_- ") ==
                           std::string_view::npos &&
                       text.front() != '-' && text.front() != ' ' && text.back() != ' ' &&
                       plain_kind(text) == Node::Kind::text;
    return plain ? std::string(text) : boost::json::serialize(boost::json::string_view{text});
}

std::string persona_yaml(const Persona& p, const std::vector<std::string>& comments) {
    Lines out;
    out.comments(comments);
    out.text("id", p.id);
    out.text("name", p.name);
    out.text("language", p.language);
    write_traits(p, out);
    out.text("profile", p.profile);
    out.map("background", p.background);
    if (!p.goal.primary.empty()) {
        out.raw("goal", fmt::format("{{ primary: {}{} }}", yaml_scalar(p.goal.primary),
                                    p.goal.side.empty() ? "" : ", side: " + list(p.goal.side)));
    }
    if (!p.facts.empty()) {
        out.line("facts:");
        for (const Fact& fact : p.facts) {
            out.line("  " + yaml_scalar(fact.name) + ": " + fact_text(fact));
        }
    }
    write_manners(p, out);
    out.texts("only_in", p.only_in);
    out.texts("tags", p.tags);
    return out.done();
}

std::string scenario_yaml(const Scenario& s, const std::vector<std::string>& comments) {
    Lines out;
    out.comments(comments);
    out.text("id", s.id);
    out.text("category", s.category);
    out.text("intent", s.intent);
    out.text("description", s.description);
    if (s.opens == Speaker::agent) {
        out.raw("opens", "agent");
    }
    if (s.opening) {
        out.raw("opening", boost::json::serialize(boost::json::string_view{*s.opening}));
    }
    write_world(s, out);
    out.object("context", s.context);
    out.map("truth", s.truth);
    const std::string expect = expectation_text(s.happy.expect);
    if (!expect.empty()) {
        out.line("expect:\n" + expect.substr(0, expect.size() - 1));
    }
    write_pivots(s.happy.pivots, out);
    out.texts("personas", s.personas.ids);
    out.texts("adversaries", s.adversaries.ids);
    out.texts("tags", s.tags);
    return out.done();
}

}  // namespace sosia::spec
