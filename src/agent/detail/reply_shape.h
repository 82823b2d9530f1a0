// `reply:` as users write it, as pointers.
#pragma once
#include "agent/detail/args.h"
#include "agent/detail/reply_reader.h"

namespace sosia::agent::detail {

// `reply: /a/b`, or `reply: {message: /a, tools: /t, ended: /e, metadata: /m}`.
ReplyShape reply_shape(Args& args);

}  // namespace sosia::agent::detail
