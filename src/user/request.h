// What an agent message wants from the user. The last unanswered one stays in the user's mind through asides.
#pragma once
#include <string>
#include <vector>

namespace sosia::user {

struct Request {
    std::vector<std::string> facts;  // facts of the ledger, in the order asked for
    std::string choice;              // the option this user picks, as the agent wrote it; "" where there is no choice
    bool go_ahead = false;           // waits for a yes to something the user may want
    bool other_matter = false;       // the yes would be to something the user did not come for

    bool empty() const { return facts.empty() && choice.empty() && !go_ahead && !other_matter; }
};

}  // namespace sosia::user
