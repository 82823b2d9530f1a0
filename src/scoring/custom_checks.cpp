#include "scoring/custom_checks.h"

#include <algorithm>
#include <compare>
#include <optional>

#include <fmt/format.h>
#include <re2/re2.h>
#include <boost/json/serialize.hpp>

#include "base/text.h"
#include "domain/record_json.h"
#include "scoring/command.h"

namespace sosia::scoring {
namespace json = boost::json;
namespace {

constexpr std::size_t longest_detail = 400;  // bytes

std::unique_ptr<RE2> compiled(const std::string& pattern) {
    RE2::Options options;
    options.set_log_errors(false);
    return std::make_unique<RE2>(pattern, options);
}

re2::StringPiece piece(std::string_view text) {
    return {text.data(), text.size()};
}

void fail_with(CheckResult& result, int turn, std::string detail, std::string quote = {}) {
    result.passed = false;
    result.turn = turn;
    result.detail = std::move(detail);
    result.quote = std::move(quote);
}

void run_pattern(const CustomCheck& check, const RE2& pattern, const Transcript& t, CheckResult& result) {
    const auto hit = std::ranges::find_if(
        t.agent, [&](const AgentTurn& a) { return RE2::PartialMatch(piece(a.turn->text), pattern); });
    if (check.must_match && hit == t.agent.end()) {
        const AgentTurn* last = t.last_agent();
        fail_with(result, last == nullptr ? 0 : last->turn->n, "no agent turn matches /" + check.pattern + "/");
    } else if (!check.must_match && hit != t.agent.end()) {
        fail_with(result, hit->turn->n, "an agent turn matches /" + check.pattern + "/, which none may",
                  quote_of(hit->turn->text));
    }
}

bool contains(const json::value& found, const json::value& wanted) {
    if (found.is_array()) {
        return std::ranges::find(found.as_array(), wanted) != found.as_array().end();
    }
    if (found.is_object() && wanted.is_string()) {
        return found.as_object().contains(wanted.as_string());
    }
    return flatten(found).contains(flatten(wanted));
}

std::partial_ordering order_of(const json::value& found, const json::value& wanted) {
    if (found.is_number() && wanted.is_number()) {
        return found.to_number<double>() <=> wanted.to_number<double>();
    }
    const bool texts = found.is_string() && wanted.is_string();
    return texts ? std::partial_ordering(std::string_view(found.as_string()) <=> std::string_view(wanted.as_string()))
                 : std::partial_ordering::unordered;
}

bool is_equal(const json::value& found, const json::value& wanted) {
    return found.is_number() && wanted.is_number() ? order_of(found, wanted) == 0 : found == wanted;
}

bool compare(std::string_view op, const json::value& found, const json::value& wanted) {
    if (op == "contains") {
        return contains(found, wanted);
    }
    if (op == "==" || op == "!=") {
        return is_equal(found, wanted) == (op == "==");
    }
    const std::partial_ordering order = order_of(found, wanted);
    return op == "<" ? order < 0 : op == "<=" ? order <= 0 : op == ">" ? order > 0 : order >= 0;
}

void run_pointer(const CustomCheck& check, const RE2* pattern, const json::value& conversation, CheckResult& result) {
    boost::system::error_code error;
    const json::value* found = conversation.find_pointer(check.pointer, error);
    if (found == nullptr) {
        const std::string expected =
            check.op == "exists" ? "" : fmt::format("; expected {} {}", check.op, json::serialize(check.value));
        fail_with(result, 0, check.pointer + " does not exist" + expected);
        return;
    }
    const bool holds = check.op == "exists" || (pattern != nullptr ? RE2::PartialMatch(flatten(*found), *pattern)
                                                                   : compare(check.op, *found, check.value));
    if (!holds) {
        fail_with(result, 0,
                  fmt::format("{} is {}; expected {} {}", check.pointer, shorten(json::serialize(*found), 120),
                              check.op, json::serialize(check.value)));
    }
}

void run_command(const CustomCheck& check, const std::string& directory, const json::value& conversation,
                 CheckResult& result) {
    const CommandResult ran =
        run_command_with_input(check.command, directory, json::serialize(conversation), check.timeout_ms);
    if (!ran.error.empty()) {
        fail_with(result, 0, "the command did not run to its end: " + ran.error);
    } else if (ran.exit_code != 0) {
        const std::string said = shorten(to_valid_utf8(trim(ran.output)), longest_detail);
        fail_with(result, 0, said.empty() ? fmt::format("the command exited with {}", ran.exit_code) : said);
    }
}

}  // namespace

struct CustomChecks::Prepared {
    const CustomCheck* check = nullptr;
    std::unique_ptr<RE2> pattern;  // for `pattern`, and for a pointer's `matches`
};

CustomChecks::CustomChecks(const Scorecard& scorecard, const std::string& directory) : directory_(directory) {
    for (const CustomCheck& check : scorecard.custom) {
        Prepared prepared{.check = &check};
        if (!check.pattern.empty()) {
            prepared.pattern = compiled(check.pattern);
        } else if (!check.pointer.empty() && check.op == "matches") {
            prepared.pattern = compiled(flatten(check.value));
        }
        checks_.push_back(std::move(prepared));
    }
}

CustomChecks::~CustomChecks() = default;

void CustomChecks::run(const Transcript& t, std::vector<CheckResult>& results) const {
    if (checks_.empty()) {
        return;
    }
    std::optional<json::value> conversation;
    const auto as_json = [&]() -> const json::value& {
        if (!conversation) {
            conversation = to_json(t.conversation);
        }
        return *conversation;
    };
    for (const Prepared& prepared : checks_) {
        const CustomCheck& check = *prepared.check;
        CheckResult result{.name = check.name, .gates = check.gates};
        if (prepared.pattern != nullptr && !prepared.pattern->ok()) {
            fail_with(result, 0, "the check's regular expression is broken: " + prepared.pattern->error());
        } else if (!check.pattern.empty()) {
            run_pattern(check, *prepared.pattern, t, result);
        } else if (!check.pointer.empty()) {
            run_pointer(check, prepared.pattern.get(), as_json(), result);
        } else {
            run_command(check, directory_, as_json(), result);
        }
        results.push_back(std::move(result));
    }
}

}  // namespace sosia::scoring
