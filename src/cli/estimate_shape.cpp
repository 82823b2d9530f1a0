#include "cli/estimate_shape.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "domain/record_json.h"

namespace sosia::cli {
namespace {

constexpr double bytes_per_token = 4;
constexpr std::uint64_t enough = 500;  // conversations
constexpr std::uint64_t fewest = 5;

struct Seen {
    std::uint64_t conversations = 0;
    double user_turns = 0;
    double squares = 0;
    double answers = 0;
    double answer_bytes = 0;

    void add(const Conversation& c) {
        ++conversations;
        const auto turns = static_cast<double>(c.metrics.user_turns);
        user_turns += turns;
        squares += turns * turns;
        for (const Turn& turn : c.turns) {
            if (turn.role == Role::agent) {
                answers += 1;
                answer_bytes += static_cast<double>(turn.text.size());
            }
        }
    }
};

Seen seen_in(storage::RunReader& reader, const std::string& run) {
    Seen seen;
    const Result<void> ignored = reader.records(run, [&](std::string_view record) {
        boost::system::error_code error;
        const boost::json::value value =
            boost::json::parse(boost::json::string_view(record.data(), record.size()), error);
        const Result<Conversation> c = error ? fail(ErrorKind::malformed, "") : conversation_from_json(value);
        if (c && c->outcome != Outcome::invalid) {
            seen.add(*c);
        }
        return seen.conversations < enough;
    });
    return seen;
}

Shape shape_of(const Seen& seen, const std::string& run) {
    const auto n = static_cast<double>(seen.conversations);
    const double mean = seen.user_turns / n;
    const double deviation = std::sqrt(std::max(0.0, seen.squares / n - mean * mean));
    const double off = std::max(0.1 * mean, 2 * deviation / std::sqrt(n));  // the next run is no copy of the last
    const double tokens = std::max(1.0, seen.answer_bytes / std::max(1.0, seen.answers) / bytes_per_token);
    return {.turns_low = std::max(1.0, mean - off),
            .turns = mean,
            .turns_high = mean + off,
            .agent_tokens_low = 0.8 * tokens,
            .agent_tokens = tokens,
            .agent_tokens_high = 1.25 * tokens,
            .agent_answers_a_turn = seen.answers / std::max(1.0, seen.user_turns),
            .basis = fmt::format("turns and lengths of {} conversations of run {}", seen.conversations, run)};
}

}  // namespace

Shape assumed_shape() {
    return {.basis =
                "turns of stand-in conversations with an agent that asks for what it lacks and then helps, its "
                "answers taken to be 20 to 120 tokens; a run in the store makes this better"};
}

Shape measured_shape(storage::RunReader& reader, const Suite& suite) {
    const Result<std::vector<storage::RunInfo>> runs = reader.runs();
    if (!runs) {
        return assumed_shape();
    }
    for (const storage::RunInfo& run : *runs) {
        if (run.suite != suite.name || run.state == storage::RunState::running) {
            continue;
        }
        if (const Seen seen = seen_in(reader, run.id); seen.conversations >= fewest) {
            return shape_of(seen, run.id);
        }
    }
    return assumed_shape();
}

}  // namespace sosia::cli
