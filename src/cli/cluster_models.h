// What models add to clusters: vectors of the failures' texts, and a second opinion on cause and change.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "analysis/clusters.h"
#include "cli/context.h"
#include "judge/advice.h"
#include "llm/text_embedder.h"

namespace sosia::cli {

struct Embedded {
    std::map<std::string, std::vector<float>> vectors;  // by text
    std::size_t asked = 0;                              // different texts that were sent
    std::size_t kept = 0;                               // whose vectors were paid for before
    std::int64_t tokens = 0;
    std::optional<double> cost_usd;  // nothing where no price is known
};

// `suite` says how the model is reached (`models:`) and what it costs.
Result<Embedded> embed_failures(const Context& context, const Suite& suite, const std::string& model,
                                const std::vector<analysis::Failure>& failures);

struct Advice {
    std::vector<judge::Advised> advised;  // one per cluster; shorter where the model could not be reached any more
    ModelUse use;
};

// Asks about each of `clusters`, with their representatives out of `run`.
Result<Advice> advise_clusters(const Context& context, const Suite& suite, const std::string& model,
                               storage::RunReader& reader, const std::string& run,
                               std::span<const analysis::Cluster> clusters);

}  // namespace sosia::cli
