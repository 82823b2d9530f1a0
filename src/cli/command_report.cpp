#include <CLI/CLI.hpp>

#include <filesystem>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "cli/judge_card.h"
#include "cli/page_comparison.h"
#include "cli/stored_run.h"
#include "domain/record_json.h"

namespace sosia::cli {
namespace {

struct ReportOptions {
    std::string run = "latest";
    std::string out = "report.html";
    std::string against;  // baseline or run; "" none
    BaselineFolder folder;
    double megabytes = static_cast<double>(report::html_default_bytes) / 1e6;
};

// A folder that exists, or a path with a trailing slash, gets report.html inside; anything else is the file.
std::string file_of(const std::string& out) {
    if (out.ends_with('/') || std::filesystem::is_directory(out)) {
        return (std::filesystem::path(out) / "report.html").string();
    }
    return out;
}

Result<report::HtmlContents> write_report(storage::RunReader& reader, const StoredRun& run, const std::string& path,
                                          std::uint64_t max_bytes, std::optional<PageComparison> compared) {
    report::HtmlReport html(*run.suite, max_bytes);
    html.explain_judge(judge_card(*run.suite));
    if (compared) {
        const auto records = records_of(reader, *compared);
        html.compare_with(std::move(compared->page), records);
    }
    Result<void> readable;
    const Result<void> read = reader.records(run.meta.id, [&](std::string_view record) {
        const Result<Conversation> c =
            conversation_from_json(boost::json::parse(boost::json::string_view(record.data(), record.size())));
        if (!c) {
            readable = std::unexpected(c.error());
            return false;
        }
        html.add(record, *c);
        return true;
    });
    if (!read || !readable) {
        return std::unexpected(read ? readable.error() : read.error());
    }
    return finish_html(html, reader, run.meta.id, path, run.meta, run.summary);
}

int report_command(const Context& context, const ReportOptions& options) {
    const std::optional<storage::Store> store = open_store(context, storage::Access::read_only);
    if (!store) {
        return exit_usage;
    }
    const Result<StoredRun> run = load_run(context, *store->read, options.run);
    if (!run) {
        return report_error(context, run.error());
    }
    std::optional<PageComparison> compared;
    if (!options.against.empty()) {
        Result<PageComparison> made = compare_for_page(context, options.folder, options.against, run->meta.id);
        if (!made) {
            return report_error(context, made.error());
        }
        compared = std::move(*made);
    }
    const std::string path = file_of(options.out);
    if (const auto folder = std::filesystem::path(path).parent_path(); !folder.empty()) {
        std::error_code ignored;  // a folder that cannot be made is reported when the file is written
        std::filesystem::create_directories(folder, ignored);
    }
    const Result<report::HtmlContents> written = write_report(
        *store->read, *run, path, static_cast<std::uint64_t>(options.megabytes * 1e6), std::move(compared));
    if (!written) {
        return report_error(context, written.error());
    }
    context.out() << fmt::format("{}: {} conversations of run {}, {:.1f} MB\n{}\n", path, run->summary.done,
                                 run->meta.id, static_cast<double>(written->bytes) / 1e6,
                                 report::to_sentence(*written));
    return exit_passed;
}

}  // namespace

void add_report(CLI::App& app, Context& context, int& exit_code) {
    auto options = std::make_shared<ReportOptions>();
    CLI::App* command =
        app.add_subcommand("report", "Write one HTML file of a stored run that opens from disk, offline");
    command->footer(
        "Examples:\n  sosia report\n  sosia report r019c --out results/\n  sosia report latest --max-mb 5\n"
        "  sosia report latest --against main");
    command->add_option("run", options->run, "run id, the beginning of one, or latest")->capture_default_str();
    command->add_option("--out", options->out, "file, or folder for report.html")->capture_default_str();
    command->add_option("--against", options->against,
                        "baseline or run to compare with: the file then shows what changed, side by side");
    add_folder_option(*command, options->folder);
    command->add_option("--max-mb", options->megabytes, "size to stay within; what is left out is said in the file")
        ->check(CLI::Range(1.0, 500.0))
        ->capture_default_str();
    command->callback([options, &context, &exit_code] { exit_code = report_command(context, *options); });
}

}  // namespace sosia::cli
