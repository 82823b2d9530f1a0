// report.html: the web application and a run's data in one file that opens from disk without a network.
#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "report/run_meta.h"

namespace sosia::report {

constexpr std::uint64_t html_default_bytes = 20'000'000;

// The application for `sosia serve`: it fetches its data from where it came from, and from nowhere else.
struct ServedPage {
    std::string text;    // empty when the application was not built in
    std::string policy;  // Content-Security-Policy to send with it
};
ServedPage served_page();

// How many conversations of an outcome there are, and of how many the file holds the transcript.
struct HtmlShare {
    std::uint64_t held = 0;
    std::uint64_t all = 0;
};

struct HtmlContents {
    std::uint64_t bytes = 0;
    HtmlShare passed;
    HtmlShare failed;
    HtmlShare invalid;
};

// Says in a sentence what was left out, or that nothing was.
std::string to_sentence(const HtmlContents& contents);

// Passes over a run's records in plan order: add() each, then hold() those that wants() asks for, as long as again()
// says so, then write().
// Every conversation is counted; transcripts of failures come first, then a sample of passes spread over personas and
// scenarios, as far as `max_bytes` reaches. Equal records give equal bytes.
class HtmlReport {
  public:
    explicit HtmlReport(const Suite& suite, std::uint64_t max_bytes = html_default_bytes);
    ~HtmlReport();
    HtmlReport(HtmlReport&&) noexcept;

    // False when the application was not built in (no Node at build time): write() would fail and say so.
    static bool available();

    void add(std::string_view record, const Conversation& conversation);
    // What a judge model was asked, for the pages: cast.judge of schemas/output/report.schema.json. Empty: none judged.
    void explain_judge(boost::json::object judge);
    // For the second pass; `row` counts the records from 0.
    bool wants(std::size_t row);
    void hold(std::size_t row, std::string_view record);
    // After the second pass: true when the transcripts came out much smaller than expected and some were left out. Then
    // another pass holds more of them. At most two more.
    bool again();
    // The data of a served page, whose transcripts are asked for one by one: no second pass, nothing left out. `run` is
    // what run_json() makes.
    std::string served_index(boost::json::object run);
    // What changed since another run, for write(): schemas/output/comparison.schema.json. `records` are transcripts of
    // the other run, by conversation; as many as fit into a part of the file's size are held.
    void compare_with(boost::json::object comparison, const std::vector<std::pair<std::string, std::string>>& records);
    Result<HtmlContents> write(const std::string& path, const RunMeta& meta, const analysis::Summary& summary);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sosia::report
