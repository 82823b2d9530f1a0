#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "spec/references.h"

namespace sosia::spec {
namespace {

class WorldChecker {
  public:
    WorldChecker(const References& all, Diagnostics& diagnostics) : all_(all), diagnostics_(diagnostics) {}

    void check_unique(const Suite& suite) {
        std::map<std::string, std::size_t> first;
        for (std::size_t i = 0; i < suite.worlds.size(); ++i) {
            if (const auto [at, is_new] = first.try_emplace(suite.worlds[i].id, i); !is_new) {
                diagnostics_.error(*all_.worlds[i].file, all_.worlds[i].node.place,
                                   fmt::format("the world {} is there twice, first in {}",
                                               in_quotes(suite.worlds[i].id), all_.worlds[at->second].file->relative));
            }
        }
    }

    void resolve(const Suite& suite, Scenario& scenario, const Origin& origin) {
        const Node* written = origin.node.find("world");
        if (scenario.world.empty() && suite.worlds.size() == 1) {
            scenario.world = suite.worlds.front().id;
        }
        scenario.world = scenario.world == "none" ? "" : scenario.world;
        const WorldSpec* world = suite.world(scenario.world);
        check_together(suite, scenario, origin);
        if (world != nullptr) {
            check_cases(*world, scenario, origin);
        } else if (!scenario.world.empty()) {
            report(origin, written == nullptr ? origin.node.place : written->place,
                   fmt::format("there is no world {}", in_quotes(scenario.world)),
                   did_you_mean(scenario.world, ids(suite)));
        } else {
            check_needs_none(scenario, origin);
        }
    }

  private:
    static std::vector<std::string> ids(const Suite& suite) {
        std::vector<std::string> out;
        std::ranges::transform(suite.worlds, std::back_inserter(out), &WorldSpec::id);
        return out;
    }

    void report(const Origin& origin, Place place, std::string message, std::string hint = {}) {
        diagnostics_.error(*origin.file, place, std::move(message), std::move(hint));
    }

    // Whoever shares the world has to be somebody, and to have come for something.
    void check_together(const Suite& suite, const Scenario& scenario, const Origin& origin) {
        const Node* written = origin.node.find("together");
        if (written == nullptr) {
            return;
        }
        if (scenario.world.empty()) {
            report(origin, written->place, "people who come together need a world to meet in", "name one: world: ID");
        }
        for (const Participant& one : scenario.together) {
            if (all_.personas_complete && suite.persona(one.persona) == nullptr) {
                report(origin, written->place, fmt::format("there is no persona {}", in_quotes(one.persona)));
            }
            if (!one.scenario.empty() && suite.scenario(one.scenario) == nullptr) {
                report(origin, written->place, fmt::format("there is no scenario {}", in_quotes(one.scenario)));
            }
        }
    }

    void check_needs_none(const Scenario& scenario, const Origin& origin) {
        const bool needs = scenario.happy.expect.world || !scenario.happy.documents.empty() ||
                           !scenario.happy.events.empty() ||
                           std::ranges::any_of(scenario.edge_cases, [](const EdgeCase& edge_case) {
                               return edge_case.expect.world || !edge_case.documents.empty();
                           });
        if (needs) {
            report(origin, origin.node.place, "the scenario expects something of a world but has none",
                   "name one: world: ID");
        }
    }

    void check_cases(const WorldSpec& world, const Scenario& scenario, const Origin& origin) {
        check_case(world, scenario.happy, origin, origin.node);
        const Node* nodes = origin.node.find("edge_cases");
        for (std::size_t i = 0; i < scenario.edge_cases.size(); ++i) {
            const bool known = nodes != nullptr && i < nodes->items.size();
            check_case(world, scenario.edge_cases[i], origin, known ? nodes->items[i] : origin.node);
        }
    }

    void check_case(const WorldSpec& world, const EdgeCase& edge_case, const Origin& origin, const Node& node) {
        const auto collections = [&](const boost::json::object& documents) {
            for (const auto& member : documents) {
                check_collection(world, std::string(member.key()), origin, node);
            }
        };
        collections(edge_case.documents);
        for (const WorldEvent& event : edge_case.events) {
            if (!event.call.empty()) {
                check_tool(world, event.call, origin, node);
            }
        }
        if (!edge_case.expect.world) {
            return;
        }
        const WorldExpectation& expect = *edge_case.expect.world;
        collections(expect.documents);
        for (const boost::json::object& query : expect.queries) {
            const boost::json::value* name = query.if_contains("collection");
            check_collection(world, name != nullptr && name->is_string() ? std::string(name->get_string()) : "", origin,
                             node);
        }
        for (const ExpectedCall& call : expect.calls) {
            check_tool(world, call.name, origin, node);
        }
        for (const GoldAction& action : expect.actions.value_or(std::vector<GoldAction>{})) {
            check_tool(world, action.name, origin, node);
            check_arguments(world, action, origin, node);
        }
    }

    // An action that cannot be made would be expected of nobody. What its values must be is judged when it is made.
    void check_arguments(const WorldSpec& world, const GoldAction& action, const Origin& origin, const Node& node) {
        const auto tool = std::ranges::find(world.tools, action.name, &WorldTool::name);
        if (tool == world.tools.end()) {
            return;
        }
        const boost::json::value* required = tool->parameters.if_contains("required");
        for (std::size_t i = 0; required != nullptr && required->is_array() && i < required->get_array().size(); ++i) {
            const boost::json::string* name = required->get_array()[i].if_string();
            if (name != nullptr && !action.arguments.contains(*name)) {
                report(origin, node.place,
                       fmt::format("the expected action {} lacks the argument {}", action.name, in_quotes(*name)));
            }
        }
        const boost::json::value* others = tool->parameters.if_contains("additionalProperties");
        const boost::json::value* properties = tool->parameters.if_contains("properties");
        const bool closed = others != nullptr && others->is_bool() && !others->get_bool();
        for (const auto& argument : action.arguments) {
            const std::string name(argument.key());
            if (closed && properties != nullptr && properties->is_object() &&
                !properties->get_object().contains(name)) {
                report(origin, node.place,
                       fmt::format("the tool {} takes no argument {}", action.name, in_quotes(name)));
            }
        }
    }

    void check_collection(const WorldSpec& world, const std::string& name, const Origin& origin, const Node& node) {
        if (world.collections->contains(name)) {
            return;
        }
        std::vector<std::string> known;
        for (const auto& collection : *world.collections) {
            known.push_back(collection.first);
        }
        report(origin, node.place, fmt::format("the world {} has no collection {}", world.id, in_quotes(name)),
               did_you_mean(name, known));
    }

    void check_tool(const WorldSpec& world, const std::string& name, const Origin& origin, const Node& node) {
        std::vector<std::string> known;
        std::ranges::transform(world.tools, std::back_inserter(known), &WorldTool::name);
        // What other servers offer is known once they are asked.
        if (world.servers.empty() && std::ranges::find(known, name) == known.end()) {
            report(origin, node.place, fmt::format("the world {} has no tool {}", world.id, in_quotes(name)),
                   did_you_mean(name, known));
        }
    }

    const References& all_;
    Diagnostics& diagnostics_;
};

}  // namespace

void resolve_worlds(Suite& suite, const References& all, Diagnostics& diagnostics) {
    WorldChecker checker(all, diagnostics);
    checker.check_unique(suite);
    for (std::size_t i = 0; i < suite.scenarios.size(); ++i) {
        checker.resolve(suite, suite.scenarios[i], all.scenarios[i]);
    }
}

}  // namespace sosia::spec
