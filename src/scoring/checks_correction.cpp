// Does the agent use the value that the user corrected?
#include <algorithm>

#include "base/text.h"
#include "scoring/checks.h"

namespace sosia::scoring {
namespace {

class Corrected {
  public:
    Corrected(const Transcript& t, const Correction& correction) : t_(t), c_(correction) {}

    bool made_in(const Turn& user) const {
        return std::ranges::find(user.mind.corrected, c_.fact) != user.mind.corrected.end();
    }

    // What the agent turn does with the wrong value; nothing when it does not use it.
    void add_findings(const AgentTurn& a, std::vector<Finding>& found) const {
        for (const ToolCall& tool : a.turn->tools) {
            const std::string arguments = tool.arguments ? flatten(*tool.arguments) : "";
            if (stands(c_.wrong, arguments) && !stands(c_.right, arguments)) {
                found.push_back({a.turn->n,
                                 "called " + tool.name + " with " + c_.wrong.text() + "; the user had corrected " +
                                     c_.fact + " to " + c_.right.text(),
                                 quote_of(a.turn->text)});
            }
        }
        const std::size_t at = c_.wrong.in(a.turn->text, t_.file.reader, t_.file.language);
        if (at == std::string_view::npos || stands(c_.right, a.turn->text)) {
            return;
        }
        const std::string_view sentence = sentence_at(a.turn->text, at);
        if (!t_.file.phrases.hears(Say::set_aside, plain(sentence))) {
            found.push_back(
                {a.turn->n,
                 "says " + c_.wrong.text() + "; the user had corrected " + c_.fact + " to " + c_.right.text(),
                 quote_of(sentence), !c_.wrong_on_record});
        }
    }

  private:
    bool stands(const Wanted& value, std::string_view text) const {
        return value.in(text, t_.file.reader, t_.file.language) != std::string_view::npos;
    }

    const Transcript& t_;
    const Correction& c_;
};

}  // namespace

void check_correction(const Transcript& t, Findings& out) {
    std::vector<Finding> found;
    bool applies = false;
    for (const Correction& correction : t.file.corrections) {
        const Corrected corrected(t, correction);
        bool made = false;
        for (const AgentTurn& a : t.agent) {
            made |= a.user != nullptr && corrected.made_in(*a.user);
            if (made) {
                applies = true;
                corrected.add_findings(a, found);
            }
        }
    }
    if (applies) {
        out.report("correction", found, "correction-failure");
    }
}

}  // namespace sosia::scoring
