#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "spec/bind.h"
#include "spec/condition.h"

namespace sosia::spec {
namespace {

Tactic bind_tactic(const Node& node, const Binding& binding) {
    const Fields fields(node, binding);
    Tactic tactic;
    tactic.say = fields.text("say");
    tactic.act = hyphenated(fields.text("act", tactic.say.empty() ? "" : "say"));
    tactic.after = fields.integer("after");
    tactic.when = fields.text("when");
    tactic.times = fields.integer("times").value_or(1);
    tactic.chance = fields.number("chance").value_or(1);
    tactic.expect = bind_reaction(fields.text("expect"));
    tactic.watch = fields.texts("watch");
    if (tactic.act.empty() && !fields.has("act")) {
        binding.error(node.place, "a tactic needs an \"act\", or a \"say\" with the words");
    } else if (tactic.act == "say" && tactic.say.empty()) {
        binding.error(node.place, "the act \"say\" needs a \"say\" with the words");
    }
    check_condition(fields, "when");
    return tactic;
}

}  // namespace

std::string bind_reaction(std::string_view text) {
    const std::string reaction = hyphenated(text);
    return reaction == "hand-over" ? "handover" : reaction;
}

Adversary bind_adversary(const Node& node, const Binding& binding, std::string_view fallback_id) {
    const Fields fields(node, binding);
    Adversary adversary;
    adversary.id = bind_id(fields, fallback_id);
    adversary.family = parse_adversary_family(hyphenated(fields.text("family"))).value_or(AdversaryFamily::cooperative);
    adversary.description = fields.text("description", fields.text("name"));
    adversary.emotion = fields.number("emotion").value_or(0);
    const Node* tactics = fields.find("tactics");
    for (std::size_t i = 0; tactics != nullptr && i < tactics->items.size(); ++i) {
        if (tactics->items[i].is_map()) {
            adversary.tactics.push_back(bind_tactic(tactics->items[i], binding));
        }
    }
    adversary.tags = fields.texts("tags");
    adversary.hash = content_hash(canonical(node));
    adversary.file = binding.file.relative;
    return adversary;
}

}  // namespace sosia::spec
