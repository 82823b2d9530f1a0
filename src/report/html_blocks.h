// Transcripts in compressed blocks, and the choice of those that fit. Private to the report room.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/html_rows.h"

namespace sosia::report {

// Lines of JSON, compressed a few dozen at a time: small enough to open at once, large enough to compress well.
class HtmlBlocks {
  public:
    struct Place {
        std::int32_t block = 0;
        std::int32_t line = 0;
    };
    Place add(std::string_view record);
    void close();                                                       // compresses what is pending
    std::uint64_t bytes() const { return bytes_; }                      // compressed so far
    std::uint64_t pending() const { return pending_.size(); }           // not compressed yet
    const std::vector<std::string>& blocks() const { return blocks_; }  // base64 of gzip

  private:
    std::string pending_;
    std::int32_t lines_ = 0;
    std::vector<std::string> blocks_;
    std::uint64_t bytes_ = 0;
};

// Records evenly spread over the run, to learn how well those compress that do not follow each other.
class HtmlSample {
  public:
    void add(std::size_t row, std::string_view record);
    double ratio() const;  // compressed bytes, as they stand in the page, per byte of records
  private:
    std::vector<std::pair<std::size_t, std::string>> records_;
    std::size_t bytes_ = 0;
    std::size_t stride_ = 1;
};

// Which transcripts to hold when about `budget` bytes of records may be held: failures and invalid conversations before
// passes; within each, groups take turns (HtmlRows::group), so that a rare cause is not crowded out by a frequent one.
std::vector<bool> choose_transcripts(const HtmlRows& rows, std::uint64_t budget);

}  // namespace sosia::report
