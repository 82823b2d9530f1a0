// Results for people: plain text, colour only when asked for.
#pragma once
#include <string>

#include "domain/conversation.h"
#include "report/run_meta.h"

namespace sosia::report {

struct Look {
    bool color = false;
    int width = 100;          // columns
    bool all_slices = false;  // every slice, not only the weakest
};

// Gate verdict first, then what failed, then slices, then time and cost.
std::string summary_text(const RunMeta& meta, const analysis::Summary& summary, const Look& look);

struct TranscriptView {
    bool why = false;  // the user's inner side beside each turn
};

// One conversation with the verdicts beside the turns.
std::string transcript_text(const Conversation& conversation, const Persona* persona, const TranscriptView& view,
                            const Look& look);

// Two conversations with the same user turns, agent answers side by side (sosia replay).
std::string side_by_side_text(const Conversation& before, const Conversation& now, const Look& look);

}  // namespace sosia::report
