#include "world/tools.h"

#include <fmt/format.h>

#include "base/text.h"
#include "world/detail/actions.h"

namespace sosia::world {
namespace json = boost::json;

Result<std::shared_ptr<const Toolbox>> Toolbox::make(const WorldSpec& spec) {
    auto out = std::make_shared<Toolbox>();
    out->spec_ = &spec;
    if (!spec.script.empty()) {
        Result<std::unique_ptr<Script>> script = Script::make(spec);
        if (!script) {
            return std::unexpected(script.error());
        }
        out->script_ = std::move(*script);
    }
    for (const WorldTool& tool : spec.tools) {
        Result<ArgumentCheck> arguments = ArgumentCheck::make(tool.parameters);
        if (!arguments) {
            return fail(ErrorKind::usage, fmt::format("tool {}: {}", tool.name, arguments.error().message));
        }
        Result<detail::Action> action = detail::make_action(tool, out->script_.get());
        if (!action) {
            return std::unexpected(action.error());
        }
        out->tools_[tool.name] = {&tool, std::move(*arguments), std::move(*action)};
    }
    return out;
}

Result<State> Toolbox::begin(const json::object& documents, std::uint64_t seed, std::string conversation) const {
    State state{.documents = Documents(spec_->collections),
                .random = Random(seed, "world"),
                .now_ms = spec_->clock_ms,
                .conversation = std::move(conversation)};
    if (const Result<void> applied = state.documents.apply(documents); !applied) {
        return std::unexpected(applied.error());
    }
    state.documents.begin_here();
    return state;
}

const WorldTool* Toolbox::tool(std::string_view name) const {
    const auto found = tools_.find(name);
    return found == tools_.end() ? nullptr : found->second.tool;
}

Answer unknown_tool(std::string_view name) {
    return {.kind = Answer::Kind::unknown,
            .value = json::value(fmt::format("there is no tool \"{}\"", shorten(name, 100)))};
}

Answer Toolbox::call(std::string_view tool, const json::value& arguments, State& state) const {
    const auto found = tools_.find(tool);
    if (found == tools_.end()) {
        return unknown_tool(tool);
    }
    static const json::object none;
    if (!arguments.is_object() && !arguments.is_null()) {
        return {.kind = Answer::Kind::invalid, .value = json::value("arguments: expected an object")};
    }
    const json::object& given = arguments.is_null() ? none : arguments.get_object();
    if (const std::string complaint = found->second.arguments.complaint(json::value(given)); !complaint.empty()) {
        return {.kind = Answer::Kind::invalid, .value = json::value(complaint)};
    }
    const Documents::Snapshot before = state.documents.snapshot();
    const std::uint64_t writes = state.documents.writes();
    Answer answer = perform(found->second, given, state);
    answer.wrote = answer.ok() && state.documents.writes() != writes;
    if (!answer.ok()) {
        state.documents.restore(before);
    }
    return answer;
}

Answer Toolbox::perform(const Prepared& prepared, const json::object& arguments, State& state) const {
    detail::ActionContext context{.arguments = arguments, .state = state, .named = {}};
    if (std::optional<Answer> unmet = detail::unmet_requirement(*prepared.tool, context)) {
        return std::move(*unmet);
    }
    Answer answer = prepared.action(context);
    if (answer.ok() && prepared.tool->returns) {
        context.named["result"] = std::move(answer.value);
        answer.value = context.filled(*prepared.tool->returns);
    }
    return answer;
}

}  // namespace sosia::world
