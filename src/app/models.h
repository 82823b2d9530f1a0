// What suites and agents say about a model, as orders to the desk that makes models.
#pragma once
#include "agent/model_agent.h"
#include "cli/model_desk.h"
#include "cli/process.h"

namespace sosia::app {

// Of users, judges and generators: answers are kept beside the store, and looked for there first. What `models` of the
// suite says comes before what stands among the model's parameters.
Result<cli::ModelDesk::Order> order_of(const cli::ModelSetup& setup);

// Of agents: asked anew every time, for it is they who are under test.
cli::ModelDesk::Order order_of(const agent::WantedModel& wanted);

}  // namespace sosia::app
