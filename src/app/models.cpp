#include "app/models.h"

#include <filesystem>
#include <utility>

#include "llm/choice.h"

namespace sosia::app {
namespace {

std::string in_folder(const std::string& folder, const std::string& file) {
    return file.empty() ? file : (std::filesystem::path(folder) / file).string();
}

llm::MeterRole role_of(const std::string& role) {
    if (role == "user") {
        return llm::MeterRole::user;
    }
    return role == "judge" ? llm::MeterRole::judge : llm::MeterRole::other;
}

}  // namespace

Result<cli::ModelDesk::Order> order_of(const cli::ModelSetup& setup) {
    Result<llm::ModelChoice> read = llm::choice_of(setup.name, setup.params);
    if (!read) {
        return std::unexpected(read.error());
    }
    llm::ModelChoice choice = *std::move(read);
    const ModelSpec& spec = setup.spec;
    choice.base_url = spec.url.empty() ? choice.base_url : spec.url;
    choice.key_env = spec.key_env.empty() ? choice.key_env : spec.key_env;
    choice.key_file = in_folder(setup.directory, spec.key_file.empty() ? choice.key_file : spec.key_file);
    choice.requests_per_minute = spec.requests_per_minute > 0 ? spec.requests_per_minute : choice.requests_per_minute;
    choice.tokens_per_minute = spec.tokens_per_minute > 0 ? spec.tokens_per_minute : choice.tokens_per_minute;
    choice.max_concurrency = spec.concurrency > 0 ? spec.concurrency : choice.max_concurrency;
    choice.timeout = spec.timeout_ms > 0 ? std::chrono::milliseconds(spec.timeout_ms) : choice.timeout;
    return cli::ModelDesk::Order{.choice = std::move(choice),
                                 .role = role_of(setup.role),
                                 .replay = setup.replay,
                                 .prices = in_folder(setup.directory, setup.prices),
                                 .store_path = setup.store_path};
}

cli::ModelDesk::Order order_of(const agent::WantedModel& wanted) {
    // A key of the environment belongs to the provider and is sent to nobody else.
    const bool elsewhere = wanted.key.empty() && !wanted.base_url.empty();
    return {.choice = {.name = wanted.name,
                       .base_url = wanted.base_url,
                       .key = elsewhere ? "none" : wanted.key,
                       .timeout = wanted.timeout,
                       .retries = wanted.retries,
                       .max_answer_bytes = wanted.most_answer_bytes,
                       .parameters = wanted.parameters},
            .role = llm::MeterRole::agent,
            .cached = false};
}

}  // namespace sosia::app
