#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "analysis/promote.h"
#include "analysis/stand_ins.h"
#include "cli/drafts.h"
#include "cli/outcomes.h"
#include "cli/stored.h"
#include "cli/turn_signs.h"
#include "spec/yaml_write.h"
#include "user/builtin_user.h"

namespace sosia::cli {
namespace {

struct PromoteFlags {
    std::string conversation;
    std::string run;
    std::string suite;
    std::string id;
    bool print = false;
};

bool is_imported(const Conversation& c) {
    return c.cell.persona == "production" && c.cell.adversary == "production";
}

// Texts the suite's own files hold anyway: they are no secret of a customer's.
void add_texts(const boost::json::value& value, std::vector<std::string>& out) {
    if (value.is_string()) {
        out.emplace_back(value.as_string());
    } else if (value.is_array()) {
        std::ranges::for_each(value.as_array(), [&](const auto& item) { add_texts(item, out); });
    } else if (value.is_object()) {
        std::ranges::for_each(value.as_object(), [&](const auto& item) { add_texts(item.value(), out); });
    }
}

std::vector<std::string> known_values(const CellParts& parts) {
    std::vector<std::string> out{parts.persona->name};
    for (const Fact& fact : parts.persona->facts) {
        out.push_back(fact.value);
        out.push_back(fact.first_says);
    }
    for (const auto& [name, value] : parts.persona->background) {
        out.push_back(value);
    }
    add_texts(merged_context(*parts.scenario, *parts.edge_case), out);
    add_texts(parts.edge_case->documents, out);
    return out;
}

struct Promoted {
    analysis::Draft draft;
    std::vector<std::string> replaced;
};

Error lost_parts(const Conversation& c) {
    return {ErrorKind::usage, "the suite no longer has everything of " + to_string(c.cell),
            "restore the parts, or promote a conversation of a newer run"};
}

Result<Promoted> promoted(const Conversation& c, const Suite& suite, const std::string& id) {
    if (is_imported(c)) {
        const Result<std::unique_ptr<user::Engine>> engine = user::Engine::create();
        if (!engine) {
            return std::unexpected(engine.error());
        }
        analysis::Cleaned clean = analysis::without_personal_data(c, {});
        const std::vector<analysis::TurnSigns> signs = signs_of(clean.conversation, (*engine)->reader());
        return Promoted{analysis::promote_transcript(clean.conversation, signs, id), std::move(clean.replaced)};
    }
    const Scenario* scenario = suite.scenario(c.cell.scenario);
    const CellParts parts{suite.persona(c.cell.persona), scenario,
                          scenario == nullptr ? nullptr : find_edge_case(*scenario, c.cell.edge_case),
                          suite.adversary(c.cell.adversary)};
    if (parts.persona == nullptr || parts.edge_case == nullptr || parts.adversary == nullptr) {
        return std::unexpected(lost_parts(c));
    }
    analysis::Cleaned clean = analysis::without_personal_data(c, known_values(parts));
    return Promoted{analysis::promote_simulated(clean.conversation, parts, id), std::move(clean.replaced)};
}

// A real user brings no tactics along: the plain adversary of the suite, where it has one.
void choose_adversary(const Suite& suite, analysis::Draft& draft) {
    if (!draft.scenario.adversaries.empty()) {
        return;
    }
    const auto plain = std::ranges::find(suite.adversaries, AdversaryFamily::cooperative, &Adversary::family);
    if (plain != suite.adversaries.end()) {
        draft.scenario.adversaries.ids = {plain->id};
    } else {
        draft.to_check.emplace_back("the suite has no cooperative adversary; every one of it will meet this scenario");
    }
}

std::vector<std::string> header(const StoredConversation& from, const Promoted& p, std::string_view what) {
    const Conversation& c = from.conversation;
    std::vector<std::string> out{
        fmt::format("{} made from conversation {} of run {} ({}), which failed at {}.", what, c.id, from.run,
                    is_imported(c) ? "imported from production" : to_string(c.cell), p.draft.check),
        "A draft: read it, put right what is wrong, and take this comment out.", "Inferred:"};
    for (const std::string& line : p.draft.inferred) {
        out.push_back("  - " + line);
    }
    if (!p.replaced.empty()) {
        out.push_back("  - replaced by made-up values: " + fmt::format("{}", fmt::join(p.replaced, ", ")));
    }
    out.emplace_back("To check:");
    for (const std::string& line : p.draft.to_check) {
        out.push_back("  - " + line);
    }
    return out;
}

Result<void> write_new(const std::string& path, const std::string& text) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) {
        return fail(ErrorKind::usage, path + " is there already", "choose another name with --id, or delete it");
    }
    return write_text_file(path, text);
}

