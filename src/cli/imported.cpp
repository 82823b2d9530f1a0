#include "cli/imported.h"

#include <map>

#include "analysis/summary.h"
#include "analysis/told.h"
#include "base/hash.h"
#include "cli/rehearsal.h"
#include "cli/turn_signs.h"
#include "report/files.h"

namespace sosia::cli {

analysis::TranscriptFormat format_of(const std::string& name) {
    return name == "json"   ? analysis::TranscriptFormat::json
           : name == "csv"  ? analysis::TranscriptFormat::csv
           : name == "otlp" ? analysis::TranscriptFormat::otlp
                            : analysis::TranscriptFormat::automatic;
}

void add_production_parts(const std::vector<analysis::ImportedConversation>& all, Suite& suite) {
    suite.personas = {Persona{.id = "production"}};
    for (const std::string_view fact : analysis::askable_facts()) {
        suite.personas.front().facts.push_back(Fact{.name = std::string(fact)});
    }
    suite.adversaries = {Adversary{.id = "production"}};
    suite.scenarios.clear();
    suite.name = "production";
    std::map<std::string, bool> labels;
    for (const analysis::ImportedConversation& c : all) {
        labels[c.label.empty() ? "production" : c.label] = true;
    }
    for (const auto& [label, known] : labels) {
        suite.scenarios.push_back(Scenario{.id = label, .category = label});
    }
}

Conversation record_of(const analysis::ImportedConversation& in, int repetition, std::uint64_t seed,
                       analysis::Redactor* redact) {
    constexpr int id_digits = 12;
    Conversation out{.id = hex(hash64(in.id, seed), id_digits),
                     .cell = {"production", in.label.empty() ? "production" : in.label, "", "production", repetition},
                     .outcome = Outcome::passed,
                     .ended = Ending::agent_ended,
                     .turns = in.turns};
    for (Turn& turn : out.turns) {
        turn.text = redact == nullptr ? turn.text : (*redact)(turn.text);
        (turn.role == Role::user ? out.metrics.user_turns : out.metrics.agent_turns) += 1;
        out.metrics.tool_calls += static_cast<int>(turn.tools.size());
    }
    out.ended = out.turns.back().role == Role::user ? Ending::user_satisfied : Ending::turn_limit;
    return out;
}

void note_told(const analysis::ImportedConversation& in, const user::Reader& reader, Conversation& conversation) {
    const Conversation as_it_came{.turns = in.turns};
    const std::vector<analysis::TurnSigns> signs = signs_of(as_it_came, reader);
    analysis::note_told(conversation, signs);
}

CellParts parts_of_production(const Suite& suite, const Conversation& conversation) {
    const Scenario* scenario = suite.scenario(conversation.cell.scenario);
    return {&suite.personas.front(), scenario, &scenario->happy, &suite.adversaries.front()};
}

Result<std::string> store_imported(const Context& context, const Suite& suite,
                                   const std::vector<Conversation>& conversations, const std::string& agent) {
    Result<storage::Store> store = storage::open_sqlite(context.store_path, storage::Access::read_write);
    if (!store) {
        return std::unexpected(store.error());
    }
    const Clock& clock = *context.process.clock;
    Rehearsal r{.suite = suite};
    name_run(clock, r);
    storage::RunInfo info = run_info(r);
    info.planned = conversations.size();
    analysis::SummaryBuilder summary(suite, info.planned);
    storage::RunStore::Batch batch;
    for (std::size_t i = 0; i < conversations.size(); ++i) {
        summary.add(conversations[i], i);
        batch.finished.push_back(execution::finished_entry(conversations[i], i));
    }
    Result<void> done = store->write->create_run(info);
    if (done) {
        done = store->write->write(r.run_id, batch);
    }
    if (done) {
        const report::RunMeta meta{.id = r.run_id, .suite = suite.name, .agent = agent, .started_ms = r.started_ms};
        info.finished_ms = clock.unix_ms();
        info.state = storage::RunState::finished;
        info.summary = report::run_json(meta, summary.finish(""), suite);
        done = store->write->update_run(info);
    }
    return done ? Result<std::string>(r.run_id) : std::unexpected(done.error());
}

}  // namespace sosia::cli
