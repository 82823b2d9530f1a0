#include "judge/advice.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "judge/case_text.h"
#include "judge/votes.h"
#include "prompt/answer_fault.h"
#include "prompt/model_use.h"
#include "prompt/quote.h"

namespace sosia::judge {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

constexpr std::size_t longest_sentence = 500;     // bytes
constexpr std::size_t most_transcripts = 40'000;  // bytes of all examples together; the first is shown in any case
constexpr std::size_t copied_words = 8;           // in a row: that is no coincidence

json::array words_json(const std::vector<std::string>& words) {
    json::array out;
    for (const std::string& word : words) {
        out.emplace_back(word);
    }
    return out;
}

json::array examples_of(const FailureGroup& group) {
    json::array out;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < group.examples.size(); ++i) {
        json::array lines = transcript_lines(group.examples[i]);
        for (const json::value& line : lines) {
            bytes += line.as_string().size();
        }
        if (i == 0 || bytes <= most_transcripts) {
            out.emplace_back(json::object{{"number", i + 1}, {"transcript", std::move(lines)}});
        }
    }
    return out;
}

json::object answer_shape() {
    const auto closed = [](json::object properties) {
        json::array required;
        for (const auto& [name, schema] : properties) {
            required.emplace_back(name);
        }
        return json::object{{"type", "object"},
                            {"properties", std::move(properties)},
                            {"required", std::move(required)},
                            {"additionalProperties", false}};
    };
    const json::object text{{"type", "string"}};
    const json::object number{{"type", "integer"}};
    return closed({{"evidence", closed({{"conversation", number}, {"turn", number}, {"quote", text}})},
                   {"cause", text},
                   {"change", text}});
}

llm::ChatRequest question(const prompt::Book& book, const FailureGroup& group, int attempt) {
    constexpr int most_tokens = 2'500;  // hidden reasoning counts too
    json::object values{{"signal", group.signal},
                        {"conversations", group.conversations},
                        {"words", group.words.empty() ? "" : prompt::quoted(words_json(group.words))},
                        {"detail", group.detail.empty() ? "" : prompt::quoted(json::value(group.detail))},
                        {"rule_cause", group.rule_cause},
                        {"examples", examples_of(group)}};
    llm::ChatRequest request;
    request.messages = {{.role = llm::Role::system, .text = book.render("advice-system", {})},
                        {.role = llm::Role::user, .text = book.render("advice-case", values)}};
    request.shape = llm::JsonShape{.name = "advice", .schema = answer_shape()};
    request.sampling.max_tokens = most_tokens;
    request.repetition = attempt;
    return request;
}

// One line for a terminal: control characters, those of C1 and of the direction of writing among them, become blanks.
std::string one_line(std::string_view text) {
    std::string out;
    for (const char c : to_valid_utf8(text)) {
        const auto byte = static_cast<unsigned char>(c);
        out += byte < 0x20 || byte == 0x7F ? ' ' : c;
    }
    for (const char* unseen : {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069",
                               "\u2028", "\u2029", "\u0085", "\u009b"}) {
        out = replace_all(std::move(out), unseen, " ");
    }
    return std::string(trim(out));
}

std::vector<std::string> words_in(std::string_view text) {
    std::vector<std::string> out;
    std::string word;
    for (const char c : lower(text) + " ") {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
        if (letter) {
            word += c;
        } else if (!word.empty()) {
            out.push_back(std::move(word));
            word.clear();
        }
    }
    return out;
}

// A proposal that somebody in a transcript wrote is theirs, not the model's.
bool is_copied(const std::string& sentence, std::span<const Conversation> examples) {
    const std::vector<std::string> said = words_in(sentence);
    for (const Conversation& c : examples) {
        for (const Turn& turn : c.turns) {
            const std::string heard = " " + join(words_in(turn.text), " ") + " ";
            for (std::size_t i = 0; i + copied_words <= said.size(); ++i) {
                const auto at = said.begin() + static_cast<std::ptrdiff_t>(i);
                const std::vector<std::string> run(at, at + static_cast<std::ptrdiff_t>(copied_words));
                if (heard.contains(" " + join(run, " ") + " ")) {
                    return true;
                }
            }
        }
    }
    return false;
}

