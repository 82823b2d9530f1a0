// An estimate for people and for machines.
#include <cmath>

#include <fmt/format.h>
#include <boost/json/array.hpp>

#include "cli/estimate.h"

namespace sosia::cli {
namespace json = boost::json;
namespace {

// Two figures are all an estimate knows: 1234567 is "1.2M".
std::string about(double n) {
    if (n >= 999'500) {
        return fmt::format("{:.1f}M", n / 1e6);
    }
    if (n >= 9'950) {
        return fmt::format("{:.0f}k", n / 1e3);
    }
    return n >= 999.5 ? fmt::format("{:.1f}k", n / 1e3) : fmt::format("{:.0f}", n);
}

std::string money(double usd) {
    return usd >= 10    ? fmt::format("{:.0f}", usd)
           : usd >= 0.1 ? fmt::format("{:.2f}", usd)
                        : fmt::format("{:.4f}", usd);
}

std::string range_text(const Range& r) {
    return fmt::format("{} ({} to {})", about(r.likely), about(r.low), about(r.high));
}

std::string cost_text(const std::optional<Range>& usd) {
    return usd ? fmt::format("{} USD ({} to {})", money(usd->likely), money(usd->low), money(usd->high))
               : std::string("price not known");
}

std::string role_text(const RoleEstimate& r) {
    return fmt::format("{} {}{}: {} calls, {} tokens in, {} out, {}\n", r.role, r.model,
                       r.who.empty() || r.who == r.model ? "" : " (" + r.who + ")", range_text(r.calls),
                       range_text(r.input_tokens), range_text(r.output_tokens), cost_text(r.usd));
}

json::object range_json(const Range& r) {
    return {{"low", r.low}, {"likely", r.likely}, {"high", r.high}};
}

// Calls and tokens come whole.
json::object whole_json(const Range& r) {
    return {{"low", std::llround(r.low)}, {"likely", std::llround(r.likely)}, {"high", std::llround(r.high)}};
}

json::object role_json(const RoleEstimate& r) {
    json::object out{{"role", r.role}, {"model", r.model}};
    if (!r.who.empty()) {
        out["name"] = r.who;
    }
    out["calls"] = whole_json(r.calls);
    out["input_tokens"] = whole_json(r.input_tokens);
    out["output_tokens"] = whole_json(r.output_tokens);
    out["usd"] = r.usd ? json::value(range_json(*r.usd)) : json::value(nullptr);
    return out;
}

json::array roles_json(const std::vector<RoleEstimate>& roles) {
    json::array out;
    for (const RoleEstimate& role : roles) {
        out.emplace_back(role_json(role));
    }
    return out;
}

}  // namespace

std::string estimate_text(const Estimate& e) {
    if (e.roles.empty()) {
        return "0 model calls, 0 tokens, 0 USD: user and judge are built in\n";
    }
    std::string out = "estimate of model calls, with the range it may lie in:\n";
    Range total;
    bool priced = true;
    for (const RoleEstimate& role : e.roles) {
        out += "  " + role_text(role);
        priced = priced && role.usd.has_value();
        const Range usd = role.usd.value_or(Range{});
        total = {total.low + usd.low, total.likely + usd.likely, total.high + usd.high};
    }
    out += fmt::format("  together {}{}\n", cost_text(total), priced ? "" : ", and what has no known price");
    for (const RoleEstimate& mode : e.judge_modes) {
        out += fmt::format("  judge, {}: {} calls, {} tokens, {}\n", mode.who, about(mode.calls.likely),
                           about(mode.input_tokens.likely + mode.output_tokens.likely), cost_text(mode.usd));
    }
    out += fmt::format(
        "from the real prompts and {:.1f} user turns a conversation ({:.1f} to {:.1f}): {}; a token is "
        "taken to be 4 bytes, prices are those of {}; hidden reasoning, caches and conversations that "
        "are run again are not in it\n",
        e.user_turns.likely, e.user_turns.low, e.user_turns.high, e.basis, e.priced);
    return out;
}

json::object estimate_json(const Estimate& e) {
    return {{"user_turns", range_json(e.user_turns)},
            {"basis", e.basis},
            {"prices_of", e.priced},
            {"roles", roles_json(e.roles)},
            {"judge_modes", roles_json(e.judge_modes)}};
}

}  // namespace sosia::cli
