// Personal data in a conversation replaced by made-up values of the same form, so that the conversation can still be
// held. Unlike placeholders ("[email]") an agent can take them for real.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/conversation.h"

namespace sosia::analysis {

// The value that stands in for a kind of personal data ("email", "phone", "card", "iban", "ip", "key", "name",
// "address", "date_of_birth"); "" for a kind that has none. Addresses and numbers are from ranges kept for examples.
std::string_view stand_in(std::string_view kind);

struct Cleaned {
    Conversation conversation;
    std::vector<std::string> replaced;  // kinds, each once, sorted
};

// Redacts every turn (redact.h), writes stand-ins for what was taken out here or on import, and takes out the names
// people introduce themselves with. `known` values are left alone: the suite's own files hold them already.
Cleaned without_personal_data(const Conversation& conversation, std::span<const std::string> known);

}  // namespace sosia::analysis
