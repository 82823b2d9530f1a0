// Checked YAML nodes -> domain values. Each takes a mapping that has been checked against its schema; what is wrong
// beyond the schema goes to the binding's diagnostics, and the value returned is then only good for further checks.
#pragma once
#include <string_view>

#include "domain/suite.h"
#include "spec/fields.h"

namespace sosia::spec {

// `fallback_id` is used when there is no `id`; "" makes the id a must.
Persona bind_persona(const Node& node, const Binding& binding, std::string_view fallback_id);
Scenario bind_scenario(const Node& node, const Binding& binding, std::string_view fallback_id);
Adversary bind_adversary(const Node& node, const Binding& binding, std::string_view fallback_id);
WorldSpec bind_world(const Node& node, const Binding& binding, std::string_view fallback_id);
Scorecard bind_scorecard(const Node& node, const Binding& binding);

// Everything of sosia.yaml but the lists of files.
void bind_suite(const Node& node, const Binding& binding, Suite& suite);
AgentSpec bind_agent(const Node& node, const Binding& binding);
MatrixSpec bind_matrix(const Node& node, const Binding& binding);

// trait -> value -> share, as under `weights`. Reports what is no share.
std::map<std::string, std::map<std::string, double>> bind_shares(const Fields& fields, std::string_view key);

// "hallucinated policies" -> hallucinated-policy; reports what is none of the six.
std::vector<FailureCategory> bind_categories(const Fields& fields, std::string_view key);

// `events` below a scenario's or edge case's `world`; `base` when there are none.
std::vector<WorldEvent> bind_events(const Fields& fields, const std::vector<WorldEvent>& base);
// expect.world of a scenario (bind_world_expectation.cpp).
WorldExpectation bind_world_expectation(const Fields& fields);
// collection -> id -> document below `key` of a scenario's `world`, over `base`.
boost::json::object bind_documents(const Fields& fields, const boost::json::object& base);

// Reports a /regular expression/ that does not compile.
void check_phrase(const Node& node, const Binding& binding);
void check_regex(const Node& node, std::string_view pattern, const Binding& binding);

}  // namespace sosia::spec
