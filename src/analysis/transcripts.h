// Conversations from elsewhere: production logs and traces as plain turns.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "domain/conversation.h"

namespace sosia::analysis {

struct ImportedConversation {
    std::string id;     // as the log names it; its line number when it does not
    std::string label;  // intent, category or topic, where the log has one
    std::vector<Turn> turns;
};

struct Imported {
    std::vector<ImportedConversation> conversations;  // in order of first appearance
    std::size_t skipped = 0;                          // entries without a user and an agent turn
};

enum class TranscriptFormat { automatic, json, csv, otlp };

// json: one object a line, or one list. Each holds "messages" (or request.messages, input) with role and content as
//   OpenAI and Anthropic log them (text, or parts; tool calls are kept by name), and may hold the answer apart
//   (response.choices[0].message, response.content, choices, output).
// csv: a header with conversation, role and text (also content or message); rows in order.
// otlp: OTLP/JSON with GenAI attributes (gen_ai.input.messages, gen_ai.output.messages) or OpenInference ones
//   (llm.input_messages.N.message.*); one conversation per gen_ai.conversation.id, session.id or trace.
// Where several entries belong to one conversation the longest is kept (logs repeat the history).
// An entry that is no JSON is ErrorKind::malformed with its line.
Result<Imported> read_transcripts(std::string_view text, TranscriptFormat format);

}  // namespace sosia::analysis
