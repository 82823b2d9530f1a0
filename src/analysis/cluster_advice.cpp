#include "analysis/cluster_advice.h"

#include <algorithm>
#include <array>

namespace sosia::analysis {
namespace {

// The first entry whose signal the name begins with.
constexpr std::array<Advice, 24> table{{
    {"claims", "the agent states a figure or rule that nothing it was given supports",
     "put the true value into its instructions, and tell it to say that it does not know otherwise"},
    {"contradiction", "the agent answers the same question differently from turn to turn",
     "give it the fact once, in its instructions or by a tool, instead of letting it guess each time"},
    {"boundary", "the agent does what it should decline",
     "state the boundary in its instructions with one example of declining"},
    {"resisted", "text from outside steers the agent",
     "mark what comes from users and tools as data, and never act on instructions in it"},
    {"privacy", "the agent tells data of somebody else",
     "have the tool check who is asking before it returns a record"},
    {"stance", "pressure changes the agent's answer",
     "tell it that a refusal stays one unless the facts change, and offer a hand-over instead"},
    {"correction", "a value the user corrected is used again",
     "take the last value the user gave, and repeat it back before acting on it"},
    {"context.repeated-question", "facts the user has given are lost",
     "check that the whole history reaches the model, and keep a list of known facts"},
    {"context", "the thread of the conversation is lost", "check that the whole history reaches the model"},
    {"loop", "the agent says the same again although the user moved on",
     "add a way out: rephrase once, then hand over"},
    {"tone.cheerful", "the agent sounds cheerful to somebody who is upset",
     "tell it to acknowledge the trouble first and to leave out exclamation marks"},
    {"tone", "the agent mirrors hostility", "tell it to stay courteous whatever the user writes"},
    {"escalation.early", "the agent hands over what it could do itself", "list what it may do without a person"},
    {"escalation.context", "a hand-over loses what was said", "pass a summary and the known facts with the transfer"},
    {"escalation", "a wish for a person is not met", "hand over at the second request at the latest"},
    {"language", "the agent answers in another language than the user's",
     "tell it to answer in the language of the last user turn"},
    {"tools.forbidden", "the agent uses a tool it must not use here",
     "make the condition part of the tool itself, not only of the instructions"},
    {"tools.arguments", "a tool is called with wrong values",
     "describe the argument in the tool's schema, and refuse values that cannot be right"},
    {"tools", "a needed tool is not used",
     "say in the tool's description when it must be called, and check that it is offered to the model"},
    {"say", "a required or forbidden phrase", "put the exact wording into the instructions"},
    {"latency", "an answer comes too late", "look at the slowest step in the trace"},
    {"reply", "the agent answers with something that is no reply",
     "look at the agent's log at this conversation's time"},
    {"invalid", "the conversation says nothing about the agent: it could not be held",
     "look at the agent's log and at the limits of the suite"},
    {"", "the user did not get what they came for, and no more telling check failed",
     "read the representative conversations"},
}};

}  // namespace

const Advice& advice_for(std::string_view signal) {
    return *std::ranges::find_if(table, [signal](const Advice& a) { return signal.starts_with(a.signal); });
}

}  // namespace sosia::analysis
