// What `personas generate`, `scenarios generate` and `scenarios vary` share: where from, by which model, for how much,
// and what becomes of the drafts.
#pragma once
#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/drafts.h"
#include "generate/generator.h"

namespace sosia::cli {

struct GenerationFlags {
    std::string suite = ".";
    std::string topic;
    std::string agent_prompt;
    std::vector<std::string> documents;
    std::string model;
    std::string out;  // folder of drafts; "" generated/ beside the suite
    std::string language = "en";
    std::optional<double> budget;
    int calls = 40;
    int per_call = 4;
    double similar = generate::usual_similarity;
    std::uint64_t seed = 1;
    bool replay = false;

    bool has_source() const { return !topic.empty() || !agent_prompt.empty() || !documents.empty(); }
};

void add_source_options(CLI::App& command, GenerationFlags& flags);
void add_model_options(CLI::App& command, GenerationFlags& flags);

// Topic, documents, tools, what there is already. The files are read and bounded here.
Result<generate::Order> order_from(const Context& context, const GenerationFlags& flags, const Suite& suite,
                                   generate::Order::What what);

// "topic: refunds for a shoe shop", "documents: a.md, b.md", "agent prompt: prompt.txt", joined.
std::string source_of(const GenerationFlags& flags);

std::string draft_folder(const GenerationFlags& flags, const Suite& suite);

// Asks the model, writes the drafts, and prints what there is now, what is missing, and what it cost. The exit code.
int generate_with_model(const Context& context, const GenerationFlags& flags, const Suite& suite,
                        const generate::Order& order, const std::string& from, const std::vector<spec::Axis>& axes);

// Writes drafts that are there already; prints the same.
int keep_drafts(const Context& context, const GenerationFlags& flags, const Suite& suite,
                std::vector<generate::Draft> drafts, const generate::Provenance& provenance,
                const std::vector<spec::Axis>& axes);

}  // namespace sosia::cli
