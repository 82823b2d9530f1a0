#include "cli/model_desk.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <utility>

namespace sosia::cli {

Result<llm::PriceTable> price_table(std::string path, const llm::Environment& environment) {
    path = path.empty() ? environment("SOSIA_PRICES").value_or("") : std::move(path);
    if (path.empty()) {
        return llm::PriceTable::built_in();
    }
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) {
        return fail(ErrorKind::usage, fmt::format("cannot read the prices of models in {}", path),
                    "\"prices\" in the suite or SOSIA_PRICES names the file");
    }
    return llm::PriceTable::built_in().with(text.str(), path);
}

Result<const llm::PriceTable*> ModelDesk::prices_of(const Order& order) {
    std::unique_ptr<llm::PriceTable>& table = prices_[order.prices];
    if (table == nullptr) {
        Result<llm::PriceTable> own = price_table(order.prices, environment_);
        if (!own) {
            return std::unexpected(own.error());
        }
        table = std::make_unique<llm::PriceTable>(std::move(*own));
    }
    return table.get();
}

Result<StoredAnswers*> ModelDesk::answers_beside(const std::string& store_path) {
    std::unique_ptr<StoredAnswers>& answers = answers_[storage::answer_file_of(store_path)];
    if (answers == nullptr) {
        Result<std::unique_ptr<StoredAnswers>> opened = StoredAnswers::open(store_path, clock_);
        if (!opened) {
            return std::unexpected(opened.error());
        }
        answers = std::move(*opened);
    }
    return answers.get();
}

Result<llm::ModelParts> ModelDesk::parts_of(const Order& order, net::HttpClient& http) {
    const Result<const llm::PriceTable*> prices = prices_of(order);
    if (!prices) {
        return std::unexpected(prices.error());
    }
    const std::string mode = environment_("SOSIA_MODEL_CACHE").value_or("");
    if (!mode.empty() && mode != "off" && mode != "replay") {
        return fail(ErrorKind::usage, fmt::format("SOSIA_MODEL_CACHE is \"{}\"; expected off or replay", mode));
    }
    llm::ModelParts parts{.http = http,
                          .clock = clock_,
                          .environment = environment_,
                          .prices = *prices,
                          .replay_only = order.cached && (order.replay || mode == "replay"),
                          .traffic = &traffic_};
    if (order.cached && mode != "off") {
        const Result<StoredAnswers*> answers = answers_beside(order.store_path);
        if (!answers) {
            return std::unexpected(answers.error());
        }
        parts.cache = *answers;
    }
    return parts;
}

Result<std::shared_ptr<llm::ChatModel>> ModelDesk::make(const Order& order, net::HttpClient& http) {
    const Result<llm::ModelParts> parts = parts_of(order, http);
    if (!parts) {
        return std::unexpected(parts.error());
    }
    Result<std::shared_ptr<llm::ChatModel>> model = llm::make_model(order.choice, *parts);
    if (!model) {
        return std::unexpected(model.error());
    }
    return llm::metered(std::move(*model), order.role, meter_, order.budget, *parts->prices);
}

Result<std::unique_ptr<llm::TextEmbedder>> ModelDesk::make_embedder(const Order& order, net::HttpClient& http) {
    const Result<llm::ModelParts> parts = parts_of(order, http);
    return parts ? llm::make_text_embedder(order.choice, *parts) : std::unexpected(parts.error());
}

}  // namespace sosia::cli