// Both files or none; then the whole suite is read again.
int write_draft(const Context& context, const Suite& suite, const std::string& id, const std::string& persona,
                const std::string& scenario) {
    const std::string persona_file = part_folder(suite, suite.personas, "personas") + "/" + id + ".yaml";
    const std::string scenario_file = part_folder(suite, suite.scenarios, "scenarios") + "/" + id + ".yaml";
    if (const Result<void> written = write_new(persona_file, persona); !written) {
        return report_error(context, written.error());
    }
    if (const Result<void> written = write_new(scenario_file, scenario); !written) {
        std::error_code ignored;
        std::filesystem::remove(persona_file, ignored);
        return report_error(context, written.error());
    }
    context.out() << persona_file << "\n" << scenario_file << "\n";
    const std::optional<Suite> now = load(context, suite.file);
    if (!now) {
        context.err() << "the suite is not valid with these files; mend or delete them\n";
        return exit_usage;
    }
    if (now->scenario(id) == nullptr || now->persona(id) == nullptr) {
        context.out() << "name both in " << suite.file << ": its lists do not reach these folders\n";
    }
    context.out() << fmt::format("read them (what to check stands at the top), then: sosia run {} --scenario {}\n",
                                 suite.file, id);
    return exit_passed;
}

std::optional<Suite> suite_for(const Context& context, const PromoteFlags& flags, const std::string& run_id) {
    if (!flags.suite.empty()) {
        return load(context, flags.suite);
    }
    const std::optional<storage::Store> store = open_store(context, storage::Access::read_only);
    const Result<storage::RunInfo> run = store ? store->read->run(run_id) : fail(ErrorKind::usage, "no such run");
    std::optional<Suite> suite = run ? suite_of_run(context, *run) : std::nullopt;
    if (!suite) {
        report_error(context, Error{ErrorKind::usage, "the suite of run " + run_id + " is not there any more",
                                    "say which one with --suite"});
    }
    return suite;
}

int promote_command(const Context& context, const PromoteFlags& flags) {
    const std::optional<StoredConversation> found = find_conversation(context, flags.conversation, flags.run);
    const std::optional<Suite> suite = found ? suite_for(context, flags, found->run) : std::nullopt;
    if (!suite) {
        return exit_usage;
    }
    const std::string id = flags.id.empty() ? "promoted-" + found->conversation.id : flags.id;
    if (const Result<void> named = check_baseline_name(id); !named) {
        return report_error(context, Error{ErrorKind::usage, "\"" + id + "\" cannot be the name of a scenario",
                                           "use letters, digits, \".\", \"_\" and \"-\""});
    }
    Result<Promoted> p = promoted(found->conversation, *suite, id);
    if (p && p->draft.check.empty()) {
        p = fail(ErrorKind::usage, "no check failed in conversation " + found->conversation.id,
                 "sosia list RUN --failed shows what can be promoted");
    }
    if (!p) {
        return report_error(context, p.error());
    }
    choose_adversary(*suite, p->draft);
    const std::string persona = spec::persona_yaml(p->draft.persona, header(*found, *p, "Persona"));
    const std::string scenario = spec::scenario_yaml(p->draft.scenario, header(*found, *p, "Scenario"));
    if (flags.print) {
        context.out() << persona << "---\n" << scenario;
        return exit_passed;
    }
    return write_draft(context, *suite, id, persona, scenario);
}

}  // namespace

void add_promote(CLI::App& app, Context& context, int& exit_code) {
    auto flags = std::make_shared<PromoteFlags>();
    CLI::App* command =
        app.add_subcommand("promote", "A scenario and a persona, for review, from a conversation that failed");
    command->footer(
        "Examples:\n  sosia promote c7f3\n  sosia promote c7f3 --id refund-asked-twice --suite my-suite\n"
        "Personal data is replaced by made-up values; nothing is overwritten.");
    command->add_option("conversation", flags->conversation, "id or the beginning of one")->required();
    command->add_option("--run", flags->run, "in this run (default: the newest that has it)");
    command->add_option("--suite", flags->suite, "the suite they join (default: the run's)");
    command->add_option("--id", flags->id, "of the new persona and scenario");
    command->add_flag("--print", flags->print, "print both files instead of writing them");
    command->callback([flags, &context, &exit_code] { exit_code = promote_command(context, *flags); });
}

}  // namespace sosia::cli
