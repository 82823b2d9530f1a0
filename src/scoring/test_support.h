// A case and a conversation, put together line by line, for the checks' tests.
#pragma once
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <string>
#include <utility>

#include "scoring/scorer.h"

namespace sosia::scoring {

inline const user::Reader& shared_reader() {
    static const user::Reader reader = [] {
        Result<user::Reader> made = user::Reader::create();
        return std::move(*made);
    }();
    return reader;
}

class Talk {
  public:
    Talk() {
        persona.id = "sandra";
        persona.name = "Sandra Kowalski";
        scenario.id = "case";
        adversary.id = "cooperative";
    }

    Persona persona;
    Scenario scenario;
    Adversary adversary;
    Suite suite;
    Conversation record;

    // The case.
    Talk& intent(std::string text) { return scenario.intent = std::move(text), *this; }
    Talk& truth(const std::string& name, std::string text) { return scenario.truth[name] = std::move(text), *this; }
    Talk& context(std::string_view json) {
        return scenario.context = boost::json::parse(boost::json::string_view(json.data(), json.size())).as_object(),
               *this;
    }
    Talk& language(std::string code) { return persona.language = std::move(code), *this; }
    Talk& resolved_is(bool expected) { return expect().resolved = expected, *this; }
    Talk& tools(std::vector<std::string> names) {
        for (std::string& name : names) {
            expect().tools.push_back({.name = std::move(name), .arguments = {}});
        }
        return *this;
    }
    Talk& fact(std::string name, std::string value, Disclosure when = Disclosure::asked,
               std::vector<std::string> asked_by = {}) {
        persona.facts.push_back(
            {.name = std::move(name), .value = std::move(value), .when = when, .asked_by = std::move(asked_by)});
        return *this;
    }
    Talk& wrong_first(std::string name, std::string wrong, std::string value) {
        persona.facts.push_back({.name = std::move(name),
                                 .value = std::move(value),
                                 .when = Disclosure::corrected,
                                 .first_says = std::move(wrong),
                                 .at_turn = 3});
        return *this;
    }
    Expectation& expect() { return scenario.happy.expect; }

    // The conversation.
    Talk& user(std::string text, UserMind mind = {}) {
        mind.move = mind.move.empty() ? (record.turns.empty() ? "open" : "answer") : mind.move;
        mind.emotion = mind.emotion == 0 ? emotion : mind.emotion;
        Turn turn{.n = static_cast<int>(record.turns.size()) + 1, .role = Role::user, .text = std::move(text)};
        turn.mind = std::move(mind);
        record.turns.push_back(std::move(turn));
        return *this;
    }
    Talk& tells(const std::string& fact, std::string text) {
        return user(std::move(text), {.move = "disclose", .disclosed = {fact}});
    }
    Talk& tells_wrong(const std::string& fact, std::string text) {
        return user(std::move(text), {.move = "disclose", .wrong = {fact}});
    }
    Talk& corrects(const std::string& fact, std::string text) {
        return user(std::move(text), {.move = "correct", .disclosed = {fact}, .corrected = {fact}});
    }
    Talk& objects(std::string text = "that can't be right") {
        return user(std::move(text), {.move = "object", .tactic = "object", .expect = "answer"});
    }
    Talk& asks(std::string topic, std::string text) {
        return user(std::move(text),
                    {.move = "ask-again", .tactic = "ask-again", .expect = "answer", .asks = std::move(topic)});
    }
    Talk& demands_human(std::string text = "let me talk to a person") {
        return user(std::move(text), {.move = "demand-human", .asks = "human"});
    }
    Talk& tactic(const std::string& act, std::string text, std::string expected = "") {
        return user(std::move(text), {.move = act, .tactic = act, .expect = std::move(expected)});
    }
    Talk& agent(std::string text) {
        record.turns.push_back(
            {.n = static_cast<int>(record.turns.size()) + 1, .role = Role::agent, .text = std::move(text)});
        return *this;
    }
    // A tool of the last agent turn; arguments and result as JSON, "" for none reported.
    Talk& tool(std::string name, std::string_view arguments = "", std::string_view result = "") {
        record.turns.back().tools.push_back({std::move(name), parsed(arguments), parsed(result)});
        return *this;
    }
    Talk& ends(Ending ending, bool resolved) {
        record.ended = ending;
        record.resolved = resolved;
        return *this;
    }
    double emotion = 0.3;  // of user turns that do not say

    const Conversation& scored() {
        suite.scorecard = scorecard;
        suite.personas = {persona};
        const CellParts parts{&suite.personas.front(), &scenario, find_edge_case(scenario, ""), &adversary};
        record.outcome = Outcome::passed;
        const Result<std::unique_ptr<Scorer>> scorer = Scorer::create(suite, shared_reader());
        (*scorer)->score(record, parts);
        return record;
    }
    Scorecard scorecard;

    // "passes", "fails at 4", "warns at 4", or "absent".
    std::string verdict(std::string_view check) {
        for (const CheckResult& result : scored().checks) {
            if (result.name == check) {
                return result.passed ? "passes"
                                     : (result.gates ? "fails at " : "warns at ") + std::to_string(result.turn);
            }
        }
        return "absent";
    }
    const CheckResult* result(std::string_view check) {
        for (const CheckResult& found : scored().checks) {
            if (found.name == check) {
                return &found;
            }
        }
        return nullptr;
    }
    // Every check that fails the conversation, "" for a clean one.
    std::string alarms() {
        std::string out;
        for (const CheckResult& result : scored().checks) {
            if (!result.passed && result.gates) {
                out += result.name + " at " + std::to_string(result.turn) + ": " + result.detail + " <" + result.quote +
                       ">; ";
            }
        }
        return out;
    }

  private:
    static std::optional<boost::json::value> parsed(std::string_view json) {
        if (json.empty()) {
            return std::nullopt;
        }
        return boost::json::parse(boost::json::string_view(json.data(), json.size()));
    }
};

}  // namespace sosia::scoring
