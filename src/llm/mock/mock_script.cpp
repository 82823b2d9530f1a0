#include "llm/mock/mock_script.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "domain/json_text.h"
#include "llm/json_read.h"
#include "llm/make_model.h"
#include "llm/mock/mock_faithful.h"
#include "llm/mock/mock_schema.h"

namespace sosia::llm::mock {
namespace {

namespace json = boost::json;

constexpr int most_captures = 10;
using Captures = std::array<std::string, most_captures>;

// The rest of the last line that begins with `mark`.
std::optional<std::string> marked_line(std::string_view text, std::string_view mark) {
    std::optional<std::string> found;
    for (const std::string_view line : split(text, '\n')) {
        const std::string_view bare = trim(line);
        if (bare.starts_with(mark)) {
            found = std::string(trim(bare.substr(mark.size())));
        }
    }
    return found;
}

const Message* last_of(const MockQuestion& question, Role role) {
    const auto& all = question.messages;
    const auto at = std::find_if(all.rbegin(), all.rend(), [role](const Message& m) { return m.role == role; });
    return at == all.rend() ? nullptr : &*at;
}

std::string text_of(const MockQuestion& question, MockRule::Where where) {
    std::string out;
    for (const Message& message : question.messages) {
        const bool system = message.role == Role::system;
        if (where == MockRule::Where::any || (where == MockRule::Where::system && system)) {
            out += message.text + "\n";
        }
    }
    if (where == MockRule::Where::last && !question.messages.empty()) {
        out = question.messages.back().text;
    } else if (where == MockRule::Where::model) {
        out = question.model;
    }
    return out;
}

// The whole question as text, in which its hash finds the same answer again.
std::string all_text(const MockQuestion& question) {
    std::string out = question.model;
    for (const Message& message : question.messages) {
        out += fmt::format("\n{}:{}", static_cast<int>(message.role), message.text);
    }
    return out;
}

std::string filled(std::string_view pattern, const Captures& captures) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const bool mark =
            pattern[i] == '\\' && i + 1 < pattern.size() && pattern[i + 1] >= '0' && pattern[i + 1] <= '9';
        if (mark) {
            out += captures.at(static_cast<std::size_t>(pattern[++i] - '0'));
        } else {
            out += pattern[i];
        }
    }
    return out;
}

json::value filled(const json::value& value, const Captures& captures) {
    if (const json::string* text = value.if_string()) {
        return json::value(filled(std::string_view(*text), captures));
    }
    if (const json::array* list = value.if_array()) {
        json::array out;
        for (const json::value& item : *list) {
            out.push_back(filled(item, captures));
        }
        return out;
    }
    if (const json::object* object = value.if_object()) {
        json::object out;
        for (const auto& [key, item] : *object) {
            out[key] = filled(item, captures);
        }
        return out;
    }
    return value;
}

bool matches(const MockRule& rule, const std::string& text, Captures& captures) {
    if (rule.when == nullptr) {
        return true;
    }
    const int groups = std::min(rule.when->NumberOfCapturingGroups() + 1, most_captures);
    std::array<re2::StringPiece, most_captures> found;
    if (!rule.when->Match(text, 0, text.size(), re2::RE2::UNANCHORED, found.data(), groups)) {
        return false;
    }
    for (int i = 0; i < groups; ++i) {
        const auto& piece = found.at(static_cast<std::size_t>(i));
        captures.at(static_cast<std::size_t>(i)) =
            std::string(piece.data() == nullptr ? "" : piece.data(), piece.size());
    }
    return true;
}

std::optional<MockRule::Where> where_of(std::string_view in) {
    using enum MockRule::Where;
    constexpr std::array<std::pair<std::string_view, MockRule::Where>, 5> names{
        {{"", last}, {"last", last}, {"system", system}, {"any", any}, {"model", model}}};
    const auto* const at = std::ranges::find(names, in, &std::pair<std::string_view, MockRule::Where>::first);
    return at == names.end() ? std::nullopt : std::optional(at->second);
}

Result<MockRule> read_rule(const json::value& value, const std::string& name) {
    const json::object* from = value.if_object();
    if (from == nullptr) {
        return fail(ErrorKind::usage, name + " is no object");
    }
    MockRule rule{.say = std::string(text_in(*from, "say")),
                  .call = std::string(text_in(*from, "call")),
                  .fault = std::string(text_in(*from, "fault"))};
    if (const std::string_view pattern = text_in(*from, "when"); !pattern.empty()) {
        re2::RE2::Options options(re2::RE2::Quiet);
        options.set_max_mem(1 << 20);
        rule.when = std::make_shared<const re2::RE2>(std::string(pattern), options);
        if (!rule.when->ok()) {
            return fail(ErrorKind::usage, fmt::format("{}: the pattern is not readable: {}", name, rule.when->error()));
        }
    }
    const auto where = where_of(text_in(*from, "in"));
    if (!where) {
        return fail(ErrorKind::usage,
                    fmt::format("{}: `in` is \"{}\"; expected last, system, any or model", name, text_in(*from, "in")));
    }
    rule.in = *where;
    if (const json::object* arguments = object_in(*from, "arguments")) {
        rule.arguments = *arguments;
    }
    if (const json::value* answer = member(*from, "json")) {
        rule.json = *answer;
    }
    return rule;
}

// Some words of the question, so that answers differ; hidden thoughts and lists are nobody's business here.
std::string small_talk(const MockQuestion& question) {
    const Message* user = last_of(question, Role::user);
    const Message* tool = last_of(question, Role::tool);
    if (!question.messages.empty() && question.messages.back().role == Role::tool) {
        return fmt::format("The tool says: {}", shorten(tool->text, 160));
    }
    return user == nullptr ? "Hello." : fmt::format("You said: {}", shorten(user->text, 160));
}

