#include "scoring/custom_checks.h"

#include <algorithm>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <re2/re2.h>

#include "base/text.h"
#include "domain/record_json.h"
#include "scoring/command.h"

namespace sosia::scoring {
namespace json = boost::json;
namespace {

void fail_with(CheckResult& result, int turn, std::string detail, std::string quote = {}) {
    result.passed = false;
    result.turn = turn;
    result.detail = std::move(detail);
    result.quote = std::move(quote);
}

void run_pattern(const CustomCheck& check, const Transcript& t, CheckResult& result) {
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 pattern(check.pattern, options);
    const auto hit = std::ranges::find_if(t.agent, [&](const AgentTurn& a) { return RE2::PartialMatch(a.turn->text, pattern); });
    if (check.must_match && hit == t.agent.end()) {
        const AgentTurn* last = t.last_agent();
        fail_with(result, last == nullptr ? 0 : last->turn->n, "no agent turn matches /" + check.pattern + "/");
    } else if (!check.must_match && hit != t.agent.end()) {
        fail_with(result, hit->turn->n, "an agent turn matches /" + check.pattern + "/, which none may", quote_of(hit->turn->text));
    }
}

bool compare(std::string_view op, const json::value& found, const json::value& wanted) {
    if (op == "contains") {
        if (found.is_array()) {
            return std::ranges::find(found.as_array(), wanted) != found.as_array().end();
        }
        return flatten(found).contains(flatten(wanted));
    }
    if (op == "matches") {
        RE2::Options options;
        options.set_log_errors(false);
        return RE2::PartialMatch(flatten(found), RE2(flatten(wanted), options));
    }
    const bool numbers = found.is_number() && wanted.is_number();
    const auto order = [&] {
        return numbers ? (found.to_number<double>() <=> wanted.to_number<double>())
                       : std::partial_ordering(flatten(found) <=> flatten(wanted));
    }();
    if (op == "==") {
        return numbers ? order == 0 : found == wanted;
    }
    if (op == "!=") {
        return numbers ? order != 0 : found != wanted;
    }
    return op == "<" ? order < 0 : op == "<=" ? order <= 0 : op == ">" ? order > 0 : order >= 0;
}

void run_pointer(const CustomCheck& check, const json::value& conversation, CheckResult& result) {
    boost::system::error_code error;
    const json::value* found = conversation.find_pointer(check.pointer, error);
    if (check.op == "exists") {
        if (found == nullptr) {
            fail_with(result, 0, check.pointer + " does not exist");
        }
        return;
    }
    if (found == nullptr) {
        fail_with(result, 0, fmt::format("{} does not exist; expected {} {}", check.pointer, check.op, json::serialize(check.value)));
    } else if (!compare(check.op, *found, check.value)) {
        fail_with(result, 0, fmt::format("{} is {}; expected {} {}", check.pointer, shorten(json::serialize(*found), 120), check.op, json::serialize(check.value)));
    }
}

void run_command(const CustomCheck& check, const std::string& directory, const json::value& conversation, CheckResult& result) {
    const CommandResult ran = run_command_with_input(check.command, directory, json::serialize(conversation), check.timeout_ms);
    if (!ran.error.empty()) {
        fail_with(result, 0, "the command did not run: " + ran.error);
    } else if (ran.exit_code != 0) {
        const std::string said = shorten(to_valid_utf8(trim(ran.output)), 400);
        fail_with(result, 0, said.empty() ? fmt::format("the command exited with {}", ran.exit_code) : said);
    }
}

}  // namespace

bool has_commands(const Scorecard& scorecard) {
    return std::ranges::any_of(scorecard.custom, [](const CustomCheck& c) { return !c.command.empty(); });
}

void run_custom_checks(const Scorecard& scorecard, const std::string& directory, const Transcript& t, std::vector<CheckResult>& results) {
    if (scorecard.custom.empty()) {
        return;
    }
    const json::value conversation = to_json(t.conversation);
    for (const CustomCheck& check : scorecard.custom) {
        CheckResult result{.name = check.name, .gates = check.gates};
        if (!check.pattern.empty()) {
            run_pattern(check, t, result);
        } else if (!check.pointer.empty()) {
            run_pointer(check, conversation, result);
        } else {
            run_command(check, directory, conversation, result);
        }
        results.push_back(std::move(result));
    }
}

}  // namespace sosia::scoring
