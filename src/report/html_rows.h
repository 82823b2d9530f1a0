// One row of numbers per conversation: what the HTML report knows of every conversation, also of those whose transcript
// it leaves out. Private to the report room.
#pragma once
#include <algorithm>
#include <array>
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

constexpr std::array<std::string_view, 30> column_names{
    "adversary",       "agent_turns", "block",    "cause",          "cause_turn",        "cost",
    "cost_judge",      "cost_user",   "detail",   "duration_ms",    "edge_case",         "emotion_end",
    "emotion_peak",    "ended",       "fault",    "handed_over_at", "human_demanded_at", "latency_max_ms",
    "latency_mean_ms", "line",        "met",      "outcome",        "persona",           "quote",
    "repetition",      "resolved",    "scenario", "score",          "tool_calls",        "user_turns"};

// A column by its name, looked up when this is compiled: there are thirty of them for each of many rows.
struct ColumnName {
    std::size_t at;
    consteval ColumnName(
        const char* name)  // NOLINT(google-explicit-constructor): column("persona") is to read like that
        : at(static_cast<std::size_t>(std::ranges::find(column_names, std::string_view(name)) - column_names.begin())) {
        if (at == column_names.size()) {
            throw "there is no such column";
        }
    }
};

// Columns by name; column "n" of the report's `rows` object (schemas/output/report.schema.json) documents each.
class HtmlRows {
  public:
    void add(const Conversation& conversation, std::uint64_t record_bytes);
    // The transcript of `row` is line `line` of transcript block `block`.
    void place(std::size_t row, std::int32_t block, std::int32_t line);

    // Where all transcripts are, to come back to.
    struct Places {
        std::vector<std::int32_t> block;
        std::vector<std::int32_t> line;
    };
    Places places() const { return {columns_[ColumnName("block").at], columns_[ColumnName("line").at]}; }
    void put_back(Places places);

    std::size_t size() const { return ids_.size(); }
    Outcome outcome(std::size_t row) const;
    std::uint64_t bytes(std::size_t row) const { return bytes_[row]; }
    // Rows of one group are alternatives for a sample: failures with one cause, passes of one persona and scenario.
    std::uint64_t group(std::size_t row) const;

    // The members rows, failed_checks, opinions, names, texts and latency of the report, as JSON text without the
    // braces around them: as text, because a tree of two million values takes longer to build than all the rest.
    std::string text() const;

  private:
    void add_cause(const Conversation& conversation);
    void add_opinions(const Conversation& conversation);
    std::vector<std::int32_t>& column(ColumnName name) { return columns_[name.at]; }
    std::int32_t at(ColumnName name, std::size_t row) const { return columns_[name.at][row]; }

    std::vector<std::string> ids_;
    std::vector<std::uint32_t> bytes_;
    std::array<std::vector<std::int32_t>, column_names.size()> columns_;
    std::vector<std::vector<std::int32_t>> failed_checks_;  // [row, check, check ...] of conversations with any
    std::vector<std::vector<std::int32_t>> opinions_;       // [row, criterion, level, unsure, first bad turn]
    std::map<std::int64_t, std::uint64_t> latency_;         // upper edge of a bin, ms -> agent turns
    Names personas_, scenarios_, edge_cases_, adversaries_, endings_, faults_, checks_, met_, criteria_, texts_;
};

}  // namespace sosia::report
