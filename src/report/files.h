// The files a run leaves in --out DIR (design section 12), written conversation by conversation so that memory stays
// flat.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "report/run_meta.h"

namespace sosia::report {

// conversations.jsonl and junit.xml grow while records are added in plan order; finish() writes run.json, summary.md
// and cells.csv.
class OutputFiles {
  public:
    static Result<OutputFiles> create(const std::string& directory, const RunMeta& meta, const Suite& suite);
    ~OutputFiles();
    OutputFiles(OutputFiles&&) noexcept;

    Result<void> add(std::string_view record_json, const Conversation& conversation);
    Result<void> finish(const RunMeta& meta, const analysis::Summary& summary);

  private:
    struct Impl;
    explicit OutputFiles(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// A CI summary in GitHub-flavoured Markdown.
std::string markdown(const RunMeta& meta, const analysis::Summary& summary);

// One <testcase> of junit.xml.
std::string junit_testcase(const std::string& suite, const Conversation& conversation);
std::string junit_header(const std::string& suite, const analysis::Summary* summary, double seconds);
std::string junit_footer();

// Text for XML: escaped, and without characters XML 1.0 does not allow.
std::string xml_text(std::string_view text);
// Text for a Markdown table cell or paragraph: no HTML, no links, no table breaks.
std::string markdown_text(std::string_view text);
// A CSV field, quoted when needed; never starts a spreadsheet formula.
std::string csv_field(std::string_view text);

}  // namespace sosia::report
