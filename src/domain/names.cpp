// The spellings of every enumeration, in one place: files, store, reports and CLI all use these.
#include <array>
#include <utility>

#include "domain/adversary.h"
#include "domain/conversation.h"
#include "domain/persona.h"

namespace sosia {
namespace {

template <class E, std::size_t N>
using Names = std::array<std::pair<E, std::string_view>, N>;

template <class E, std::size_t N>
std::string_view name_of(const Names<E, N>& names, E value) {
    for (const auto& [candidate, name] : names) {
        if (candidate == value) {
            return name;
        }
    }
    return "unknown";
}

template <class E, std::size_t N>
std::optional<E> value_of(const Names<E, N>& names, std::string_view text) {
    for (const auto& [value, name] : names) {
        if (name == text) {
            return value;
        }
    }
    return std::nullopt;
}

constexpr Names<Disclosure, 5> disclosures{{{Disclosure::freely, "freely"},
                                            {Disclosure::asked, "asked"},
                                            {Disclosure::second_ask, "second-ask"},
                                            {Disclosure::never, "never"},
                                            {Disclosure::corrected, "corrected"}}};

constexpr Names<FailureCategory, 6> categories{{
    {FailureCategory::hallucinated_policy, "hallucinated-policy"},
    {FailureCategory::context_loss, "context-loss"},
    {FailureCategory::emotional_miscalibration, "emotional-miscalibration"},
    {FailureCategory::tool_selection, "tool-selection"},
    {FailureCategory::correction_failure, "correction-failure"},
    {FailureCategory::knowledge_boundary, "knowledge-boundary"},
}};

constexpr Names<AdversaryFamily, 9> families{{
    {AdversaryFamily::cooperative, "cooperative"},
    {AdversaryFamily::objection_ladder, "objection-ladder"},
    {AdversaryFamily::retry_pressure, "retry-pressure"},
    {AdversaryFamily::escalation_pressure, "escalation-pressure"},
    {AdversaryFamily::off_script, "off-script"},
    {AdversaryFamily::persona_pressure, "persona-pressure"},
    {AdversaryFamily::prompt_injection, "prompt-injection"},
    {AdversaryFamily::social_engineering, "social-engineering"},
    {AdversaryFamily::third_party_data, "third-party-data"},
}};

constexpr Names<Role, 2> roles{{{Role::user, "user"}, {Role::agent, "agent"}}};

constexpr Names<Ending, 16> endings{{
    {Ending::user_satisfied, "user-satisfied"},
    {Ending::user_gave_up, "user-gave-up"},
    {Ending::user_handed_over, "user-handed-over"},
    {Ending::agent_ended, "agent-ended"},
    {Ending::turn_limit, "turn-limit"},
    {Ending::loop, "loop"},
    {Ending::agent_invalid, "agent-invalid"},
    {Ending::agent_timeout, "agent-timeout"},
    {Ending::conversation_timeout, "conversation-timeout"},
    {Ending::agent_unreachable, "agent-unreachable"},
    {Ending::budget_spent, "budget-spent"},
    {Ending::cancelled, "cancelled"},
    {Ending::internal_error, "internal-error"},
    {Ending::user_invalid, "user-invalid"},
    {Ending::model_unavailable, "model-unavailable"},
    {Ending::world_unavailable, "world-unavailable"},
}};

constexpr Names<Outcome, 3> outcomes{
    {{Outcome::passed, "passed"}, {Outcome::failed, "failed"}, {Outcome::invalid, "invalid"}}};

constexpr Names<Fault, 6> faults{{{Fault::none, "none"},
                                  {Fault::agent, "agent"},
                                  {Fault::simulator, "simulator"},
                                  {Fault::judge, "judge"},
                                  {Fault::tool, "tool"},
                                  {Fault::infrastructure, "infrastructure"}}};

}  // namespace

std::string_view to_string(Disclosure value) {
    return name_of(disclosures, value);
}
std::string_view to_string(FailureCategory value) {
    return name_of(categories, value);
}
std::string_view to_string(AdversaryFamily value) {
    return name_of(families, value);
}
std::string_view to_string(Role value) {
    return name_of(roles, value);
}
std::string_view to_string(Ending value) {
    return name_of(endings, value);
}
std::string_view to_string(Outcome value) {
    return name_of(outcomes, value);
}
std::string_view to_string(Fault value) {
    return name_of(faults, value);
}

std::optional<Disclosure> parse_disclosure(std::string_view text) {
    return value_of(disclosures, text);
}
std::optional<FailureCategory> parse_failure_category(std::string_view text) {
    return value_of(categories, text);
}
std::optional<AdversaryFamily> parse_adversary_family(std::string_view text) {
    return value_of(families, text);
}
std::optional<Ending> parse_ending(std::string_view text) {
    return value_of(endings, text);
}
std::optional<Outcome> parse_outcome(std::string_view text) {
    return value_of(outcomes, text);
}
std::optional<Fault> parse_fault(std::string_view text) {
    return value_of(faults, text);
}

std::string to_string(const Cell& cell) {
    return cell.persona + "/" + cell.scenario + "/" + (cell.edge_case.empty() ? "-" : cell.edge_case) + "/" +
           cell.adversary + "#" + std::to_string(cell.repetition) + (cell.user.empty() ? "" : " by " + cell.user);
}

}  // namespace sosia
