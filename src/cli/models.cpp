#include "cli/models.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/outcomes.h"

namespace sosia::cli {
namespace {

Result<void> add_guards(const user::Engine& engine, Models& models) {
    Result<user::Guards> guards = user::Guards::create(engine.reader());
    if (!guards) {
        return std::unexpected(guards.error());
    }
    models.guards = std::make_unique<user::Guards>(std::move(*guards));
    return {};
}

Result<const simulation::Voice*> add_voice(const Context& context, const Suite& suite, const UserSpec& user,
                                           const ModelLine& line, Models& models) {
    Result<std::shared_ptr<llm::ChatModel>> model = make_model(context, suite, user, "user", line);
    if (!model) {
        return std::unexpected(model.error());
    }
    models.voices.push_back(std::make_unique<simulation::Voice>(std::move(*model), *models.book, *models.guards, user));
    return models.voices.back().get();
}

Result<const simulation::ModelReader*> add_reader(const Context& context, const Suite& suite, const UserSpec& user,
                                                  const ModelLine& line, Models& models) {
    EngineSpec reader;
    reader.model = user.reader;
    Result<std::shared_ptr<llm::ChatModel>> model = make_model(context, suite, reader, "reader", line);
    if (!model) {
        return std::unexpected(model.error());
    }
    models.readers.push_back(
        std::make_unique<simulation::ModelReader>(std::move(*model), *models.book, user.reader_retries));
    return models.readers.back().get();
}

Result<void> add_player(const Context& context, const Suite& suite, const UserSpec& user, const ModelLine& line,
                        Models& models) {
    execution::Player player;
    if (!user.model.empty()) {
        const auto voice = add_voice(context, suite, user, line, models);
        if (!voice) {
            return std::unexpected(voice.error());
        }
        player.voice = *voice;
    }
    if (!user.reader.empty()) {
        const auto reader = add_reader(context, suite, user, line, models);
        if (!reader) {
            return std::unexpected(reader.error());
        }
        player.reader = *reader;
    }
    models.players[suite.has_several_users() ? user.name : std::string()] = player;
    return {};
}

Result<judge::Calibration> read_calibration(const Suite& suite) {
    const std::filesystem::path path = std::filesystem::path(suite.directory) / suite.judge.calibration;
    const Result<std::string> text = read_text_file(path.string());
    return text ? judge::calibration_from_text(*text) : std::unexpected(text.error());
}

Result<void> add_judge(const Context& context, const Suite& suite, const ModelLine& line, Models& models) {
    Result<std::shared_ptr<llm::ChatModel>> model = make_model(context, suite, suite.judge, "judge", line);
    if (!model) {
        return std::unexpected(model.error());
    }
    Result<std::unique_ptr<judge::Judge>> made = judge::Judge::create(suite, std::move(*model), *models.book);
    if (!made) {
        return std::unexpected(made.error());
    }
    models.judge = std::move(*made);
    std::optional<judge::Calibration> calibration;
    if (!suite.judge.calibration.empty()) {
        Result<judge::Calibration> read = read_calibration(suite);
        if (!read) {
            return std::unexpected(read.error());
        }
        calibration = std::move(*read);
    }
    models.standing = judge::standing_of(suite, *models.judge, calibration ? &*calibration : nullptr);
    return {};
}

ModelSetup setup_of(const Context& context, const Suite& suite, const EngineSpec& engine, const std::string& role,
                    const ModelLine& line) {
    const auto spec = suite.models.find(engine.model);
    return {.name = engine.model,
            .role = role,
            .params = engine.params,
            .spec = spec == suite.models.end() ? ModelSpec{} : spec->second,
            .prices = suite.prices,
            .directory = suite.directory,
            .replay = line.replay,
            .executor = line.executor,
            .http = &line.http,
            .clock = context.process.clock,
            .environment = context.process.environment,
            .store_path = context.store_path};
}

}  // namespace

Result<std::shared_ptr<llm::ChatModel>> make_model(const Context& context, const Suite& suite, const EngineSpec& engine,
                                                   const std::string& role, const ModelLine& line) {
    if (!context.services.make_model) {
        return fail(ErrorKind::usage, fmt::format("the {} is the model {}, but models are not built into this version",
                                                  role, engine.model));
    }
    return context.services.make_model(setup_of(context, suite, engine, role, line));
}

Result<std::unique_ptr<llm::TextEmbedder>> make_embedder(const Context& context, const Suite& suite,
                                                         const std::string& model, const ModelLine& line) {
    if (!context.services.make_embedder) {
        return fail(ErrorKind::usage, "models are not built into this version");
    }
    return context.services.make_embedder(setup_of(context, suite, EngineSpec{.model = model}, "generator", line));
}

Result<Models> make_models(const Context& context, const Suite& suite, const user::Engine& engine,
                           const ModelLine& line) {
    Models models;
    if (!asks_models(suite)) {
        return models;
    }
    Result<prompt::Book> book = prompt::Book::create(suite.prompts);
    if (!book) {
        return std::unexpected(book.error());
    }
    models.book = std::make_unique<prompt::Book>(std::move(*book));
    Result<void> done = add_guards(engine, models);
    for (const UserSpec* user : suite.users()) {
        done = done ? add_player(context, suite, *user, line, models) : done;
    }
    if (done && !suite.judge.model.empty()) {
        done = add_judge(context, suite, line, models);
    }
    if (!done) {
        return std::unexpected(done.error());
    }
    return models;
}

bool asks_models(const Suite& suite) {
    const std::vector<const UserSpec*> users = suite.users();
    return !suite.judge.model.empty() || std::ranges::any_of(users, [](const UserSpec* user) {
        return !user->model.empty() || !user->reader.empty();
    });
}

void report_standing(const Context& context, const Models& models) {
    if (models.judge == nullptr) {
        return;
    }
    for (const auto& [criterion, why] : models.standing.advisory) {
        context.err() << fmt::format("judge {}: {} is shown, but does not count: {}\n", models.judge->model(),
                                     criterion, why);
    }
}

std::map<std::string, std::string> model_pins(const Suite& suite) {
    std::map<std::string, std::string> out;
    if (!asks_models(suite)) {
        return out;
    }
    const Result<prompt::Book> book = prompt::Book::create(suite.prompts);
    if (book && !suite.user.model.empty()) {
        out["user prompts"] = book->hash("user");
    }
    if (book && !suite.user.reader.empty()) {
        out["reader prompts"] = book->hash("reader");
    }
    if (book && !suite.judge.model.empty()) {
        out["judge prompts"] = book->hash("judge");
        if (const auto rubrics = judge::rubrics_of(suite)) {
            for (const judge::Rubric& rubric : *rubrics) {
                out["rubric " + rubric.name] = rubric.version;
            }
        }
    }
    return out;
}

}  // namespace sosia::cli
