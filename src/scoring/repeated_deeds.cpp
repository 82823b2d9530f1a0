#include "scoring/repeated_deeds.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sosia::scoring {
namespace json = boost::json;
namespace {

// "fileDispute", "file_dispute", "file-dispute": file, dispute.
std::vector<std::string> words_of_name(std::string_view name) {
    std::vector<std::string> words;
    std::string word;
    const auto finish = [&] {
        if (!word.empty()) {
            words.push_back(lower(word));
            word.clear();
        }
    };
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool letter = (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z') ||
                            (static_cast<unsigned char>(name[i]) & 0x80U) != 0;
        const bool hump = i > 0 && name[i] >= 'A' && name[i] <= 'Z' && name[i - 1] >= 'a' && name[i - 1] <= 'z';
        if (!letter || hump) {
            finish();
        }
        if (letter) {
            word += name[i];
        }
    }
    finish();
    return words;
}

// {"error": ...}, {"ok": false}: nothing was done.
bool failed(const json::value& result) {
    if (!result.is_object()) {
        return false;
    }
    const json::value* error = result.get_object().if_contains("error");
    if (error != nullptr && !error->is_null() && !(error->is_bool() && !error->get_bool())) {
        return true;
    }
    constexpr std::array<std::string_view, 3> marks{"ok", "success", "succeeded"};
    return std::ranges::any_of(marks, [&](std::string_view mark) {
        const json::value* value = result.get_object().if_contains(mark);
        return value != nullptr && value->is_bool() && !value->get_bool();
    });
}

bool counts(const Transcript& t, const ToolCall& call) {
    const bool expected =
        std::ranges::any_of(t.expect.tools, [&](const ExpectedTool& e) { return e.name == call.name; });
    const bool told = call.arguments && call.arguments->is_object() && !call.arguments->get_object().empty();
    return expected && told && !call.served && is_deed(call.name) && !(call.result && failed(*call.result));
}

}  // namespace

bool is_deed(std::string_view tool) {
    constexpr std::array<std::string_view, 30> deeds{
        "issue",      "refund",     "credit",    "pay",     "charge",    "transfer",   "book",    "rebook",
        "order",      "apply",      "file",      "submit",  "create",    "renew",      "send",    "register",
        "dispute",    "place",      "reimburse", "buchen",  "erstatten", "beantragen", "anlegen", "senden",
        "verlängern", "reembolsar", "reservar",  "renovar", "enviar",    "crear"};
    constexpr std::array<std::string_view, 20> readers{
        "get",   "find",   "look", "lookup",   "check",  "list",    "search", "read",    "fetch",  "show",
        "query", "verify", "view", "retrieve", "status", "details", "info",   "history", "buscar", "lesen"};
    const std::vector<std::string> words = words_of_name(tool);
    const auto any_of = [&](const auto& list) {
        return std::ranges::any_of(
            words, [&](const std::string& word) { return std::ranges::find(list, word) != list.end(); });
    };
    return any_of(deeds) && !any_of(readers);
}

void check_repeated_deeds(const Transcript& t, Findings& out) {
    std::vector<const ToolCall*> done;
    std::vector<Finding> found;
    for (const AgentTurn& a : t.agent) {
        for (const ToolCall& call : a.turn->tools) {
            if (!counts(t, call)) {
                continue;
            }
            const auto before = std::ranges::find_if(
                done, [&](const ToolCall* d) { return d->name == call.name && d->arguments == call.arguments; });
            if (before != done.end()) {
                found.push_back({a.turn->n, "did " + call.name + " again, with the same arguments",
                                 quote_of(a.turn->text), (*before)->result.has_value() && call.result.has_value()});
            }
            done.push_back(&call);
        }
    }
    if (!done.empty()) {
        out.report("tools.repeated", found, "tool-selection");
    }
}

}  // namespace sosia::scoring
