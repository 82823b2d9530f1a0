#include "cli/model_desk.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <utility>

namespace sosia::cli {

Result<void> ModelDesk::open_prices() {
    if (prices_ != nullptr) {
        return {};
    }
    llm::PriceTable table = llm::PriceTable::built_in();
    const std::string path = environment_("SOSIA_PRICES").value_or("");
    if (!path.empty()) {
        std::ifstream file(path, std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        if (!file) {
            return fail(ErrorKind::usage, fmt::format("cannot read {}, which SOSIA_PRICES names", path));
        }
        Result<llm::PriceTable> own = table.with(text.str(), path);
        if (!own) {
            return std::unexpected(own.error());
        }
        table = std::move(*own);
    }
    prices_ = std::make_unique<llm::PriceTable>(std::move(table));
    return {};
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

Result<std::shared_ptr<llm::ChatModel>> ModelDesk::make(const Order& order, net::HttpClient& http) {
    if (const Result<void> prices = open_prices(); !prices) {
        return std::unexpected(prices.error());
    }
    const std::string mode = environment_("SOSIA_MODEL_CACHE").value_or("");
    if (!mode.empty() && mode != "off" && mode != "replay") {
        return fail(ErrorKind::usage, fmt::format("SOSIA_MODEL_CACHE is \"{}\"; expected off or replay", mode));
    }
    llm::ModelParts parts{.http = http,
                          .clock = clock_,
                          .environment = environment_,
                          .prices = prices_.get(),
                          .replay_only = order.cached && mode == "replay",
                          .traffic = &traffic_};
    if (order.cached && mode != "off") {
        const Result<StoredAnswers*> answers = answers_beside(order.store_path);
        if (!answers) {
            return std::unexpected(answers.error());
        }
        parts.cache = *answers;
    }
    Result<std::shared_ptr<llm::ChatModel>> model = llm::make_model(order.choice, parts);
    if (!model) {
        return std::unexpected(model.error());
    }
    return llm::metered(std::move(*model), order.role, meter_, order.budget, *prices_);
}

}  // namespace sosia::cli
