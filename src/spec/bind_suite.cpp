#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <set>

#include "base/text.h"
#include "spec/bind.h"
#include "spec/trait.h"
#include "spec/units.h"

namespace sosia::spec {
namespace {

// What `user:` and `judge:` have in common; returns whether there is a mapping with more to read.
bool bind_engine(const Node* node, const Binding& binding, EngineSpec& out) {
    if (node == nullptr) {
        return false;
    }
    if (!node->is_map()) {
        out.engine = text_of(*node);
        if (out.engine != "builtin") {
            binding.error(node->place, fmt::format("there is no engine {}", in_quotes(out.engine)),
                          "write builtin, or a mapping with a model");
        }
        return false;
    }
    const Fields parts(*node, binding);
    out.model = parts.text("model");
    out.engine = parts.text("engine", out.model.empty() ? "builtin" : "model");
    if ((out.engine == "model") == out.model.empty()) {
        binding.error(node->place, out.model.empty() ? "the engine \"model\" needs a \"model\""
                                                     : "a \"model\" goes with the engine \"model\"");
    }
    out.temperature = parts.number("temperature");
    out.args = to_json(*node).as_object();
    if (const Node* params = parts.find("params"); params != nullptr && params->is_map()) {
        out.params = to_json(*params).as_object();
    }
    return true;
}

UserSpec bind_user(const Node* node, const Binding& binding) {
    UserSpec out;
    if (bind_engine(node, binding, out)) {
        const Fields fields(*node, binding);
        out.control = fields.text("control") == "free" ? UserSpec::Control::free : UserSpec::Control::direction;
        out.retries = fields.integer("retries").value_or(out.retries);
        out.name = fields.text("name");
        out.reader = fields.text("reader");
        out.reader_retries = fields.integer("reader_retries").value_or(out.reader_retries);
    }
    constexpr std::size_t longest_name = 60;
    if (out.name.size() > longest_name) {
        binding.error(node->place,
                      fmt::format("the \"name\" of who plays the user has more than {} letters", longest_name));
    }
    if (out.name.empty()) {
        out.name = out.model.empty() ? out.engine : out.model;
    }
    return out;
}

// One who plays the user, or a list of which the first decides.
void bind_users(const Fields& fields, Suite& suite) {
    const Node* node = fields.find("user");
    if (node == nullptr || !node->is_list()) {
        suite.user = bind_user(node, fields.binding());
        return;
    }
    if (node->items.empty()) {
        fields.binding().error(node->place, "the list of who plays the user is empty",
                               "write builtin, or leave \"user\" out");
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < node->items.size(); ++i) {
        UserSpec one = bind_user(&node->items[i], fields.binding());
        if (!names.insert(one.name).second) {
            fields.binding().error(node->items[i].place,
                                   fmt::format("two who play the user are called {}", in_quotes(one.name)),
                                   "give one of them another \"name\"");
        }
        if (i == 0) {
            suite.user = std::move(one);
        } else {
            suite.more_users.push_back(std::move(one));
        }
    }
}

// true stands for the usual floor.
std::optional<double> bind_realism(const Fields& fields) {
    constexpr double usual_floor = 0.7;
    if (const auto wanted = fields.boolean("realism")) {
        return *wanted ? std::optional(usual_floor) : std::nullopt;
    }
    return fields.share("realism");
}

JudgeSpec bind_judge(const Fields& suite) {
    JudgeSpec out;
    const Node* node = suite.find("judge");
    if (!bind_engine(node, suite.binding(), out)) {
        return out;
    }
    const Fields fields(*node, suite.binding());
    out.mode = fields.text("mode") == "each" ? JudgeSpec::Mode::each : JudgeSpec::Mode::all;
    out.votes = fields.integer("votes").value_or(out.votes);
    out.retries = fields.integer("retries").value_or(out.retries);
    out.gates = fields.boolean("gates").value_or(false);
    out.calibration = fields.text("calibration");
    out.realism = bind_realism(fields);
    for (const std::string& name : fields.texts("criteria")) {
        out.criteria.push_back(hyphenated(name));
    }
    if (out.votes % 2 == 0) {
        fields.binding().error(fields.place("votes"), "an even number of votes has no median; take an odd one");
    }
    return out;
}

void bind_budget(const Fields& limits, Limits& out) {
    const Node* node = limits.find("budget");
    if (node != nullptr && node->is_map()) {
        const Fields budget(*node, limits.binding());
        out.budget_usd = budget.number("usd");
        out.budget_minutes = budget.number("minutes");
    }
}

// A value with a unit of its own: reports what `parse` does not take.
template <class Parse>
auto bind_unit(const Fields& fields, std::string_view key, std::string_view expected, Parse parse)
    -> decltype(parse(std::string_view{})) {
    const Node* node = fields.find(key);
    if (node == nullptr || !node->is_scalar()) {
        return std::nullopt;
    }
    const auto value = parse(node->text);
    if (!value) {
        fields.binding().error(node->place, fmt::format("expected {}, found {}", expected, in_quotes(node->written())));
    }
    return value;
}

std::int64_t positive_ms(const Fields& fields, std::string_view key, std::int64_t fallback) {
    const auto duration = fields.duration_ms(key);
    if (duration && *duration < 1) {
        fields.binding().error(fields.place(key), fmt::format("\"{}\" must be at least 1ms", key));
    }
    return duration ? static_cast<std::int64_t>(*duration) : fallback;
}

Limits bind_limits(const Fields& suite) {
    Limits out;
    const Node* node = suite.find("limits");
    if (node == nullptr || !node->is_map()) {
        return out;
    }
    const Fields fields(*node, suite.binding());
    out.concurrency = fields.integer("concurrency").value_or(out.concurrency);
    out.turns = fields.integer("turns").value_or(out.turns);
    out.turn_timeout_ms = positive_ms(fields, "turn_timeout", out.turn_timeout_ms);
    out.conversation_timeout_ms = positive_ms(fields, "conversation_timeout", out.conversation_timeout_ms);
    out.retries = fields.integer("retries").value_or(out.retries);
    out.rate = bind_unit(fields, "rate", "requests a second such as 50, or 600/m", parse_rate).value_or(out.rate);
    out.reply_bytes =
        bind_unit(fields, "reply_size", "a size such as 64KB or 1MB", parse_bytes).value_or(out.reply_bytes);
    out.reruns = fields.integer("reruns").value_or(out.reruns);
    bind_budget(fields, out);
    return out;
}

// Within the range that makes sense for it; the schema has the same bounds for numbers, this is for "5 %".
std::optional<double> bind_chance(const Fields& fields, std::string_view key, double most) {
    const std::optional<double> value = fields.share(key);
    if (value && (*value <= 0 || *value > most)) {
        fields.binding().error(fields.place(key), fmt::format("\"{}\" must lie above 0 and not above {}", key, most));
    }
    return value;
}

CompareSpec bind_compare(const Fields& gate) {
    CompareSpec out;
    const Node* node = gate.find("compare");
    if (node == nullptr || !node->is_map()) {
        return out;
    }
    const Fields fields(*node, gate.binding());
    out.alpha = bind_chance(fields, "alpha", 0.49);
    out.warn = bind_chance(fields, "warn", 0.49);
    out.margin = bind_chance(fields, "margin", 0.9);
    out.pass_alpha = bind_chance(fields, "pass_alpha", 0.49);
    out.power = bind_chance(fields, "power", 0.99);
    out.score_margin = fields.number("score_margin");
    out.least_loss = fields.share("least_loss");
    out.most_invalid = fields.share("most_invalid");
    out.by = fields.texts("by");
    return out;
}

GateSpec bind_gate(const Fields& suite) {
    GateSpec out;
    const Node* node = suite.find("gate");
    if (node == nullptr || !node->is_map()) {
        return out;
    }
    const Fields fields(*node, suite.binding());
    out.pass_rate = fields.share("pass_rate");
    out.floor = fields.share("floor");
    out.invalid = fields.share("invalid");
    out.score = fields.number("score");
    out.compare = bind_compare(fields);
    const Node* by = fields.find("by");
    for (std::size_t i = 0; by != nullptr && i < by->members.size(); ++i) {
        const Node::Member& member = by->members[i];
        check_trait_name(member.key.substr(0, member.key.find('=')), member.place, suite.binding());
        if (const auto share = share_of(member.value, suite.binding())) {
            out.by[member.key] = *share;
        }
    }
    return out;
}

ModelSpec bind_model(const Fields& fields) {
    ModelSpec out;
    out.url = fields.text("url");
    out.key_env = fields.text("key_env");
    out.key_file = fields.text("key_file");
    out.requests_per_minute = fields.number("requests_per_minute").value_or(0);
    out.tokens_per_minute = fields.number("tokens_per_minute").value_or(0);
    out.concurrency = fields.integer("concurrency").value_or(0);
    out.timeout_ms = positive_ms(fields, "timeout", out.timeout_ms);
    if (!out.key_env.empty() && !out.key_file.empty()) {
        fields.binding().error(fields.place("key_file"),
                               "the key comes from \"key_env\" or from \"key_file\", not both");
    }
    return out;
}

std::map<std::string, ModelSpec> bind_models(const Fields& suite) {
    std::map<std::string, ModelSpec> out;
    const Node* node = suite.find("models");
    for (std::size_t i = 0; node != nullptr && i < node->members.size(); ++i) {
        const Node::Member& member = node->members[i];
        if (member.value.is_map()) {
            out.emplace(member.key, bind_model(Fields(member.value, suite.binding())));
        }
    }
    return out;
}

}  // namespace

void bind_suite(const Node& node, const Binding& binding, Suite& suite) {
    const Fields fields(node, binding);
    suite.name = fields.text("name", suite.name);
    if (const Node* agent = fields.find("agent")) {
        suite.agent = bind_agent(*agent, binding);
    }
    bind_users(fields, suite);
    suite.judge = bind_judge(fields);
    suite.models = bind_models(fields);
    suite.prices = fields.text("prices");
    suite.limits = bind_limits(fields);
    suite.gate = bind_gate(fields);
    if (const Node* matrix = fields.find("matrix"); matrix != nullptr && matrix->is_map()) {
        suite.matrix = bind_matrix(*matrix, binding);
    }
}

}  // namespace sosia::spec
