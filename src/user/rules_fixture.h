// What the tests of the simulated user's rules share: an engine, a persona and a scenario to fill in, and scripted
// agent messages to play against.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "user/builtin_user.h"

namespace sosia::user {

class UserRules : public ::testing::Test {
  protected:
    static void SetUpTestSuite() { engine() = std::move(Engine::create().value()); }
    static void TearDownTestSuite() { engine().reset(); }

    UserRules(std::string persona, std::string goal, std::string scenario) {
        persona_.id = std::move(persona);
        persona_.goal.primary = std::move(goal);
        persona_.knobs.drop = 0;
        persona_.knobs.clarity = 1;
        scenario_.id = std::move(scenario);
        scenario_.intent = persona_.goal.primary;
        adversary_.id = "cooperative";
    }

    BuiltinUser user(std::uint64_t seed = 3) {
        return BuiltinUser(*engine(), {&persona_, &scenario_, &scenario_.happy, &adversary_}, seed, most_turns_);
    }

    static Step tell(BuiltinUser& user, std::string_view text, const std::vector<ToolCall>& tools = {}) {
        return user.react({.text = text, .tools = &tools});
    }
    static bool has(const std::vector<std::string>& list, std::string_view value) {
        return std::ranges::find(list, value) != list.end();
    }

    static std::unique_ptr<Engine>& engine() {
        static std::unique_ptr<Engine> shared;
        return shared;
    }

  private:
    // The engine keeps what belongs to a persona and an edge case by their addresses, which therefore must not come
    // again.
    static std::list<Persona>& personas() {
        static std::list<Persona> kept;
        return kept;
    }
    static std::list<Scenario>& scenarios() {
        static std::list<Scenario> kept;
        return kept;
    }

  protected:
    Persona& persona_ = personas().emplace_back();
    Scenario& scenario_ = scenarios().emplace_back();
    Adversary adversary_;
    int most_turns_ = 12;
};

// Was charged twice; has a fact for every disclosure rule.
class Sandra : public UserRules {
  protected:
    Sandra() : UserRules("sandra", "get the duplicate charge refunded", "duplicate-charge") {
        persona_.name = "Sandra Kowalski";
        scenario_.intent = "refund a duplicate charge";
        persona_.facts = {
            Fact{.name = "email", .value = "sandra.k@example.com", .when = Disclosure::asked, .asked_by = {"email"}},
            Fact{.name = "order_id", .value = "A-10023", .when = Disclosure::second_ask, .asked_by = {"order number"}},
            Fact{.name = "charged",
                 .value = "March 14",
                 .when = Disclosure::corrected,
                 .first_says = "March 4",
                 .at_turn = 4,
                 .asked_by = {"date of the charge"}},
            Fact{.name = "card",
                 .value = "4111 1111 1111 1111",
                 .when = Disclosure::never,
                 .asked_by = {"card number"}}};
    }
};

}  // namespace sosia::user
