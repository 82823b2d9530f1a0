#include "app/models.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace sosia::app {
namespace {

std::string in_folder(const std::string& folder, const std::string& file) {
    return file.empty() ? file : (std::filesystem::path(folder) / file).string();
}

Result<std::string> text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(ErrorKind::usage, "cannot read the prices in " + path, "see \"prices\" in the suite");
    }
    return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

Models::Models(const Clock& clock, llm::Environment environment)
    : clock_(clock), environment_(std::move(environment)), traffic_(clock) {}

Result<std::shared_ptr<llm::ChatModel>> Models::make(const cli::ModelSetup& setup) {
    const Result<cli::StoredAnswers*> answers = answers_beside(setup.store_path);
    const Result<const llm::PriceTable*> prices = prices_with(in_folder(setup.directory, setup.prices));
    if (!answers || !prices) {
        return std::unexpected(answers ? prices.error() : answers.error());
    }
    llm::ModelChoice choice{.name = setup.name,
                            .base_url = setup.spec.url,
                            .key_env = setup.spec.key_env,
                            .key_file = in_folder(setup.directory, setup.spec.key_file),
                            .requests_per_minute = setup.spec.requests_per_minute,
                            .tokens_per_minute = setup.spec.tokens_per_minute,
                            .max_concurrency = setup.spec.concurrency,
                            .timeout = std::chrono::milliseconds(setup.spec.timeout_ms),
                            .parameters = setup.params};
    const llm::ModelParts parts{.http = *setup.http,
                                .clock = clock_,
                                .environment = environment_,
                                .prices = *prices,
                                .cache = *answers,
                                .replay_only = setup.replay,
                                .traffic = &traffic_};
    return llm::make_model(choice, parts);
}

Result<std::shared_ptr<llm::ChatModel>> Models::make(const agent::WantedModel& wanted, const agent::Setup& setup) {
    constexpr std::string_view own_key = "SOSIA_KEY_OF_THE_AGENT";  // never read from the environment
    llm::ModelChoice choice{.name = wanted.name,
                            .base_url = wanted.base_url,
                            .key_env = wanted.key.empty() ? std::string{} : std::string(own_key),
                            .timeout = wanted.timeout,
                            .retries = wanted.retries,
                            .max_answer_bytes = wanted.most_answer_bytes,
                            .parameters = wanted.parameters};
    const llm::Environment environment = [own_key, key = wanted.key, outer = environment_](std::string_view name) {
        return name == own_key ? std::optional<std::string>(key) : outer(name);
    };
    const llm::ModelParts parts{.http = *setup.http,
                                .clock = clock_,
                                .environment = environment,
                                .prices = &llm::PriceTable::built_in(),
                                .traffic = &traffic_,
                                .seed = setup.seed};
    return llm::make_model(choice, parts);
}

Result<cli::StoredAnswers*> Models::answers_beside(const std::string& store_path) {
    std::unique_ptr<cli::StoredAnswers>& answers = answers_[store_path];
    if (answers == nullptr) {
        Result<std::unique_ptr<cli::StoredAnswers>> opened = cli::StoredAnswers::open(store_path, clock_);
        if (!opened) {
            return std::unexpected(opened.error());
        }
        answers = *std::move(opened);
    }
    return answers.get();
}

Result<const llm::PriceTable*> Models::prices_with(const std::string& file) {
    if (file.empty()) {
        return &llm::PriceTable::built_in();
    }
    std::unique_ptr<const llm::PriceTable>& table = prices_[file];
    if (table == nullptr) {
        const Result<std::string> text = text_of(file);
        if (!text) {
            return std::unexpected(text.error());
        }
        Result<llm::PriceTable> read = llm::PriceTable::built_in().with(*text, file);
        if (!read) {
            return std::unexpected(read.error());
        }
        table = std::make_unique<const llm::PriceTable>(*std::move(read));
    }
    return table.get();
}

}  // namespace sosia::app
