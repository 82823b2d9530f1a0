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

}  // namespace sosia::user
