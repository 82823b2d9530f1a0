// Finding what was stored: conversations and the suite they belong to.
#pragma once
#include "cli/context.h"
#include "domain/conversation.h"

namespace sosia::cli {

struct StoredConversation {
    std::string run;
    std::string record;  // the JSON line
    Conversation conversation;
};

// Prints why not.
std::optional<StoredConversation> find_conversation(const Context& context, const std::string& id,
                                                    const std::string& run);

// The suite a run was made from, as it is on disk now; nothing (and no message) when it is gone or broken.
std::optional<Suite> suite_of_run(const Context& context, const storage::RunInfo& run);

}  // namespace sosia::cli
