#include "world/detail/actions.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/clock.h"
#include "base/text.h"
#include "world/compare.h"
#include "world/json_text.h"
#include "world/where.h"

namespace sosia::world::detail {
namespace json = boost::json;
namespace {

// A member of the action's mapping; null when it is not there.
const json::value* member(const json::object& args, std::string_view key) {
    return args.if_contains(json::string_view(key.data(), key.size()));
}

std::string text_of(const json::object& args, std::string_view key) {
    const json::value* value = member(args, key);
    return value == nullptr ? std::string() : answer_text(*value, false);
}

const json::object& object_of(const json::object& args, std::string_view key) {
    static const json::object none;
    const json::value* value = member(args, key);
    return value == nullptr || !value->is_object() ? none : value->get_object();
}

const json::value& value_or_null(const json::object& args, std::string_view key) {
    static const json::value null;
    const json::value* value = member(args, key);
    return value == nullptr ? null : *value;
}

// The document that `collection` and `id` name, or the error answer `missing`.
struct Addressed {
    std::string collection;
    std::string id;
    const json::value* document = nullptr;
};

Addressed address(const json::object& args, ActionContext& context) {
    Addressed out{text_of(args, "collection"), context.filled_text(value_or_null(args, "id")), nullptr};
    out.document = context.state.documents.find(out.collection, out.id);
    return out;
}

Answer missing(const json::object& args, const Addressed& at, ActionContext& context) {
    const json::value* words = member(args, "missing");
    return refusal(words != nullptr ? context.filled_text(*words)
                                    : fmt::format("there is no \"{}\" in {}", at.id, at.collection));
}

json::value only_fields(const json::value& document, const json::object& args) {
    const json::value* fields = member(args, "fields");
    if (fields == nullptr || !fields->is_array() || !document.is_object()) {
        return document;
    }
    json::object out;
    for (const json::value& field : fields->get_array()) {
        const std::string name = answer_text(field, false);
        if (const json::value* value = value_at(document, name)) {
            out[name.substr(name.rfind('/') + 1)] = *value;
        }
    }
    return out;
}

Answer done(ActionContext& context, json::value value) {
    context.named["document"] = value;
    return {.kind = Answer::Kind::answered, .value = std::move(value)};
}

Answer look_up(const json::object& args, ActionContext& context) {
    const Addressed at = address(args, context);
    return at.document == nullptr ? missing(args, at, context) : done(context, only_fields(*at.document, args));
}

// -1, 0, 1 by number or text; what is neither comes last.
bool comes_before(const json::value* a, const json::value* b) {
    if (a == nullptr || b == nullptr) {
        return a != nullptr;
    }
    if (a->is_number() && b->is_number()) {
        return a->to_number<double>() < b->to_number<double>();
    }
    return a->is_string() && b->is_string() && a->get_string() < b->get_string();
}

void sort_documents(std::vector<Found>& found, std::string_view by) {
    const bool down = by.starts_with('-');
    by.remove_prefix(down ? 1 : 0);
    std::vector<std::pair<std::size_t, Found>> numbered;  // equal ones keep their order
    for (Found& one : found) {
        numbered.emplace_back(numbered.size(), std::move(one));
    }
    std::ranges::sort(numbered, [&](const auto& a, const auto& b) {
        const json::value* left = value_at(*a.second.document, by);
        const json::value* right = value_at(*b.second.document, by);
        const bool before = down ? comes_before(right, left) : comes_before(left, right);
        const bool after = down ? comes_before(left, right) : comes_before(right, left);
        return before || (!after && a.first < b.first);
    });
    std::ranges::transform(numbered, found.begin(), [](auto& one) { return std::move(one.second); });
}

Answer list(const json::object& args, ActionContext& context) {
    const json::value filled = context.filled(value_or_null(args, "where"));
    const Result<Where> where = Where::make(filled.is_object() ? filled.get_object() : json::object{});
    if (!where) {
        return {.kind = Answer::Kind::broken, .value = json::value(where.error().message)};
    }
    std::vector<Found> found = select(context.state.documents, text_of(args, "collection"), *where);
    if (const std::string by = text_of(args, "sort"); !by.empty()) {
        sort_documents(found, by);
    }
    if (const json::value limit = context.filled(value_or_null(args, "limit")); limit.is_number()) {
        found.resize(std::min(found.size(), static_cast<std::size_t>(std::max(0.0, limit.to_number<double>()))));
    }
    json::array documents;
    for (const Found& one : found) {
        documents.push_back(only_fields(*one.document, args));
    }
    context.named["count"] = documents.size();
    context.named["documents"] = documents;
    return {.kind = Answer::Kind::answered, .value = std::move(documents)};
}

Answer insert(const json::object& args, ActionContext& context) {
    const Addressed at = address(args, context);
    if (at.id.empty()) {
        return refusal(fmt::format("a new entry of {} needs an id", at.collection));
    }
    if (at.document != nullptr) {
        const json::value* words = member(args, "exists");
        return refusal(words != nullptr ? context.filled_text(*words)
                                        : fmt::format("there is already a \"{}\" in {}", at.id, at.collection));
    }
    context.named["id"] = json::value(at.id);
    json::value document = context.filled(value_or_null(args, "document"));
    context.state.documents.put(at.collection, at.id, document);
    return done(context, std::move(document));
}

bool add_number(json::value& at, const json::value& by) {
    if (!by.is_number() || !(at.is_number() || at.is_null())) {
        return false;
    }
    if ((at.is_int64() || at.is_null()) && by.is_int64()) {
        at = (at.is_null() ? 0 : at.get_int64()) + by.get_int64();
    } else {
        at = (at.is_null() ? 0.0 : at.to_number<double>()) + by.to_number<double>();
    }
    return true;
}

bool append_item(json::value& at, const json::value& item) {
    if (at.is_null()) {
        at.emplace_array();
    }
    if (!at.is_array()) {
        return false;
    }
    at.get_array().push_back(item);
    return true;
}

// Applies set, add, append and remove to the document; "" or what stood in the way.
std::string change(json::value& document, const json::object& args, ActionContext& context) {
    const auto each = [&](std::string_view key, const auto& apply) -> std::string {
        for (const auto& [pointer, written] : object_of(args, key)) {
            const std::string to(pointer);
            json::value* at = make_at(document, to);
            if (at == nullptr || !apply(*at, context.filled(written))) {
                return fmt::format("\"{}\" of {} does not fit what is at {}", key, text_of(args, "collection"), to);
            }
        }
        return {};
    };
    std::string problem = each("set", [](json::value& at, json::value value) {
        at = std::move(value);
        return true;
    });
    problem = problem.empty() ? each("add", add_number) : problem;
    problem = problem.empty() ? each("append", append_item) : problem;
    if (const json::value* gone = member(args, "remove"); gone != nullptr && gone->is_array()) {
        for (const json::value& pointer : gone->get_array()) {
            remove_at(document, context.filled_text(pointer));
        }
    }
    return problem;
}

Answer update(const json::object& args, ActionContext& context) {
    const Addressed at = address(args, context);
    if (at.document == nullptr) {
        return missing(args, at, context);
    }
    json::value document = *at.document;
    context.named["document"] = document;  // as it was, for the templates of the changes
    if (std::string problem = change(document, args, context); !problem.empty()) {
        return {.kind = Answer::Kind::broken, .value = json::value(problem)};
    }
    context.state.documents.put(at.collection, at.id, document);
    return done(context, std::move(document));
}

Answer erase(const json::object& args, ActionContext& context) {
    const Addressed at = address(args, context);
    if (at.document == nullptr) {
        return missing(args, at, context);
    }
    json::value document = *at.document;
    context.state.documents.erase(at.collection, at.id);
    return done(context, std::move(document));
}

Answer run_script(Script& script, const std::string& function, ActionContext& context) {
    ScriptOutcome outcome =
        script.call(function, context.arguments, {context.state.documents, context.state.random, context.state.now_ms});
    switch (outcome.kind) {
        case ScriptOutcome::Kind::answered:
            return done(context, std::move(outcome.value));
        case ScriptOutcome::Kind::refused:
            return refusal(std::move(outcome.error));
        case ScriptOutcome::Kind::broken:
            break;
    }
    return {.kind = Answer::Kind::broken, .value = json::value(outcome.error)};
}

using Declared = Answer (*)(const json::object&, ActionContext&);

constexpr std::pair<std::string_view, Declared> declared[] = {
    {"lookup", look_up}, {"list", list}, {"insert", insert}, {"update", update}, {"delete", erase},
};

}  // namespace

Answer refusal(std::string text) {
    return {.kind = Answer::Kind::refused, .value = json::value(std::move(text))};
}

std::optional<json::value> ActionContext::value_of(std::string_view name) {
    if (name == "now") {
        return json::value(iso8601(state.now_ms));
    }
    if (name == "today") {
        constexpr std::size_t date_letters = 10;
        return json::value(iso8601(state.now_ms).substr(0, date_letters));
    }
    if (name == "conversation") {
        return json::value(state.conversation);
    }
    if (name == "args") {
        return json::value(arguments);
    }
    const std::size_t dot = name.find('.');
    const std::string first(name.substr(0, dot));
    const std::string rest = dot == std::string_view::npos ? "" : std::string(name.substr(dot + 1));
    if (first == "next" && !rest.empty()) {
        return json::value(state.documents.next(rest));
    }
    const auto found = named.find(first);
    const json::value* root = found != named.end() ? &found->second : arguments.if_contains(first);
    const json::value* value =
        root == nullptr || rest.empty() ? root : value_at(*root, "/" + replace_all(rest, ".", "/"));
    return value == nullptr ? std::nullopt : std::optional(*value);
}

json::value ActionContext::filled(const json::value& written) {
    return fill(written, [this](std::string_view name) { return value_of(name); });
}

std::string ActionContext::filled_text(const json::value& written) {
    return answer_text(filled(written), false);
}

std::optional<Answer> unmet_requirement(const WorldTool& tool, ActionContext& context) {
    for (const json::value& written : tool.require) {
        const json::object& requirement = written.get_object();
        bool holds = true;
        if (requirement.contains("collection")) {
            const Addressed at = address(requirement, context);
            holds = at.document != nullptr;
            if (const std::string as = text_of(requirement, "as"); holds && !as.empty()) {
                context.named[as] = *at.document;
            }
        }
        if (holds && requirement.contains("value")) {
            const json::value value = context.filled(requirement.at("value"));
            const Result<Comparison> is = Comparison::make(context.filled(value_or_null(requirement, "is")));
            if (!is) {
                return Answer{.kind = Answer::Kind::broken, .value = json::value(is.error().message)};
            }
            holds = is->holds(value.is_null() ? nullptr : &value);
        }
        if (!holds) {
            return refusal(context.filled_text(value_or_null(requirement, "error")));
        }
    }
    return std::nullopt;
}

Result<Action> make_action(const WorldTool& tool, Script* script) {
    if (tool.action == "answer") {
        return [written = tool.args](ActionContext& context) {
            return Answer{.kind = Answer::Kind::answered, .value = context.filled(written)};
        };
    }
    if (tool.action == "count") {
        return [counter = answer_text(tool.args, false)](ActionContext& context) {
            return done(context, json::value(context.state.documents.next(counter)));
        };
    }
    if (tool.action == "lua") {
        const std::string function = answer_text(tool.args, false);
        if (script == nullptr || !script->has(function)) {
            return fail(ErrorKind::usage,
                        fmt::format("the tool {} names the function \"{}\", which the script does not have", tool.name,
                                    function));
        }
        return [script, function](ActionContext& context) { return run_script(*script, function, context); };
    }
    const auto* const found = std::ranges::find(declared, tool.action, &std::pair<std::string_view, Declared>::first);
    if (found == std::end(declared) || !tool.args.is_object()) {
        return fail(ErrorKind::usage,
                    fmt::format("the tool {} does nothing that is known: \"{}\"", tool.name, tool.action));
    }
    return [args = tool.args.get_object(), perform = found->second](ActionContext& context) {
        return perform(args, context);
    };
}

}  // namespace sosia::world::detail
