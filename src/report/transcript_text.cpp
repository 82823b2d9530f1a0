#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "domain/json_text.h"
#include "report/ansi.h"
#include "report/terminal.h"

namespace sosia::report {
namespace {

std::string label_of(const Turn& turn) {
    return turn.role == Role::user ? "user" : "agent";
}

void add_lines(std::string_view text, std::string_view indent, int width, Ink ink, bool color, std::string& out) {
    for (const std::string& line : wrap(text, width - static_cast<int>(indent.size()))) {
        out += std::string(indent) + paint(line, ink, color) + "\n";
    }
}

void add_tools(const Turn& turn, const Look& look, std::string& out) {
    for (const ToolCall& tool : turn.tools) {
        std::string line = tool.name + "(" + (tool.arguments ? shorten(json_text(*tool.arguments), 200) : "") + ")";
        if (tool.result) {
            line += " -> " + shorten(json_text(*tool.result), 200);
        }
        if (!tool.fault.empty()) {
            line += " [fault: " + tool.fault + "]";
        }
        add_lines(line, "            ", look.width, Ink::cyan, look.color, out);
    }
}

void add_turn(const Turn& turn, const Look& look, std::string& out) {
    const std::string prefix = fmt::format("{:>3} {:<6}", turn.n, label_of(turn));
    const std::vector<std::string> lines = wrap(turn.text, look.width - 12);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        out += (i == 0 ? paint(prefix, turn.role == Role::user ? Ink::green : Ink::bold, look.color)
                       : std::string(prefix.size(), ' ')) +
               "  " + safe(lines[i]) + "\n";
    }
    add_tools(turn, look, out);
}

void add_why(const Turn& turn, const Look& look, std::string& out) {
    const UserMind& m = turn.mind;
    std::string line = fmt::format("{}: {} emotion {:.1f}", m.move, m.why, m.emotion);
    const auto list = [&line](std::string_view name, const std::vector<std::string>& facts) {
        if (!facts.empty()) {
            line += fmt::format("; {} {}", name, join(facts, ", "));
        }
    };
    list("told", m.disclosed);
    list("told wrong on purpose", m.wrong);
    list("corrected", m.corrected);
    list("kept back", m.withheld);
    if (!m.tactic.empty()) {
        line += "; tactic " + m.tactic;
    }
    if (!m.expect.empty()) {
        line += "; a correct agent should " + m.expect;
    }
    add_lines(line, "            ", look.width, Ink::dim, look.color, out);
    if (const boost::json::value* draft = turn.metadata.if_contains("draft"); draft != nullptr && draft->is_string()) {
        add_lines("a model worded: " + std::string(draft->as_string()), "            ", look.width, Ink::dim,
                  look.color, out);
    }
}

void add_verdicts(const Conversation& c, int turn, const Look& look, std::string& out) {
    for (const CheckResult& check : c.checks) {
        if (!check.passed && check.turn == turn) {
            add_lines("✗ " + check.name + ": " + check.detail + (check.gates ? "" : " (warning only)"), "            ",
                      look.width, check.gates ? Ink::red : Ink::yellow, look.color, out);
        }
    }
    for (const auto& [n, scores] : c.turn_scores) {
        if (n != turn) {
            continue;
        }
        for (const Score& s : scores) {
            add_lines(fmt::format("{} {:.0f} of 5: {}", s.criterion, s.value, s.reason), "            ", look.width,
                      Ink::yellow, look.color, out);
        }
    }
}

void add_hidden(const Conversation& c, const Persona& persona, const Look& look, std::string& out) {
    std::vector<std::string> lines;
    for (const Fact& fact : persona.facts) {
        const auto told = [&](const std::vector<std::string> UserMind::* list) {
            return std::ranges::find_if(c.turns, [&](const Turn& t) {
                return std::ranges::find(t.mind.*list, fact.name) != (t.mind.*list).end();
            });
        };
        const auto disclosed = told(&UserMind::disclosed);
        const auto wrong = told(&UserMind::wrong);
        std::string line = fmt::format("{} = {} ({})", fact.name, fact.value, to_string(fact.when));
        if (wrong != c.turns.end()) {
            line += fmt::format(", told as {} at turn {}", fact.first_says, wrong->n);
        }
        line += disclosed == c.turns.end() ? ", never told" : fmt::format(", told at turn {}", disclosed->n);
        lines.push_back(std::move(line));
    }
    if (lines.empty()) {
        return;
    }
    out += paint("What the user knew", Ink::bold, look.color) + "\n";
    for (const std::string& line : lines) {
        add_lines(line, "  ", look.width, Ink::plain, look.color, out);
    }
    out += "\n";
}

Ink ink_of(Outcome outcome) {
    return outcome == Outcome::passed ? Ink::green : outcome == Outcome::failed ? Ink::red : Ink::yellow;
}

std::string votes_text(const Opinion& opinion) {
    std::string out;
    for (const int vote : opinion.votes) {
        out += (out.empty() ? "" : " ") + std::to_string(vote);
    }
    return out;
}

// What a judge model thinks, with its evidence, apart from what decided.
void add_opinions(const Conversation& c, const Look& look, std::string& out) {
    for (const Opinion& o : c.opinions) {
        const std::string standing = o.gates ? "counts" : "does not count";
        std::string line = fmt::format("opinion of {} ({}): {} ", o.model, standing, o.criterion);
        line += o.level == 0
                    ? "has no usable answer: " + o.fault
                    : fmt::format("{} of 5{} [{}]: {}", o.level, o.unsure ? ", unsure" : "", votes_text(o), o.reason);
        add_lines(line, "", look.width, o.gates ? Ink::bold : Ink::dim, look.color, out);
        for (const Quote& quote : o.evidence) {
            add_lines(fmt::format("turn {}: \"{}\"", quote.turn, quote.text), "    ", look.width, Ink::dim, look.color,
                      out);
        }
    }
}

void add_heading(const Conversation& c, const Look& look, std::string& out) {
    out += paint(c.id, Ink::bold, look.color) + "  " + safe(to_string(c.cell)) + "\n";
    out += paint(std::string(to_string(c.outcome)), ink_of(c.outcome), look.color) +
           "  ended: " + std::string(to_string(c.ended));
    if (c.fault != Fault::none) {
        out += "  fault: " + std::string(to_string(c.fault));
    }
    if (c.metrics.score) {
        out += fmt::format("  score {:.2f} of 5 (rules)", *c.metrics.score);
    }
    out += "\n";
    if (!c.error.empty()) {
        add_lines(c.error, "", look.width, Ink::yellow, look.color, out);
    }
    out += "\n";
}

// Those that name no turn, or one that there is not.
void add_verdicts_of_the_whole(const Conversation& c, const Look& look, std::string& out) {
    const int beyond = c.turns.empty() ? 0 : c.turns.back().n;
    for (const CheckResult& check : c.checks) {
        if (!check.passed && (check.turn == 0 || check.turn > beyond)) {
            add_lines("✗ " + check.name + ": " + check.detail, "", look.width, Ink::red, look.color, out);
        }
    }
}

// One user's turns with what the agent said then and says now; `judged` is whose verdicts stand beside them, or null.
void add_side_by_side(const std::vector<Turn>& before, const std::vector<Turn>& now, const Conversation* judged,
                      const Look& look, std::string& out) {
    const int half = (look.width - 7) / 2;
    for (std::size_t i = 0; i < std::max(before.size(), now.size()); ++i) {
        const Turn* a = i < before.size() ? &before[i] : nullptr;
        const Turn* b = i < now.size() ? &now[i] : nullptr;
        if (a != nullptr && a->role == Role::user) {
            add_lines(fmt::format("{:>3} user  {}", a->n, a->text), "", look.width, Ink::green, look.color, out);
            continue;
        }
        const std::vector<std::string> left = a == nullptr ? std::vector<std::string>{"-"} : wrap(safe(a->text), half);
        const std::vector<std::string> right = b == nullptr ? std::vector<std::string>{"-"} : wrap(safe(b->text), half);
        const bool same = a != nullptr && b != nullptr && a->text == b->text;
        for (std::size_t k = 0; k < std::max(left.size(), right.size()); ++k) {
            out += fmt::format("    {:<{}} {} {}\n", k < left.size() ? left[k] : "", half, same ? "=" : "|",
                               k < right.size() ? right[k] : "");
        }
        if (judged != nullptr) {
            add_verdicts(*judged, static_cast<int>(i) + 1, look, out);
        }
    }
}

}  // namespace

