#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "base/hash.h"
#include "spec/bind.h"

namespace sosia::spec {
namespace {

// level -> text, or level -> { text, example }
std::vector<Anchor> bind_levels(const Fields& fields) {
    std::vector<Anchor> out;
    const Node* node = fields.find("levels");
    for (std::size_t i = 0; node != nullptr && i < node->members.size(); ++i) {
        const Node::Member& member = node->members[i];
        Anchor anchor{.level = member.key.size() == 1 ? member.key.front() - '0' : 0, .text = text_of(member.value)};
        if (member.value.is_map()) {
            const Fields parts(member.value, fields.binding());
            anchor.text = parts.text("text");
            anchor.example = parts.text("example");
        }
        if (anchor.level < 1 || anchor.level > 5) {
            fields.binding().error(member.place, fmt::format("{} is no level from 1 to 5", in_quotes(member.key)));
        }
        out.push_back(std::move(anchor));
    }
    std::ranges::sort(out, {}, &Anchor::level);
    return out;
}

// A criterion with a question of its own needs levels to answer it with.
void bind_rubric(const Fields& fields, Criterion& out) {
    out.question = fields.text("question");
    out.levels = bind_levels(fields);
    out.categories = fields.texts("categories");
    if (out.question.empty() != out.levels.empty()) {
        fields.binding().error(
            fields.node().place,
            fmt::format("the criterion {} needs both a question and levels, or neither", in_quotes(out.name)));
    } else if (out.levels.size() == 1) {
        fields.binding().error(fields.place("levels"), "one level alone leaves nothing to choose");
    }
}

Criterion bind_criterion(std::string name, const Node& node, const Binding& binding) {
    Criterion out{.name = std::move(name)};
    if (node.is_map()) {
        const Fields fields(node, binding);
        out.weight = fields.number("weight").value_or(1);
        out.floor = fields.number("floor");
        bind_rubric(fields, out);
    } else {
        out.weight = as_real(node).value_or(1);
    }
    return out;
}

std::vector<Criterion> bind_criteria(const Fields& fields) {
    std::vector<Criterion> out;
    const Node* node = fields.find("criteria");
    if (node == nullptr) {
        return out;
    }
    for (const Node::Member& member : node->members) {
        out.push_back(bind_criterion(hyphenated(member.key), member.value, fields.binding()));
    }
    for (const Node& item : node->items) {
        const std::string name = item.is_map() ? Fields(item, fields.binding()).text("name") : text_of(item);
        if (std::ranges::find(out, hyphenated(name), &Criterion::name) != out.end()) {
            fields.binding().error(item.place, fmt::format("the criterion {} stands here twice", in_quotes(name)));
        }
        out.push_back(item.is_map() ? bind_criterion(hyphenated(name), item, fields.binding())
                                    : Criterion{.name = hyphenated(name)});
    }
    const auto weight = [](const Criterion& criterion) { return criterion.weight > 0; };
    if (!out.empty() && std::ranges::none_of(out, weight)) {
        fields.binding().error(node->place, "every criterion has the weight 0: nothing would be scored");
    }
    return out;
}

void bind_check_levels(const Fields& fields, Scorecard& scorecard) {
    const Node* node = fields.find("checks");
    for (std::size_t i = 0; node != nullptr && i < node->members.size(); ++i) {
        const Node::Member& member = node->members[i];
        const auto on = as_bool(member.value);
        const std::string level = on ? (*on ? "fail" : "off") : text_of(member.value);
        scorecard.checks[member.key] = level == "on" ? "fail" : level;
    }
}

CustomCheck bind_custom(const Node& node, const Binding& binding) {
    const Fields fields(node, binding);
    CustomCheck check;
    check.name = fields.text("name");
    check.pattern = fields.text("pattern");
    check.must_match = fields.boolean("must_match").value_or(true);
    check.pointer = fields.text("pointer");
    check.command = fields.text("command");
    check.op = fields.text("op", fields.has("value") ? "==" : "exists");
    if (const Node* value = fields.find("value")) {
        check.value = to_json(*value);
    }
    check.timeout_ms = static_cast<std::int64_t>(fields.duration_ms("timeout").value_or(10'000));
    check.gates = fields.boolean("gates").value_or(true);
    const int ways = int{fields.has("pattern")} + int{fields.has("pointer")} + int{fields.has("command")};
    if (ways != 1) {
        binding.error(node.place,
                      fmt::format("the check {} needs exactly one of pattern, pointer and command; it has {}",
                                  in_quotes(check.name), ways));
    }
    if (fields.has("pointer") && !check.pointer.empty() && !check.pointer.starts_with('/')) {
        binding.error(fields.place("pointer"),
                      fmt::format("{} is no JSON pointer: it must begin with \"/\"", in_quotes(check.pointer)));
    }
    if (fields.has("pointer") && check.op != "exists" && !fields.has("value")) {
        binding.error(node.place,
                      fmt::format("the operator {} needs a \"value\" to compare with", in_quotes(check.op)));
    }
    if (const Node* pattern = fields.find("pattern")) {
        check_regex(*pattern, check.pattern, binding);
    }
    if (const Node* value = fields.find("value"); value != nullptr && check.op == "matches") {
        check_regex(*value, text_of(*value), binding);
    }
    return check;
}

}  // namespace

void check_regex(const Node& node, std::string_view pattern, const Binding& binding) {
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 compiled(re2::StringPiece(pattern.data(), pattern.size()), options);
    if (!compiled.ok()) {
        binding.error(node.place, fmt::format("{} is no regular expression: {}", in_quotes(pattern), compiled.error()));
    }
}

void check_phrase(const Node& node, const Binding& binding) {
    if (!node.is_scalar()) {
        return;
    }
    const std::string text = text_of(node);
    if (text.empty()) {
        binding.error(node.place, "an empty phrase says nothing");
    } else if (text.size() > 2 && text.starts_with('/') && text.ends_with('/')) {
        check_regex(node, std::string_view(text).substr(1, text.size() - 2), binding);
    }
}

Scorecard bind_scorecard(const Node& node, const Binding& binding) {
    const Fields fields(node, binding);
    Scorecard scorecard;
    scorecard.criteria = bind_criteria(fields);
    scorecard.threshold = fields.number("threshold");
    bind_check_levels(fields, scorecard);
    const Node* custom = fields.find("custom");
    for (std::size_t i = 0; custom != nullptr && i < custom->items.size(); ++i) {
        if (custom->items[i].is_map()) {
            scorecard.custom.push_back(bind_custom(custom->items[i], binding));
        }
    }
    scorecard.hash = content_hash(canonical(node));
    return scorecard;
}

}  // namespace sosia::spec
