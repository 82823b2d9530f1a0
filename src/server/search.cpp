#include "server/search.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "domain/json_text.h"
#include "domain/record_json.h"

namespace sosia::server {
namespace json = boost::json;
namespace {

constexpr std::size_t most_hits = 500;
constexpr std::size_t around = 60;  // bytes of context on each side

void lower_into(std::string_view text, std::string& out) {
    out.resize(text.size());
    std::ranges::transform(text, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
}

std::string lower(std::string_view text) {
    std::string out;
    lower_into(text, out);
    return out;
}

// As a record spells it: with escapes, without the quotes around it.
std::string as_in_json(std::string_view text) {
    std::string quoted;
    append_json_string(quoted, text);
    return lower(std::string_view(quoted).substr(1, quoted.size() - 2));
}

bool within_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

json::object hit(const Conversation& c, const Turn& turn, std::size_t at, std::size_t length) {
    std::size_t from = at > around ? at - around : 0;
    while (from < at && within_character(turn.text[from])) {
        ++from;
    }
    std::size_t to = std::min(turn.text.size(), at + length + around);
    while (to < turn.text.size() && within_character(turn.text[to])) {
        ++to;
    }
    return {{"id", c.id},
            {"turn", turn.n},
            {"role", to_string(turn.role)},
            {"before", (from > 0 ? "…" : "") + turn.text.substr(from, at - from)},
            {"match", turn.text.substr(at, length)},
            {"after", turn.text.substr(at + length, to - at - length) + (to < turn.text.size() ? "…" : "")}};
}

void add_hits(std::string_view record, const std::string& wanted, json::array& hits) {
    boost::system::error_code error;
    const json::value parsed = json::parse(json::string_view(record.data(), record.size()), error);
    const Result<Conversation> c = error ? fail(ErrorKind::malformed, "no JSON") : conversation_from_json(parsed);
    for (const Turn& turn : c ? c->turns : std::vector<Turn>{}) {
        const std::size_t at = lower(turn.text).find(wanted);
        if (at != std::string::npos && hits.size() < most_hits) {
            hits.emplace_back(hit(*c, turn, at, wanted.size()));
        }
    }
}

}  // namespace

Result<json::array> search_records(storage::RunReader& reader, const std::string& run, const std::string& text,
                                   const std::atomic<bool>& stop) {
    const Result<storage::RunInfo> info = reader.run(run);
    if (!info) {
        return std::unexpected(info.error());
    }
    json::array hits;
    const std::string wanted = lower(text);
    const std::string in_record = as_in_json(wanted);
    std::string lowered;  // kept, for its memory
    const Result<void> read = reader.records(info->id, [&](std::string_view record) {
        lower_into(record, lowered);
        if (lowered.find(in_record) != std::string::npos) {  // most records need not be read any further
            add_hits(record, wanted, hits);
        }
        return hits.size() < most_hits && !stop;
    });
    if (!read) {
        return std::unexpected(read.error());
    }
    return hits;
}

}  // namespace sosia::server
