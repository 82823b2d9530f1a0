// Where a command gets its models: one set of lanes, one cache, one price table and one meter for all of them.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "cli/answer_cache.h"
#include "llm/make_model.h"
#include "llm/meter.h"
#include "llm/prices.h"
#include "llm/text_embedder.h"
#include "llm/traffic.h"
#include "net/http_client.h"

namespace sosia::cli {

// The table that ships, with the file's prices added; the file's name may be "", then SOSIA_PRICES names it or nothing
// is added.
Result<llm::PriceTable> price_table(std::string path, const llm::Environment& environment);

class ModelDesk {
  public:
    // Reads SOSIA_PRICES (a file that adds to the price table, where an order names none) and SOSIA_MODEL_CACHE (off:
    // answers are neither kept nor taken; replay: nothing is asked that is not kept). The clock outlives the desk, the
    // desk its models.
    ModelDesk(const Clock& clock, llm::Environment environment)
        : clock_(clock), environment_(std::move(environment)), traffic_(clock) {}

    struct Order {
        llm::ModelChoice choice;
        llm::MeterRole role = llm::MeterRole::other;
        bool cached = true;      // false for the agent under test, which is to be asked every time
        bool replay = false;     // nothing is asked that is not kept
        std::string prices;      // file that adds to the price table, "" none
        std::string store_path;  // the cache lies beside it
        llm::Budget* budget = nullptr;
    };
    // Metered, cached, with its share of the lanes. `http` outlives the model.
    Result<std::shared_ptr<llm::ChatModel>> make(const Order& order, net::HttpClient& http);
    // Cached too; not metered: it says itself what it cost.
    Result<std::unique_ptr<llm::TextEmbedder>> make_embedder(const Order& order, net::HttpClient& http);

    const llm::Meter& meter() const { return meter_; }

  private:
    Result<const llm::PriceTable*> prices_of(const Order& order);
    Result<llm::ModelParts> parts_of(const Order& order, net::HttpClient& http);
    Result<StoredAnswers*> answers_beside(const std::string& store_path);

    const Clock& clock_;
    llm::Environment environment_;
    llm::Traffic traffic_;
    llm::Meter meter_;
    std::map<std::string, std::unique_ptr<llm::PriceTable>> prices_;  // by file
    std::map<std::string, std::unique_ptr<StoredAnswers>> answers_;   // by store
};

}  // namespace sosia::cli
