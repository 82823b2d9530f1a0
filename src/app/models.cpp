#include "app/models.h"

#include <filesystem>

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

cli::ModelDesk::Order order_of(const cli::ModelSetup& setup) {
    return {.choice = {.name = setup.name,
                       .base_url = setup.spec.url,
                       .key_env = setup.spec.key_env,
                       .key_file = in_folder(setup.directory, setup.spec.key_file),
                       .requests_per_minute = setup.spec.requests_per_minute,
                       .tokens_per_minute = setup.spec.tokens_per_minute,
                       .max_concurrency = setup.spec.concurrency,
                       .timeout = std::chrono::milliseconds(setup.spec.timeout_ms),
                       .parameters = setup.params},
            .role = role_of(setup.role),
            .replay = setup.replay,
            .prices = in_folder(setup.directory, setup.prices),
            .store_path = setup.store_path};
}

cli::ModelDesk::Order order_of(const agent::WantedModel& wanted) {
    return {.choice = {.name = wanted.name,
                       .base_url = wanted.base_url,
                       .key = wanted.key,
                       .timeout = wanted.timeout,
                       .retries = wanted.retries,
                       .max_answer_bytes = wanted.most_answer_bytes,
                       .parameters = wanted.parameters},
            .role = llm::MeterRole::agent,
            .cached = false};
}

}  // namespace sosia::app
