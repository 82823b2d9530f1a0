// Where models come from: one shop for the process, which shares limits, prices and the answers that are kept.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "agent/model_agent.h"
#include "cli/answer_cache.h"
#include "cli/process.h"
#include "llm/make_model.h"
#include "llm/prices.h"
#include "llm/traffic.h"

namespace sosia::app {

// Outlives every model it made.
class Models {
  public:
    Models(const Clock& clock, llm::Environment environment);

    // Of users, judges and generators: answers are kept beside the store, and asked for there first.
    Result<std::shared_ptr<llm::ChatModel>> make(const cli::ModelSetup& setup);
    // Of agents: asked anew every time, for it is they who are under test.
    Result<std::shared_ptr<llm::ChatModel>> make(const agent::WantedModel& wanted, const agent::Setup& setup);

  private:
    Result<cli::StoredAnswers*> answers_beside(const std::string& store_path);
    Result<const llm::PriceTable*> prices_with(const std::string& file);

    const Clock& clock_;
    llm::Environment environment_;
    llm::Traffic traffic_;
    std::map<std::string, std::unique_ptr<cli::StoredAnswers>> answers_;    // by the store's path
    std::map<std::string, std::unique_ptr<const llm::PriceTable>> prices_;  // by file
};

}  // namespace sosia::app
