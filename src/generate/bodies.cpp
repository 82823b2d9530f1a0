#include "generate/bodies.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <boost/json/array.hpp>

#include "base/text.h"
#include "generate/answer.h"
#include "generate/edge_kinds.h"
#include "generate/vary.h"

namespace sosia::generate {
namespace json = boost::json;
namespace {

void add_text(json::object& body, std::string_view key, const std::string& text) {
    if (!text.empty()) {
        body[key] = text;
    }
}

json::array list_of(const std::vector<std::string>& texts) {
    json::array out;
    std::ranges::transform(texts, std::back_inserter(out), [](const std::string& t) { return json::value(t); });
    return out;
}

void add_texts(json::object& body, std::string_view key, const std::vector<std::string>& texts) {
    if (!texts.empty()) {
        body[key] = list_of(texts);
    }
}

// [{name, value}] as a mapping.
json::object mapping_at(const json::object& entry, std::string_view key) {
    json::object out;
    for (const json::object& item : objects_at(entry, key)) {
        const std::string name = text_at(item, "name", 80);
        if (!name.empty()) {
            out[name] = text_at(item, "value");
        }
    }
    return out;
}

// "order id" and "order-id" as a name of a fact.
std::string fact_name(const json::object& entry) {
    return replace_all(slug(text_at(entry, "name", 80)), "-", "_");
}

// The source of a claim, or a problem: where documents were given, every claim has to stand in one.
void add_source(const json::object& item, const std::string& about, const std::string& value, const Shown& shown,
                Made& out) {
    if (shown.documents.empty()) {
        return;
    }
    const int number = number_at(item, "passage");
    const auto passage = std::ranges::find(shown.passages, number, &Passage::number);
    const json::value* written = item.if_contains("quote");
    const std::string_view quote =
        written != nullptr && written->is_string() ? std::string_view(written->as_string()) : std::string_view();
    if (passage == shown.passages.end()) {
        out.problems.push_back(fmt::format("{} names no passage that was shown", about));
        return;
    }
    const std::optional<FoundQuote> found = find_quote(*passage, quote);
    if (!found) {
        out.problems.push_back(
            fmt::format("the quote of {} does not stand in passage {} letter for letter", about, number));
        return;
    }
    if (const std::vector<std::string> missing = numbers_missing(value, found->quote); !missing.empty()) {
        out.problems.push_back(
            fmt::format("{} has the number {}, which its quote does not have", about, missing.front()));
        return;
    }
    out.draft.sources.push_back({.about = about,
                                 .document = shown.documents[passage->document].name,
                                 .line = found->line,
                                 .quote = harmless(found->quote, 1000)});
}

// Truth of a scenario or of one of its edge cases (`prefix` "edge_cases.late.").
json::object truth_of(const json::object& entry, const std::string& prefix, const Shown& shown, Made& out) {
    json::object truth;
    for (const json::object& item : objects_at(entry, "truth")) {
        const std::string name = fact_name(item);
        const std::string value = text_at(item, "value");
        if (name.empty() || value.empty()) {
            out.problems.push_back(fmt::format("{}truth has an entry without a name or a value", prefix));
            continue;
        }
        truth[name] = value;
        add_source(item, prefix + "truth." + name, value, shown, out);
    }
    return truth;
}

void add_escalated(const json::object& entry, json::object& expect) {
    const std::string escalated = text_at(entry, "escalated");
    if (escalated == "yes" || escalated == "no") {
        expect["escalated"] = escalated == "yes";
    }
}

json::array pivots_of(const json::object& entry) {
    json::array out;
    for (const json::object& item : objects_at(entry, "pivots", 5)) {
        const std::string say = text_at(item, "say");
        if (say.empty()) {
            continue;
        }
        json::object pivot{{"after", std::clamp(number_at(item, "after"), 1, 20)}, {"say", say}};
        add_text(pivot, "expect", text_at(item, "expect"));
        out.emplace_back(std::move(pivot));
    }
    return out;
}

// The parts that scenarios' and variants' edge cases share.
json::object edge_of(const json::object& entry, std::set<std::string>& ids) {
    const std::string kind = text_at(entry, "kind");
    std::string id = slug(text_at(entry, "id", 80));
    id = id.empty() ? kind : id;
    while (!ids.insert(id).second) {
        id += "-again";
    }
    json::object out{{"id", id}};
    add_text(out, "description", text_at(entry, "description"));
    add_text(out, "opening", text_at(entry, "opening"));
    if (json::array pivots = pivots_of(entry); !pivots.empty()) {
        out["pivots"] = std::move(pivots);
    }
    json::object expect{{"resolved", flag_at(entry, "resolved", true)}};
    add_escalated(entry, expect);
    add_texts(expect, "must_not_say", texts_at(entry, "must_not_say"));
    out["expect"] = std::move(expect);
    out["tags"] = json::array{json::string(kind)};
    return out;
}

void check_kind(const json::object& edge, std::span<const std::string> kinds, Made& out) {
    const std::string kind(edge.at("tags").as_array().front().as_string());
    if (std::ranges::find(kinds, kind) == kinds.end()) {
        out.problems.push_back(fmt::format("edge case {} is of the kind \"{}\", not {}",
                                           std::string(edge.at("id").as_string()), kind,
                                           join(std::vector<std::string>(kinds.begin(), kinds.end()), " or ")));
    }
}

void add_loader_problems(Made& out) {
    for (std::string& problem : problems_of(out.draft.kind, out.draft.body)) {
        out.problems.push_back(std::move(problem));
    }
}

void need(const json::object& body, std::initializer_list<const char*> keys, Made& out) {
    for (const char* key : keys) {
        if (!body.contains(key)) {
            out.problems.push_back(fmt::format("{} is missing", key));
        }
    }
}

// The built-in axes in their own order, then those of an axes file.
void add_traits(const Slot& slot, json::object& body) {
    json::object others;
    for (const auto& [axis, value] : slot.traits) {
        others[axis] = value;
    }
    for (const spec::Axis& axis : spec::builtin_axes()) {
        if (const auto at = others.find(axis.name); at != others.end()) {
            body[axis.name] = at->value();
            others.stable_erase(at);
        }
    }
    if (!others.empty()) {
        body["axes"] = std::move(others);
    }
}

json::object fact_of(const json::object& item) {
    json::object fact{{"value", text_at(item, "value")}, {"when", text_at(item, "when")}};
    if (fact.at("when") == json::value("corrected")) {
        fact["first_says"] = text_at(item, "first_says");
        fact["at_turn"] = std::clamp(number_at(item, "at_turn"), 2, 20);
    }
    add_texts(fact, "asked_by", texts_at(item, "asked_by", 6));
    return fact;
}

json::object facts_of(const json::object& entry, Made& out) {
    json::object facts;
    for (const json::object& item : objects_at(entry, "facts", 10)) {
        const std::string name = fact_name(item);
        if (name.empty() || text_at(item, "value").empty()) {
            out.problems.emplace_back("a fact has no name or no value");
            continue;
        }
        facts[name] = fact_of(item);
    }
    return facts;
}

void add_claims(const json::object& entry, const Shown& shown, Made& out) {
    const std::vector<json::object> claims = objects_at(entry, "claims");
    for (const json::object& item : claims) {
        const std::string claim = text_at(item, "claim", 200);
        add_source(item, claim.empty() ? "claim" : claim, claim, shown, out);
    }
    if (claims.empty() && !shown.documents.empty()) {
        out.problems.emplace_back("claims is empty: say which passage this person's matter rests on");
    }
}

json::object knobs_of(const Slot& slot) {
    const Knobs k = spec::knobs_for(slot.traits);
    const auto rounded = [](double v) { return std::round(v * 100) / 100; };
    return {{"frustration_threshold", rounded(k.frustration_threshold)},
            {"drop", rounded(k.drop)},
            {"patience", k.patience},
            {"clarity", rounded(k.clarity)}};
}

json::object expect_of(const json::object& entry, const Shown& shown) {
    json::object out{{"resolved", flag_at(entry, "resolved", true)}};
    add_escalated(entry, out);
    const auto known = [&](std::vector<std::string> names) {
        std::erase_if(names,
                      [&](const std::string& n) { return std::ranges::find(shown.tools, n) == shown.tools.end(); });
        return names;
    };
    add_texts(out, "tools", known(texts_at(entry, "tools")));
    add_texts(out, "forbidden", known(texts_at(entry, "forbidden")));
    add_texts(out, "must_say", texts_at(entry, "must_say"));
    add_texts(out, "must_not_say", texts_at(entry, "must_not_say"));
    return out;
}

// What the agent must say has to stand in what it is said to know.
void check_phrases(const json::object& entry, const Shown& shown, Made& out) {
    for (const std::string& phrase : texts_at(entry, "must_say")) {
        const bool there = std::ranges::any_of(shown.passages, [&](const Passage& p) {
            return lower(harmless(p.text, p.text.size())).contains(lower(phrase));
        });
        if (!shown.documents.empty() && !there) {
            out.problems.push_back(fmt::format("must_say \"{}\" stands in no passage", phrase));
        }
    }
}

json::array scenario_edges(const json::object& entry, const Slot& slot, const Shown& shown, Made& out) {
    json::array edges;
    std::set<std::string> ids;
    const std::vector<std::string> kinds{slot.traits.at("edge")};
    for (const json::object& item : objects_at(entry, "edge_cases", 4)) {
        json::object edge = edge_of(item, ids);
        check_kind(edge, kinds, out);
        const std::string id(edge.at("id").as_string());
        if (json::object truth = truth_of(item, "edge_cases." + id + ".", shown, out); !truth.empty()) {
            edge["truth"] = std::move(truth);
        }
        if (json::object customer = mapping_at(item, "customer"); !customer.empty()) {
            edge["context"] = json::object{{"customer", std::move(customer)}};
        }
        edges.emplace_back(std::move(edge));
    }
    return edges;
}

}  // namespace

Made persona_of(const json::object& entry, const Slot& slot, const Shown& shown) {
    Made out{.draft = {.kind = PartKind::persona}};
    json::object& body = out.draft.body;
    const std::string name = text_at(entry, "name", 80);
    body["id"] = slug(name);
    add_text(body, "name", name);
    add_traits(slot, body);
    add_text(body, "profile", text_at(entry, "profile", 1200));
    if (json::object background = mapping_at(entry, "background"); !background.empty()) {
        body["background"] = std::move(background);
    }
    if (const std::string goal = text_at(entry, "goal"); !goal.empty()) {
        json::object both{{"primary", goal}};
        add_texts(both, "side", texts_at(entry, "side_goals", 3));
        body["goal"] = std::move(both);
    }
    if (json::object facts = facts_of(entry, out); !facts.empty()) {
        body["facts"] = std::move(facts);
    }
    body["knobs"] = knobs_of(slot);
    for (const char* key : {"frustrations", "catchphrases", "samples"}) {
        add_texts(body, key, texts_at(entry, key, 6));
    }
    body["tags"] = json::array{"generated"};
    need(body, {"name", "profile", "goal", "facts", "samples"}, out);
    add_claims(entry, shown, out);
    add_loader_problems(out);
    out.draft.inferred = {"the traits were dealt out by the covering array; knobs follow from them",
                          "name, numbers and addresses are made up"};
    out.draft.to_check = {"could this person be your customer? Would they write like that?",
                          "do the facts have the form your agent knows (order numbers, dates)?"};
    return out;
}

Made scenario_of(const json::object& entry, const Slot& slot, const Shown& shown) {
    Made out{.draft = {.kind = PartKind::scenario}};
    json::object& body = out.draft.body;
    body["id"] = slug(text_at(entry, "id", 80));
    for (const char* key : {"category", "intent", "description", "opening"}) {
        add_text(body, key, text_at(entry, key));
    }
    if (json::object customer = mapping_at(entry, "customer"); !customer.empty()) {
        body["context"] = json::object{{"customer", std::move(customer)}};
    }
    if (json::object truth = truth_of(entry, "", shown, out); !truth.empty()) {
        body["truth"] = std::move(truth);
    }
    body["expect"] = expect_of(entry, shown);
    if (json::array edges = scenario_edges(entry, slot, shown, out); !edges.empty()) {
        body["edge_cases"] = std::move(edges);
    }
    body["probes"] = json::array{json::string(slot.traits.at("probe"))};
    body["tags"] = json::array{"generated", json::string(slot.traits.at("difficulty"))};
    need(body, {"intent", "description", "truth", "edge_cases"}, out);
    check_phrases(entry, shown, out);
    add_loader_problems(out);
    out.draft.to_check = {"is what it expects what the agent should do, in every edge case?"};
    if (shown.documents.empty()) {
        out.draft.to_check.emplace_back("the ground truth is made up: put in what is so at your company");
    } else {
        out.draft.inferred.emplace_back("every ground truth has its words in a document (sources, below)");
        out.draft.to_check.emplace_back(
            "does each quote say what the ground truth says? Only its words and numbers were checked");
    }
    return out;
}

Made variant_of(const json::object& entry, const Slot& slot, const json::object& scenario) {
    const auto family = parse_adversary_family(slot.traits.at("family"));
    Made out{.draft = {.kind = PartKind::scenario, .body = variant_of(scenario, *family)}};
    json::object& body = out.draft.body;
    add_text(body, "description", text_at(entry, "description"));
    add_text(body, "opening", text_at(entry, "opening"));
    std::vector<std::string> kinds;
    for (const EdgeKind& kind : edge_kinds()) {
        if (kind.family == family) {
            kinds.push_back(kind.id);
        }
    }
    json::array edges;
    std::set<std::string> ids;
    for (const json::object& item : objects_at(entry, "edge_cases", 4)) {
        edges.emplace_back(edge_of(item, ids));
        check_kind(edges.back().as_object(), kinds, out);
        if (!edges.back().as_object().contains("pivots")) {
            out.problems.push_back(
                fmt::format("edge case {} has no pivots", std::string(edges.back().at("id").as_string())));
        }
    }
    if (!edges.empty()) {
        body["edge_cases"] = std::move(edges);
    }
    need(body, {"edge_cases"}, out);
    add_loader_problems(out);
    out.draft.inferred = {"context, ground truth and expectation are those of the scenario it varies"};
    out.draft.to_check = {"is what each edge case expects what the agent should do?"};
    return out;
}

}  // namespace sosia::generate
