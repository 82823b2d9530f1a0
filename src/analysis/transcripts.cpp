#include "analysis/transcripts.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "analysis/transcript_parts.h"
#include "base/csv.h"
#include "base/text.h"

namespace sosia::analysis {
namespace json = boost::json;
namespace {

// "response/choices": the value below these keys, null when there is none.
const json::value* at_path(const json::value& value, std::string_view path) {
    const json::value* here = &value;
    for (const std::string_view key : split(path, '/')) {
        const json::object* object = here->if_object();
        here = object == nullptr ? nullptr : object->if_contains(key);
        if (here == nullptr) {
            return nullptr;
        }
    }
    return here;
}

using Paths = std::initializer_list<std::string_view>;

const json::value* first_of(const json::value& value, Paths paths) {
    for (const std::string_view path : paths) {
        if (const json::value* found = at_path(value, path)) {
            return found;
        }
    }
    return nullptr;
}

std::string text_at(const json::value& value, Paths paths) {
    const json::value* found = first_of(value, paths);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : "";
}

// The answer, when the log keeps it apart from the messages of the request.
void add_answer(const json::value& entry, std::vector<Turn>& turns) {
    for (const std::string_view path : {"response/choices", "choices"}) {
        const json::value* choices = at_path(entry, path);
        if (choices != nullptr && choices->is_array() && !choices->as_array().empty()) {
            if (const json::value* message = at_path(choices->as_array().front(), "message")) {
                add_message(*message, turns);
                return;
            }
        }
    }
    for (const std::string_view path : {"response/content", "output", "completion", "response"}) {
        const json::value* content = at_path(entry, path);
        if (content != nullptr && (content->is_string() || content->is_array())) {
            add_message(json::object{{"role", "assistant"}, {"content", *content}}, turns);
            return;
        }
    }
}

ImportedConversation conversation_of(const json::value& entry, std::size_t number) {
    ImportedConversation out;
    out.id = text_at(entry, {"conversation_id", "conversation", "session_id", "thread_id", "id"});
    out.label = text_at(entry, {"intent", "category", "topic", "metadata/intent"});
    if (out.id.empty()) {
        out.id = std::to_string(number);
    }
    const json::value* messages = first_of(entry, {"messages", "request/messages", "body/messages", "input"});
    if (messages != nullptr && messages->is_array()) {
        for (const json::value& message : messages->as_array()) {
            add_message(message, out.turns);
        }
    }
    add_answer(entry, out.turns);
    return out;
}

Result<Imported> read_json(std::string_view text) {
    Collector collector;
    boost::system::error_code error;
    const json::value whole = json::parse(json::string_view(text.data(), text.size()), error);
    if (!error && whole.is_array()) {
        std::size_t number = 0;
        for (const json::value& entry : whole.as_array()) {
            collector.add(conversation_of(entry, ++number));
        }
        return collector.finish();
    }
    std::size_t number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        if (trim(line).empty()) {
            continue;
        }
        const json::value entry = json::parse(json::string_view(line.data(), line.size()), error);
        if (error || !entry.is_object()) {
            return fail(ErrorKind::malformed,
                        fmt::format("line {}: {}", number, error ? error.message() : "not an object"),
                        "expected one JSON object a line");
        }
        collector.add(conversation_of(entry, number));
    }
    return collector.finish();
}

std::optional<std::size_t> column(const std::vector<std::string>& header,
                                  std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        const auto found =
            std::ranges::find_if(header, [name](const std::string& h) { return lower(trim(h)) == name; });
        if (found != header.end()) {
            return static_cast<std::size_t>(found - header.begin());
        }
    }
    return std::nullopt;
}

Result<Imported> read_csv(std::string_view text) {
    const std::vector<std::vector<std::string>> rows = csv_rows(text);
    const std::vector<std::string> header = rows.empty() ? std::vector<std::string>{} : rows.front();
    const auto id = column(header, {"conversation", "conversation_id", "session_id", "id"});
    const auto role = column(header, {"role", "speaker", "author", "sender"});
    const auto said = column(header, {"text", "content", "message"});
    if (!id || !role || !said) {
        return fail(ErrorKind::malformed, "the CSV's header needs the columns conversation, role and text");
    }
    const auto label = column(header, {"intent", "category", "topic"});
    std::vector<ImportedConversation> found;
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const std::vector<std::string>& row = rows[i];
        if (row.size() <= std::max({*id, *role, *said})) {
            continue;
        }
        const auto [at, is_new] = places.try_emplace(row[*id], found.size());
        if (is_new) {
            found.push_back({.id = row[*id]});
        }
        ImportedConversation& c = found[at->second];
        if (label && *label < row.size() && c.label.empty()) {
            c.label = row[*label];
        }
        add_message(json::object{{"role", row[*role]}, {"content", row[*said]}}, c.turns);
    }
    Collector collector;
    for (ImportedConversation& c : found) {
        collector.add(std::move(c));
    }
    return collector.finish();
}

TranscriptFormat guess(std::string_view text) {
    const std::string_view start = trim(text);
    if (start.starts_with('{') &&
        (start.substr(0, 400).contains("\"resourceSpans\"") || start.substr(0, 400).contains("\"resourceLogs\""))) {
        return TranscriptFormat::otlp;
    }
    return start.starts_with('{') || start.starts_with('[') ? TranscriptFormat::json : TranscriptFormat::csv;
}

}  // namespace

Result<Imported> read_transcripts(std::string_view text, TranscriptFormat format) {
    if (trim(text).empty()) {
        return fail(ErrorKind::malformed, "there is nothing in it");
    }
    const bool guessed = format == TranscriptFormat::automatic;
    switch (guessed ? guess(text) : format) {
        case TranscriptFormat::csv: {
            Result<Imported> read = read_csv(text);
            const bool no_header = !read && guessed;
            return no_header ? fail(ErrorKind::malformed,
                                    "neither JSON, nor CSV with the columns conversation, role and text in its header",
                                    "docs/production.md says what is read; --format says which it is")
                             : std::move(read);
        }
        case TranscriptFormat::otlp:
            return read_otlp(text);
        case TranscriptFormat::json:
        case TranscriptFormat::automatic:
            return read_json(text);
    }
    return read_json(text);
}

}  // namespace sosia::analysis
