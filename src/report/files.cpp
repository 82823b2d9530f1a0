#include "report/files.h"

#include "analysis/sensitivity.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

namespace sosia::report {
namespace {

Result<void> failed_to_write(const std::string& path) {
    return fail(ErrorKind::unavailable, "cannot write " + path + ": " + std::strerror(errno),
                "check that the folder exists, is writable and has room");
}

Result<void> write_file(const std::string& path, std::string_view text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.close();
    return file ? Result<void>{} : failed_to_write(path);
}

struct CellRow {
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
    std::uint64_t invalid = 0;
    std::string causes;
};

}  // namespace

struct OutputFiles::Impl {
    std::string directory;
    const Suite& suite;
    std::ofstream conversations;
    std::ofstream testcases;                      // the body of junit.xml until the counts are known
    std::vector<std::pair<Cell, CellRow>> cells;  // in plan order: repetitions of a cell follow each other

    std::string path(std::string_view name) const { return directory + "/" + std::string(name); }
};

OutputFiles::OutputFiles(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OutputFiles::~OutputFiles() = default;
OutputFiles::OutputFiles(OutputFiles&&) noexcept = default;

Result<OutputFiles> OutputFiles::create(const std::string& directory, const RunMeta&, const Suite& suite) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) {
        return fail(ErrorKind::unavailable, "cannot create " + directory + ": " + error.message());
    }
    auto impl = std::make_unique<Impl>(Impl{.directory = directory, .suite = suite});
    impl->conversations.open(impl->path("conversations.jsonl"), std::ios::binary | std::ios::trunc);
    impl->testcases.open(impl->path("junit.xml.part"), std::ios::binary | std::ios::trunc);
    if (!impl->conversations || !impl->testcases) {
        return std::unexpected(failed_to_write(impl->path("conversations.jsonl")).error());
    }
    return OutputFiles(std::move(impl));
}

Result<void> OutputFiles::add(std::string_view record, const Conversation& c) {
    impl_->conversations << record << '\n';
    if (analysis::decides(impl_->suite, c.cell)) {  // what does not decide must not turn a build red
        impl_->testcases << junit_testcase(impl_->suite.name, c);
    }
    if (!impl_->conversations || !impl_->testcases) {
        return failed_to_write(impl_->path("conversations.jsonl"));
    }
    Cell cell = c.cell;
    cell.repetition = 0;
    if (impl_->cells.empty() || impl_->cells.back().first != cell) {
        impl_->cells.emplace_back(cell, CellRow{});
    }
    CellRow& row = impl_->cells.back().second;
    row.passed += c.outcome == Outcome::passed ? 1 : 0;
    row.failed += c.outcome == Outcome::failed ? 1 : 0;
    row.invalid += c.outcome == Outcome::invalid ? 1 : 0;
    if (const CheckResult* cause = analysis::root_cause(c); cause != nullptr && !row.causes.contains(cause->name)) {
        row.causes += (row.causes.empty() ? "" : " ") + cause->name;
    }
    return {};
}

Result<void> OutputFiles::finish(const RunMeta& meta, const analysis::Summary& summary) {
    impl_->conversations.close();
    impl_->testcases.close();
    if (!impl_->conversations || !impl_->testcases) {
        return failed_to_write(impl_->path("conversations.jsonl"));
    }
    {
        std::ofstream junit(impl_->path("junit.xml"), std::ios::binary | std::ios::trunc);
        junit << junit_header(meta.suite, &summary, static_cast<double>(meta.duration_ms) / 1000);
        std::ifstream body(impl_->path("junit.xml.part"), std::ios::binary);
        if (body.peek() != std::ifstream::traits_type::eof()) {
            junit << body.rdbuf();
        }
        junit << junit_footer();
        junit.close();
        if (!junit) {
            return failed_to_write(impl_->path("junit.xml"));
        }
    }
    std::error_code ignored;
    std::filesystem::remove(impl_->path("junit.xml.part"), ignored);
    const bool by_user = impl_->suite.has_several_users();
    std::string csv =
        fmt::format("persona,scenario,edge_case,adversary,{}passed,failed,invalid,causes\n", by_user ? "user," : "");
    for (const auto& [cell, row] : impl_->cells) {
        csv +=
            fmt::format("{},{},{},{},{}{},{},{},{}\n", csv_field(cell.persona), csv_field(cell.scenario),
                        csv_field(cell.edge_case), csv_field(cell.adversary), by_user ? csv_field(cell.user) + "," : "",
                        row.passed, row.failed, row.invalid, csv_field(row.causes));
    }
    for (const auto& [name, text] :
         {std::pair<std::string, std::string>{"cells.csv", csv},
          {"summary.md", markdown(meta, summary)},
          {"run.json", boost::json::serialize(run_json(meta, summary, impl_->suite)) + "\n"}}) {
        if (Result<void> written = write_file(impl_->path(name), text); !written) {
            return written;
        }
    }
    return {};
}

}  // namespace sosia::report
