// Transcripts that Sosia did not run, as a suite of their own: what `import` and `judge` score.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/redact.h"
#include "analysis/transcripts.h"
#include "cli/context.h"
#include "user/reader.h"

namespace sosia::cli {

// "auto", "json", "csv" or "otlp".
analysis::TranscriptFormat format_of(const std::string& name);

// Who talks in production is not known: one persona, who knows whatever an agent may ask for, and one adversary stand
// for everybody, one scenario per label.
void add_production_parts(const std::vector<analysis::ImportedConversation>& all, Suite& suite);

// As a finished conversation that passed so far. `redact` null keeps the texts as they are.
Conversation record_of(const analysis::ImportedConversation& in, int repetition, std::uint64_t seed,
                       analysis::Redactor* redact);

// Notes what the user told by when, for the checks that ask (analysis/told.h). Reads the texts as they came.
void note_told(const analysis::ImportedConversation& in, const user::Reader& reader, Conversation& conversation);

// The parts of a conversation of add_production_parts' suite.
CellParts parts_of_production(const Suite& suite, const Conversation& conversation);

// Stores finished conversations as a run of their own; its id.
Result<std::string> store_imported(const Context& context, const Suite& suite,
                                   const std::vector<Conversation>& conversations,
                                   const std::string& agent = "imported");

}  // namespace sosia::cli
