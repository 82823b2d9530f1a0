#include "simulation/heard.h"

#include <utility>

#include "user/model_reading.h"

namespace sosia::simulation {
namespace asio = boost::asio;

asio::awaitable<bool> read_newest_turn(Talk& talk) {
    const ModelReader* reader = talk.around.reader;
    if (reader == nullptr || talk.record.turns.back().reading) {
        co_return true;
    }
    const user::Engine::Shared& shared = talk.around.engine.shared(talk.setup.parts);
    const std::string text = talk.record.turns.back().text;
    const user::Reading rules =
        talk.around.engine.reader().read(text, shared.facts, talk.setup.parts.persona->language);
    user::ReadingTask task = user::reading_task(text, rules, user::fact_queries(shared.ledger));
    if (task.sentences.empty()) {
        co_return true;
    }
    ModelReader::Answer answer = co_await reader->read(std::move(task), talk.setup.seed, talk.record.reader_model);
    if (!answer) {
        end(talk, answer.error().ending, answer.error().error);
        co_return false;
    }
    answer->rules = user::act_names(rules);
    talk.record.turns.back().reading = std::move(*answer);
    co_return true;
}

}  // namespace sosia::simulation