const Tool* tool_named(const MockQuestion& question, std::string_view name) {
    const auto at = std::ranges::find(question.tools, name, &Tool::name);
    return at == question.tools.end() ? nullptr : &*at;
}

void cut_to_limit(MockReply& reply, int max_tokens) {
    constexpr std::size_t bytes_per_token = 4;
    const auto longest = static_cast<std::size_t>(std::max(max_tokens, 0)) * bytes_per_token;
    if (max_tokens > 0 && reply.text.size() > longest) {
        std::size_t end = longest;
        while (end > 0 && (static_cast<unsigned char>(reply.text[end]) & 0xC0U) == 0x80U) {
            --end;
        }
        reply.text.resize(end);
        reply.finish = Finish::length;
    }
}

}  // namespace

struct MockScript::Words {
    std::string say;
    std::string call;
    json::object arguments;
    std::optional<json::value> json;
    std::string fault;
};

Result<MockScript> MockScript::parse(std::string_view text, const std::string& name) {
    const auto parsed = parse_json(text);
    const json::object* root = parsed ? parsed->if_object() : nullptr;
    const json::array* rules = root == nullptr ? nullptr : array_in(*root, "rules");
    if (rules == nullptr) {
        return fail(ErrorKind::usage, fmt::format("{} holds no rules{}", name, parsed ? "" : ": " + parsed.error()),
                    R"(write {"rules": [{"when": "refund", "say": "Done."}]}; docs/models.md)");
    }
    MockScript script;
    script.otherwise_ = text_in(*root, "otherwise");
    for (std::size_t i = 0; i < rules->size(); ++i) {
        Result<MockRule> rule = read_rule((*rules)[i], fmt::format("{}, rule {}", name, i + 1));
        if (!rule) {
            return std::unexpected(rule.error());
        }
        script.rules_.push_back(std::move(*rule));
    }
    return script;
}

std::optional<MockScript::Words> MockScript::by_rule(const MockQuestion& question, std::string& fault) const {
    for (const MockRule& rule : rules_) {
        Captures captures;
        if (!matches(rule, text_of(question, rule.in), captures)) {
            continue;
        }
        fault = fault.empty() ? rule.fault : fault;
        if (!rule.fault.empty() && rule.say.empty() && rule.call.empty() && !rule.json) {
            continue;  // somebody else has the words
        }
        Words words{.say = filled(rule.say, captures), .call = rule.call};
        words.arguments = filled(json::value(rule.arguments), captures).as_object();
        if (rule.json) {
            words.json = filled(*rule.json, captures);
        }
        return words;
    }
    return std::nullopt;
}

MockScript::Words MockScript::words_for(const MockQuestion& question) const {
    Words words;
    const std::string all = text_of(question, MockRule::Where::any);
    const Message* user = last_of(question, Role::user);
    std::string fault;
    if (std::optional<Words> ruled = by_rule(question, fault)) {
        words = std::move(*ruled);
    } else if (auto played = faithful_ ? faithful_answer(question) : std::nullopt) {
        words.json = std::move(*played);
    } else if (const auto say = marked_line(all, "SAY:")) {
        words.say = *say;
    } else if (const auto call = user == nullptr ? std::nullopt : marked_line(user->text, "CALL:");
               call && question.messages.back().role == Role::user) {
        const std::size_t space = std::min(call->find(' '), call->size());
        words.call = call->substr(0, space);
        const auto arguments = parse_json(std::string_view(*call).substr(space));
        words.arguments = arguments && arguments->is_object() ? arguments->get_object() : json::object{};
    }
    words.fault = std::move(fault);
    if (words.fault.empty() && !question.messages.empty()) {
        words.fault = marked_line(question.messages.back().text, "FAULT:").value_or("");
    }
    return words;
}

MockScript::Line MockScript::answer(const MockQuestion& question, std::uint64_t seed) const {
    const std::uint64_t hash = hash64(all_text(question), seed);
    Random random = Random(hash, "mock");
    Words words = words_for(question);
    const std::string talk = otherwise_.empty() ? small_talk(question) : otherwise_;
    Line line{.fault = words.fault};
    MockReply& reply = line.reply;
    reply.id = hex(hash) + hex(hash64("id", hash), 8);

    if (words.call.empty() && !question.forced_tool.empty() && !question.tools.empty()) {
        words.call = question.forced_tool == "*" ? question.tools.front().name : question.forced_tool;
    }
    const Tool* tool = words.call.empty() ? nullptr : tool_named(question, words.call);
    if (tool != nullptr) {
        json::object arguments = words.arguments;
        if (arguments.empty()) {
            const json::value example = example_of(json::value(tool->parameters), random, talk);
            arguments = example.is_object() ? example.get_object() : json::object{};
        }
        reply.calls.push_back({"call_" + hex(hash), tool->name, std::move(arguments)});
        reply.finish = Finish::tool_calls;
        reply.text = words.say;
    } else if (question.shape) {
        // A text that was asked for stands where the answer has room for it.
        json::value example =
            words.json ? *words.json
                       : example_of(json::value(question.shape->schema), random,
                                    words.say.empty() ? std::string_view(talk) : std::string_view(words.say));
        reply.text = json_text(example);
    } else {
        reply.text = !words.say.empty() ? words.say : words.json ? json_text(*words.json) : talk;
    }
    cut_to_limit(reply, question.max_tokens);
    return line;
}

}  // namespace sosia::llm::mock
