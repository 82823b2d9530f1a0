#include "cli/page_comparison.h"

#include <algorithm>
#include <filesystem>

#include <boost/json/array.hpp>

#include "analysis/baseline.h"
#include "cli/compare_options.h"

namespace sosia::cli {
namespace json = boost::json;
namespace {

std::string text_of(const json::object& o, const char* side, const char* key) {
    return std::string(o.at(side).at(key).as_string());
}

}  // namespace

Result<PageComparison> compare_for_page(const Context& context, const BaselineFolder& folder, const std::string& before,
                                        const std::string& after) {
    const Result<analysis::Outcomes> was = outcomes_named(context, folder, before);
    if (!was) {
        return std::unexpected(was.error());
    }
    const Result<analysis::Outcomes> is = outcomes_named(context, folder, after);
    if (!is) {
        return std::unexpected(is.error());
    }
    CompareFlags flags{.folder = folder, .options = {}, .markdown = {}};
    flags.options.force = true;
    if (const Result<void> completed = complete(context, flags); !completed) {
        return std::unexpected(completed.error());
    }
    std::optional<Suite> suite = suite_of_outcomes(context, *is);
    flags.options.suite = suite ? &*suite : nullptr;
    const Result<analysis::Comparison> comparison = analysis::compare(*was, *is, flags.options);
    if (!comparison) {
        return std::unexpected(comparison.error());
    }
    PageComparison out{.pairs = report::changed_pairs(*was, *is, *comparison), .page = {}};
    out.page = report::comparison_page_json(*comparison, out.pairs);
    return out;
}

std::vector<std::pair<std::string, std::string>> records_of(storage::RunReader& reader,
                                                            const PageComparison& compared) {
    const std::string before = text_of(compared.page, "before", "run");
    const std::string after = text_of(compared.page, "after", "run");
    std::vector<std::pair<std::string, std::string>> out;
    const auto add = [&](const std::string& run, const char* side, const std::string& id) {
        if (id.empty() || run.empty()) {
            return;
        }
        if (Result<storage::RunReader::Found> found = reader.find(id, run)) {
            out.emplace_back(std::string(side) + " " + id, std::move(found->record));
        }
    };
    for (const report::ChangedPair& pair : compared.pairs) {
        add(before, "before", pair.before.conversation);
        add(after, "after", pair.after.conversation);
    }
    return out;
}

json::array baselines_json(const BaselineFolder& folder) {
    json::array out;
    std::error_code error;
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path, error)) {
        if (entry.path().extension() == ".json" && check_baseline_name(entry.path().stem().string())) {
            names.push_back(entry.path().stem().string());
        }
    }
    std::ranges::sort(names);
    for (const std::string& name : names) {
        const Result<std::string> text = read_text_file(folder.baseline(name));
        const Result<analysis::Outcomes> baseline =
            text ? analysis::baseline_from_text(*text) : std::unexpected(text.error());
        if (baseline) {
            out.emplace_back(json::object{
                {"name", name}, {"suite", baseline->suite}, {"run", baseline->run}, {"set_at", baseline->set_at}});
        }
    }
    return out;
}

}  // namespace sosia::cli