std::string text_at(const json::object& object, const char* name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::size_t number_at(const json::object& object, const char* name) {
    const json::value* value = object.if_contains(name);
    boost::system::error_code not_whole;
    const auto number =
        value == nullptr || !value->is_number() ? std::size_t{0} : value->to_number<std::size_t>(not_whole);
    return not_whole ? 0 : number;
}

std::string objection_to(const std::string& name, const std::string& sentence, std::span<const Conversation> examples) {
    if (sentence.empty()) {
        return "the answer names no " + name;
    }
    if (sentence.size() > longest_sentence) {
        return "the " + name + " is longer than a sentence";
    }
    return is_copied(sentence, examples) ? "the " + name + " is copied from a transcript" : "";
}

bool may_pass(llm::FailureKind kind) {
    return kind == llm::FailureKind::malformed || kind == llm::FailureKind::content_filter ||
           kind == llm::FailureKind::context_length;
}

}  // namespace

std::expected<ModelAdvice, std::string> read_advice(std::string_view answer, std::span<const Conversation> examples) {
    boost::system::error_code broken;
    const json::value parsed = json::parse(prompt::json_part(answer), broken);
    const json::object* root = broken || !parsed.is_object() ? nullptr : &parsed.get_object();
    const json::value* evidence = root == nullptr ? nullptr : root->if_contains("evidence");
    if (root == nullptr || evidence == nullptr || !evidence->is_object()) {
        return std::unexpected("the answer is not the JSON that was asked for");
    }
    ModelAdvice out{.cause = one_line(text_at(*root, "cause")), .change = one_line(text_at(*root, "change"))};
    for (const auto& [name, sentence] : {std::pair("cause", &out.cause), std::pair("change", &out.change)}) {
        if (std::string objection = objection_to(name, *sentence, examples); !objection.empty()) {
            return std::unexpected(std::move(objection));
        }
    }
    const json::object& place = evidence->get_object();
    const std::size_t number = number_at(place, "conversation");
    out.evidence = {.turn = static_cast<int>(std::min<std::size_t>(number_at(place, "turn"), 1'000'000)),
                    .text = text_at(place, "quote")};
    const Conversation* shown = number == 0 || number > examples.size() ? nullptr : &examples[number - 1];
    const auto turn = shown == nullptr ? std::vector<Turn>::const_iterator{}
                                       : std::ranges::find(shown->turns, out.evidence.turn, &Turn::n);
    if (shown == nullptr || turn == shown->turns.end() || turn->role != Role::agent ||
        !is_verbatim(*shown, out.evidence)) {
        return std::unexpected("its evidence does not stand in the agent turn it names");
    }
    out.evidence.text = one_line(out.evidence.text);
    out.conversation = shown->id;
    return out;
}

asio::awaitable<Advised> advise(llm::ChatModel& model, const prompt::Book& book, const FailureGroup& group) {
    constexpr int attempts = 2;
    Advised out;
    for (int attempt = 0; attempt < attempts && !out.advice && !out.unavailable; ++attempt) {
        llm::ChatRequest request = question(book, group, attempt);
        const llm::ChatResult answer = co_await model.complete(std::move(request));
        prompt::count_call(answer, out.use);
        if (!answer) {
            out.unavailable = !may_pass(answer.error().kind);
            out.advice = std::unexpected(answer.error().message);
            continue;
        }
        std::string refusal = prompt::fault_of(*answer);
        if (refusal.empty()) {
            out.advice = read_advice(answer->text, group.examples);
        } else {
            out.advice = std::unexpected(std::move(refusal));
        }
    }
    co_return out;
}

}  // namespace sosia::judge
