// One row of numbers per conversation: what the HTML report knows of every conversation, also of those whose transcript
// it leaves out. Private to the report room.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/conversation.h"

namespace sosia::report {

// Texts by number, in the order of their first use.
class Names {
  public:
    std::int32_t number(std::string_view text);
    const std::vector<std::string>& list() const { return list_; }

  private:
    std::unordered_map<std::string, std::int32_t> numbers_;
    std::vector<std::string> list_;
};

// Columns by name; column "n" of the report's `rows` object (schemas/output/report.schema.json) documents each.
class HtmlRows {
  public:
    HtmlRows();
    void add(const Conversation& conversation, std::uint64_t record_bytes);
    // The transcript of `row` is line `line` of transcript block `block`.
    void place(std::size_t row, std::int32_t block, std::int32_t line);

    // Where all transcripts are, to come back to.
    struct Places {
        std::vector<std::int32_t> block;
        std::vector<std::int32_t> line;
    };
    Places places() const { return {columns_.at("block"), columns_.at("line")}; }
    void put_back(Places places);

    std::size_t size() const { return ids_.size(); }
    Outcome outcome(std::size_t row) const;
    std::uint64_t bytes(std::size_t row) const { return bytes_[row]; }
    // Rows of one group are alternatives for a sample: failures with one cause, passes of one persona and scenario.
    std::uint64_t group(std::size_t row) const;

    // The members rows, failed_checks, names, texts and latency of the report, as JSON text without the braces around
    // them: as text, because a tree of two million values takes longer to build than all the rest.
    std::string text() const;

  private:
    void add_cause(const Conversation& conversation);
    std::vector<std::int32_t>& column(const char* name) { return columns_[name]; }
    std::int32_t at(const char* name, std::size_t row) const { return columns_.find(name)->second[row]; }

    std::vector<std::string> ids_;
    std::vector<std::uint32_t> bytes_;
    std::map<std::string, std::vector<std::int32_t>, std::less<>> columns_;
    std::vector<std::vector<std::int32_t>> failed_checks_;  // [row, check, check ...] of conversations with any
    std::map<std::int64_t, std::uint64_t> latency_;         // upper edge of a bin, ms -> agent turns
    Names personas_, scenarios_, edge_cases_, adversaries_, endings_, faults_, checks_, texts_;
};

}  // namespace sosia::report
