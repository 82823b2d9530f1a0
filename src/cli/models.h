// The models of one run: who words the users, who judges, and by which prompts.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>
#include <string>

#include "cli/context.h"
#include "execution/run.h"
#include "judge/calibration_file.h"

namespace sosia::cli {

// Null pointers where the suite has the built-in engine. Outlives the run.
struct Models {
    std::unique_ptr<prompt::Book> book;
    std::unique_ptr<user::Guards> guards;
    std::vector<std::unique_ptr<simulation::Voice>> voices;
    std::vector<std::unique_ptr<simulation::ModelReader>> readers;
    std::map<std::string, execution::Player> players;  // by Cell::user: "" where the suite has one
    std::unique_ptr<judge::Judge> judge;
    judge::StandingReport standing;
};

// What models are asked through.
struct ModelLine {
    boost::asio::any_io_executor executor;
    net::HttpClient& http;
    bool replay = false;  // never ask: what was not asked before fails
};

// Nothing is made, and nothing can fail, for a suite without models.
Result<Models> make_models(const Context& context, const Suite& suite, const user::Engine& engine,
                           const ModelLine& line);

// The model of `engine`, in the role of "user", "reader", "judge" or "generator".
Result<std::shared_ptr<llm::ChatModel>> make_model(const Context& context, const Suite& suite, const EngineSpec& engine,
                                                   const std::string& role, const ModelLine& line);

// What makes vectors of texts, by the model of this name. Usage errors as make_model.
Result<std::unique_ptr<llm::TextEmbedder>> make_embedder(const Context& context, const Suite& suite,
                                                         const std::string& model, const ModelLine& line);

// Says which of the judge's criteria do not count, and why.
void report_standing(const Context& context, const Models& models);

// Whether a model plays or reads for any user, or judges.
bool asks_models(const Suite& suite);

// What pins models beside their keys in the suite: the prompts they get and the rubrics they rate by. Nothing for a
// suite without models.
std::map<std::string, std::string> model_pins(const Suite& suite);

}  // namespace sosia::cli
