// What model calls cost, added up for one conversation.
#pragma once
#include "domain/conversation.h"
#include "llm/chat_model.h"

namespace sosia::prompt {

// An answer from the store of answers costs nothing and counts as a call; a failure counts as one without tokens.
inline void count_call(const llm::ChatResult& answer, ModelUse& use) {
    ++use.calls;
    if (!answer) {
        return;
    }
    if (answer->cached) {
        use.cost_usd = use.cost_usd.value_or(0);
        return;
    }
    use.input_tokens += answer->usage.input;
    use.cached_tokens += answer->usage.cached_input;
    use.output_tokens += answer->usage.output;
    if (answer->cost_usd) {
        use.cost_usd = use.cost_usd.value_or(0) + *answer->cost_usd;
    }
}

// Adds what was used for one conversation, or one attempt at it, to what was used for another.
inline void add_use(const ModelUse& more, ModelUse& use) {
    use.calls += more.calls;
    use.input_tokens += more.input_tokens;
    use.cached_tokens += more.cached_tokens;
    use.output_tokens += more.output_tokens;
    if (more.cost_usd) {
        use.cost_usd = use.cost_usd.value_or(0) + *more.cost_usd;
    }
}

}  // namespace sosia::prompt
