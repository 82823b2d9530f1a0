// Strings with {{placeholders}}, filled from a turn's request.
#pragma once
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/agent.h"
#include "base/error.h"

namespace sosia::agent::detail {

// What {{...}} can name.
enum class Slot { last, conversation, turn, messages, context, traceparent };

struct Placeholder {
    Slot slot = Slot::last;
    std::vector<std::string> path;  // below `context`
};

// A string cut at its placeholders.
class TextTemplate {
  public:
    // Unknown placeholders are usage errors. `key` names the place in messages ("agent.request").
    static Result<TextTemplate> parse(std::string_view text, std::string_view key);

    enum class Escape { none, url };
    std::string render(const Request& request, Escape escape = Escape::none) const;
    bool constant() const;
    bool mentions(Slot slot) const;
    // The only part, when the text is exactly one placeholder: it is then replaced by the JSON value itself.
    const Placeholder* single() const;

  private:
    std::vector<std::variant<std::string, Placeholder>> parts_;
};

// The JSON value a placeholder stands for; null for a context path that leads nowhere.
void append_slot_value(std::string& out, const Placeholder& placeholder, const Request& request);
void append_messages(std::string& out, const Request& request);

}  // namespace sosia::agent::detail