std::string transcript_text(const Conversation& c, const Persona* persona, const TranscriptView& view,
                            const Look& look) {
    std::string out;
    add_heading(c, look, out);
    if (view.why && persona != nullptr) {
        add_hidden(c, *persona, look, out);
    }
    for (const Turn& turn : c.turns) {
        add_turn(turn, look, out);
        if (view.why && turn.role == Role::user) {
            add_why(turn, look, out);
        }
        add_verdicts(c, turn.n, look, out);
    }
    add_verdicts_of_the_whole(c, look, out);
    for (const Companion& other : c.others) {
        out += "\n" +
               paint("Meanwhile, " + safe(other.persona) + " about " + safe(other.scenario), Ink::bold, look.color) +
               "  ended: " + std::string(to_string(other.ended)) + "\n\n";
        for (const Turn& turn : other.turns) {
            add_turn(turn, look, out);
        }
    }
    add_opinions(c, look, out);
    return out;
}

std::string side_by_side_text(const Conversation& before, const Conversation& now, const Look& look) {
    std::string out;
    out += paint("user turns of " + before.id + ", agent then and now", Ink::bold, look.color) + "\n";
    out += "then: " + std::string(to_string(before.outcome)) + "  now: " + std::string(to_string(now.outcome)) + "\n";
    if (!now.error.empty()) {
        add_lines(now.error, "", look.width, Ink::yellow, look.color, out);
    }
    out += "\n";
    add_side_by_side(before.turns, now.turns, &now, look, out);
    add_verdicts_of_the_whole(now, look, out);
    for (const Companion& other : before.others) {
        out +=
            "\n" + paint("Meanwhile, " + safe(other.persona) + " about " + safe(other.scenario), Ink::bold, look.color);
        const auto again = std::ranges::find(now.others, other.persona, &Companion::persona);
        if (again == now.others.end()) {
            out += "\nnot there this time: the scenario's `together` no longer has them\n";
            continue;
        }
        out += "\n\n";
        add_side_by_side(other.turns, again->turns, nullptr, look, out);
    }
    return out;
}

}  // namespace sosia::report
