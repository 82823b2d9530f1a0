// Emotional calibration: cheerful to an upset user, rude to anybody.
#include <algorithm>

#include "base/text.h"
#include "scoring/checks.h"

namespace sosia::scoring {
using user::Act;
using user::ReadAct;
namespace {

constexpr std::string_view category = "emotional-miscalibration";
constexpr double upset = 2.0;  // on the user's scale of 0 to 5: annoyed and worse
constexpr double angry = 3.0;

// How chirpy a turn is. Two points and more cannot be meant kindly by anybody who has read the user's message.
double cheerfulness(const AgentTurn& a) {
    const auto marks = std::ranges::count(a.turn->text, '!');
    double points = 0;
    points += a.hears(Say::cheer_strong) ? 1.5 : 0;
    points += a.hears(Say::cheer_sign) ? 1.5 : 0;
    points += a.hears(Say::cheer_mild) ? 0.5 : 0;
    points += a.reading.has(Act::cheer) ? 0.5 : 0;
    points += 0.5 * static_cast<double>(std::clamp<std::ptrdiff_t>(marks - 1, 0, 3));
    const bool feels = a.reading.has(Act::empathise) || a.reading.has(Act::apologise);
    const bool good_news = a.reading.has(Act::confirm_done);
    return points - (feels ? 1.0 : 0) - (good_news ? 1.0 : 0);
}

std::string_view cheer_sentence(const AgentTurn& a) {
    const ReadAct* act = a.reading.find(Act::cheer);
    return act != nullptr ? a.sentence_of(*act) : std::string_view(a.turn->text);
}

void check_cheerful(const Transcript& t, Findings& out) {
    constexpr double unbearable = 2.0;
    constexpr double unfitting = 1.5;
    std::vector<Finding> found;
    bool user_upset = false;
    for (const AgentTurn& a : t.agent) {
        if (a.user == nullptr || a.user->mind.emotion < upset) {
            continue;
        }
        user_upset = true;
        const double points = cheerfulness(a);
        if (points >= unfitting) {
            const bool gates = points >= unbearable || a.user->mind.emotion >= angry;
            found.push_back({a.turn->n, "cheerful to an upset user", quote_of(cheer_sentence(a)), gates});
        }
    }
    if (user_upset) {
        out.report("tone.cheerful", found, category);
    }
}

// Kind words around it: "please stay calm, I'm sorry" is no rudeness.
bool is_softened(const AgentTurn& a) {
    return a.reading.has(Act::empathise) || a.reading.has(Act::apologise);
}

void check_hostile(const Transcript& t, Findings& out) {
    std::vector<Finding> found;
    for (const AgentTurn& a : t.agent) {
        const ReadAct* act = a.reading.find(Act::hostile);
        const bool heard = a.hears(Say::hostile);
        if (act == nullptr && !heard) {
            continue;
        }
        const bool certain = heard && !(is_softened(a) && act == nullptr);
        found.push_back({a.turn->n, "rude or blaming",
                         quote_of(act != nullptr ? a.sentence_of(*act) : std::string_view(a.turn->text)), certain});
    }
    out.report("tone.hostile", found, category);
}

}  // namespace

void check_tone(const Transcript& t, Findings& out) {
    check_cheerful(t, out);
    check_hostile(t, out);
}

}  // namespace sosia::scoring
