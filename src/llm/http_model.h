// A model behind HTTP: limits, attempts, what each failure means, time and money. What is written and read is the
// wire's.
#pragma once
#include <memory>
#include <string>

#include "llm/make_model.h"
#include "llm/traffic.h"
#include "llm/wire.h"

namespace sosia::llm {

struct HttpModelSetup {
    Traits traits;
    std::string secret;  // the key: cut out of everything that is said
    Sampling defaults;
    std::chrono::milliseconds timeout{60'000};
    int retries = 4;
    std::uint64_t max_answer_bytes = 8U << 20U;
    std::string priced_as;  // "provider/" for answers that name their model themselves; empty: by the traits' name
};

std::shared_ptr<ChatModel> make_http_model(HttpModelSetup setup, std::unique_ptr<Wire> wire, std::shared_ptr<Lane> lane,
                                           const ModelParts& parts);

// `text` without the secret, also where only its beginning is left.
std::string without_secret(std::string text, std::string_view secret);

}  // namespace sosia::llm
