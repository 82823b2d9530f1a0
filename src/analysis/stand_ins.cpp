#include "analysis/stand_ins.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <set>

#include "analysis/redact.h"
#include "base/text.h"

namespace sosia::analysis {
namespace {

struct Pair {
    std::string_view kind;
    std::string_view value;
};

// example.com (RFC 2606), 555-01xx numbers, 192.0.2.0/24 (RFC 5737), a card number of payment tests, the IBAN of the
// standard's own examples.
constexpr std::array<Pair, 9> stand_ins{{
    {"email", "alex.morgan@example.com"},
    {"phone", "+1 202 555 0143"},
    {"card", "4242 4242 4242 4242"},
    {"iban", "GB82 WEST 1234 5698 7654 32"},
    {"ip", "192.0.2.10"},
    {"key", "EXAMPLE-KEY"},
    {"name", "Alex Morgan"},
    {"address", "14 Harbour Street"},
    {"date_of_birth", "12 March 1984"},
}};

// "\x01 7 \x01" in place of the seventh known value while the patterns are at work.
std::string mark(std::size_t i) {
    return "\x01" + std::string(i + 1, '\x02') + "\x01";
}

class Cleaner {
  public:
    explicit Cleaner(std::span<const std::string> known) {
        std::ranges::copy_if(known, std::back_inserter(known_), [](const std::string& v) { return v.size() > 2; });
        // Longest first: a value within another one must not split it.
        std::ranges::sort(known_, [](const auto& a, const auto& b) { return a.size() > b.size(); });
    }

    std::string operator()(const std::string& text) {
        std::string out = text;
        for (std::size_t i = 0; i < known_.size(); ++i) {
            out = replace_all(out, known_[i], mark(i));
        }
        out = redact_(out);
        for (const Pair& pair : stand_ins) {
            const std::string placeholder = "[" + std::string(pair.kind) + "]";
            if (out.contains(placeholder)) {
                out = replace_all(out, placeholder, pair.value);
                replaced_.emplace(pair.kind);
            }
        }
        out = without_names(std::move(out));
        for (std::size_t i = 0; i < known_.size(); ++i) {
            out = replace_all(out, mark(i), known_[i]);
        }
        return out;
    }

    std::vector<std::string> replaced() const { return {replaced_.begin(), replaced_.end()}; }

    // Names said anywhere are taken out everywhere, also where the agent repeats them.
    void learn_names(const std::string& text) {
        static const RE2 introduction(
            R"((?:[Mm]y name is|[Mm]y name's|[Nn]ame's|[Nn]ame:|I am called)\s+([A-Z][\pL'-]+(?:\s[A-Z][\pL'-]+){0,2}))");
        re2::StringPiece rest(text);
        std::string name;
        while (RE2::FindAndConsume(&rest, introduction, &name)) {
            if (std::ranges::find(known_, name) == known_.end() && name != stand_in("name")) {
                names_.insert(name);
            }
        }
    }

  private:
    std::string without_names(std::string text) {
        for (const std::string& name : names_) {
            if (text.contains(name)) {
                text = replace_all(text, name, stand_in("name"));
                replaced_.emplace("name");
            }
        }
        return text;
    }

    std::vector<std::string> known_;
    Redactor redact_;
    std::set<std::string> names_;
    std::set<std::string> replaced_;
};

}  // namespace

std::string_view stand_in(std::string_view kind) {
    const auto found = std::ranges::find(stand_ins, kind, &Pair::kind);
    return found == stand_ins.end() ? std::string_view{} : found->value;
}

Cleaned without_personal_data(const Conversation& conversation, std::span<const std::string> known) {
    Cleaner clean(known);
    for (const Turn& turn : conversation.turns) {
        clean.learn_names(turn.text);
    }
    Cleaned out{.conversation = conversation};
    for (Turn& turn : out.conversation.turns) {
        turn.text = clean(turn.text);
    }
    for (CheckResult& check : out.conversation.checks) {
        check.detail = clean(check.detail);
        check.quote = clean(check.quote);
    }
    out.replaced = clean.replaced();
    return out;
}

}  // namespace sosia::analysis
