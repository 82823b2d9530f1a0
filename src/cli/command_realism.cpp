#include <CLI/CLI.hpp>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "analysis/realism.h"
#include "cli/context.h"
#include "domain/record_json.h"

namespace sosia::cli {
namespace {

int realism_command(const Context& context, const std::string& id) {
    const std::optional<storage::Store> store = open_store(context, storage::Access::read_only);
    if (!store) {
        return exit_usage;
    }
    const Result<storage::RunInfo> run = store->read->run(id);
    if (!run) {
        return report_error(context, run.error());
    }
    analysis::RealismBuilder builder;
    const Result<void> read = store->read->records(run->id, [&](std::string_view record) {
        if (const Result<Conversation> c =
                conversation_from_json(boost::json::parse(boost::json::string_view(record.data(), record.size())))) {
            builder.add(*c);
        }
        return true;
    });
    if (!read) {
        return report_error(context, read.error());
    }
    const analysis::RealismMeasures measures = builder.finish();
    std::ostream& out = context.out();
    out << fmt::format("{} user turns of {} conversations in run {}\n\n", measures.user_turns, measures.conversations,
                       run->id);
    out << fmt::format("{:<28} {:>8}   {:>16}   {:>8}\n", "", "here", "people", "model");
    int nearer = 0;
    int telling = 0;
    for (const analysis::RealismRow& row : analysis::compare_with_references(measures)) {
        telling += row.separates ? 1 : 0;
        nearer += row.separates && row.nearer_to_people ? 1 : 0;
        out << fmt::format("{:<28} {:>8.3f}   {:>7.3f}..{:<7.3f}   {:>8.3f}   {}\n", row.measure, row.here,
                           row.people_low, row.people_high, row.model,
                           !row.separates         ? "(does not separate people from models)"
                           : row.nearer_to_people ? "like people"
                                                  : "like a model");
    }
    out << fmt::format("\n{} of {} telling measures lie nearer to people than to a model playing the user\n", nearer,
                       telling);
    for (const analysis::RealismReference& reference : analysis::realism_references()) {
        out << "  " << reference.name << "\n";
    }
    return exit_passed;
}

}  // namespace

void add_realism(CLI::App& app, Context& context, int& exit_code) {
    auto id = std::make_shared<std::string>("latest");
    CLI::App* command = app.add_subcommand("realism", "How much the simulated users of a run write like people");
    command->footer("Example:\n  sosia realism latest");
    command->add_option("run", *id, "run id, the beginning of one, or latest")->type_name("RUN")->capture_default_str();
    command->callback([id, &context, &exit_code] { exit_code = realism_command(context, *id); });
}

}  // namespace sosia::cli
