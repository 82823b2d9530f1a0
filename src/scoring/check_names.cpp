#include "scoring/check_names.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace sosia::scoring {
namespace {

constexpr std::array<std::string_view, 45> names{"reply.valid",
                                                 "tools.required",
                                                 "tools.order",
                                                 "tools.arguments",
                                                 "tools.forbidden",
                                                 "tools.repeated",
                                                 "say.required",
                                                 "say.forbidden",
                                                 "resolution",
                                                 "turns",
                                                 "ending",
                                                 "latency",
                                                 "cost",
                                                 "context.repeated-question",
                                                 "context.lost-thread",
                                                 "context.ignored-question",
                                                 "loop",
                                                 "correction",
                                                 "claims",
                                                 "contradiction",
                                                 "boundary",
                                                 "resisted",
                                                 "stance",
                                                 "privacy",
                                                 "escalation.expected",
                                                 "escalation.early",
                                                 "escalation.late",
                                                 "escalation.context",
                                                 "tone.cheerful",
                                                 "tone.hostile",
                                                 "language",
                                                 "world.documents",
                                                 "world.queries",
                                                 "world.actions",
                                                 "world.unchanged",
                                                 "world.calls",
                                                 "world.order",
                                                 "world.max-calls",
                                                 "world.confirmed",
                                                 "world.outputs",
                                                 "world.others",
                                                 "world.state",

                                                 "judge",
                                                 "criterion",
                                                 "score"};

std::vector<std::string> settable(const Scorecard& scorecard) {
    std::vector<std::string> out;
    for (const std::string_view name : names) {
        out.emplace_back(name);
        if (const std::size_t dot = name.find('.'); dot != std::string_view::npos) {
            out.emplace_back(name.substr(0, dot));
        }
    }
    for (const CustomCheck& check : scorecard.custom) {
        out.push_back(check.name);
    }
    for (const Criterion& criterion : scorecard.criteria) {
        out.push_back("criterion." + criterion.name);
    }
    return out;
}

}  // namespace

std::span<const std::string_view> check_names() {
    return names;
}

Result<void> check_settings(const Scorecard& scorecard) {
    const std::vector<std::string> known = settable(scorecard);
    for (const auto& [name, level] : scorecard.checks) {
        const bool prefix =
            std::ranges::any_of(known, [&](const std::string& one) { return one.starts_with(name + "."); });
        if (!prefix && std::ranges::find(known, name) == known.end()) {
            const std::string_view near = nearest(name, known);
            return fail(ErrorKind::usage, fmt::format("the scorecard sets \"{}\", but no check is called so", name),
                        near.empty() ? "docs/checks.md lists the checks" : fmt::format("did you mean \"{}\"?", near));
        }
    }
    return {};
}

}  // namespace sosia::scoring
