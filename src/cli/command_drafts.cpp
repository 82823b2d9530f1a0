#include <CLI/CLI.hpp>

#include <iostream>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/drafts.h"
#include "cli/outcomes.h"

namespace sosia::cli {
namespace fs = std::filesystem;
namespace {

struct DraftFlags {
    std::vector<std::string> files;
    std::string suite = ".";
};

// Files as given; a folder stands for all drafts below it.
Result<std::vector<DraftFile>> named_drafts(const Context& context, const DraftFlags& flags, const std::string& usual) {
    std::vector<DraftFile> out;
    const std::vector<std::string> names = flags.files.empty() ? std::vector<std::string>{usual} : flags.files;
    for (const std::string& name : names) {
        std::error_code ignored;
        if (fs::is_directory(name, ignored) || (flags.files.empty() && !fs::exists(name, ignored))) {
            std::ranges::move(drafts_below(context, name), std::back_inserter(out));
            continue;
        }
        Result<DraftFile> draft = read_draft(context, name);
        if (!draft) {
            return std::unexpected(draft.error());
        }
        out.push_back(std::move(*draft));
    }
    return out;
}

std::string usual_folder(const Suite& suite) {
    return (fs::path(suite.directory) / "generated").lexically_normal().generic_string();
}

std::string text_in(const boost::json::object& body, std::string_view key) {
    const boost::json::value* value = body.if_contains(key);
    return value != nullptr && value->is_string() ? generate::harmless(std::string_view(value->as_string()), 300)
                                                  : std::string();
}

// "by openai/gpt-4o-mini from topic: refunds, 2026-03-14"
std::string origin_of(const boost::json::object& body) {
    const boost::json::value* found = body.if_contains("made_by");
    if (found == nullptr || !found->is_object()) {
        return {};
    }
    const boost::json::object& made = found->as_object();
    const std::string model = text_in(made, "model");
    return fmt::format("{}from {}, {}", model.empty() ? "" : "by " + model + " ", text_in(made, "from"),
                       text_in(made, "date"));
}

void print_line(const Context& context, const DraftFile& draft) {
    const boost::json::object& body = draft.part.bodies.front();
    const std::string about =
        draft.kind == generate::PartKind::persona ? text_in(body, "profile") : text_in(body, "intent");
    context.out() << fmt::format("{}\n    {}\n    {}\n", draft.path, shorten(about, 100), origin_of(body));
}

int list_drafts(const Context& context, const DraftFlags& flags) {
    const std::optional<Suite> suite = suite_to_join(context, flags.suite);
    if (!suite) {
        return exit_usage;
    }
    const Result<std::vector<DraftFile>> drafts = named_drafts(context, flags, usual_folder(*suite));
    if (!drafts) {
        return report_error(context, drafts.error());
    }
    if (drafts->empty()) {
        context.out() << "no drafts wait\n";
        return exit_passed;
    }
    std::ranges::for_each(*drafts, [&](const DraftFile& draft) { print_line(context, draft); });
    context.out() << "\n" << axes_table(*suite, *drafts, {});
    return exit_passed;
}

// Where a draft goes in the suite.
std::string target_of(const Suite& suite, const DraftFile& draft) {
    const std::string folder = draft.kind == generate::PartKind::persona
                                   ? part_folder(suite, suite.personas, "personas")
                                   : part_folder(suite, suite.scenarios, "scenarios");
    return (fs::path(folder) / fs::path(draft.path).filename()).lexically_normal().generic_string();
}

void remove_file(const std::string& path) {
    std::error_code ignored;
    fs::remove(path, ignored);
}

// A draft that lies in the suite's folder already is accepted where it is.
bool is_in_place(const Suite& suite, const DraftFile& draft) {
    std::error_code ignored;
    return fs::equivalent(target_of(suite, draft), draft.path, ignored);
}

// As it was before `write_accepted`.
void take_back(const Suite& suite, std::span<const DraftFile> drafts) {
    for (const DraftFile& draft : drafts) {
        if (is_in_place(suite, draft)) {
            const Result<void> restored = write_text_file(draft.path, draft.text);
            static_cast<void>(restored);  // it was writable a moment ago, and what stands there is no loss
        } else {
            remove_file(target_of(suite, draft));
        }
    }
}

Result<void> write_accepted(const Suite& suite, const std::vector<DraftFile>& drafts) {
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        const std::string path = target_of(suite, drafts[i]);
        std::error_code ignored;
        const bool taken = fs::exists(path, ignored) && !is_in_place(suite, drafts[i]);
        const Result<void> written =
            taken ? fail(ErrorKind::usage, path + " is there already", "rename the draft's file and its id")
                  : write_text_file(path, generate::accepted_text(drafts[i].text));
        if (!written) {
            take_back(suite, std::span(drafts).first(i));
            return written;
        }
    }
    return {};
}

// Parts that the suite's own lists do not reach.
void say_what_is_not_reached(const Context& context, const Suite& now, const std::vector<DraftFile>& drafts) {
    for (const DraftFile& draft : drafts) {
        const bool reached = draft.kind == generate::PartKind::persona
                                 ? now.persona(draft.part.personas.front().id) != nullptr
                                 : now.scenario(draft.part.scenarios.front().id) != nullptr;
        if (!reached) {
            context.out() << fmt::format("{} is in a folder that {} does not list: name it there\n",
                                         target_of(now, draft), now.file);
        }
    }
}

// All or none: with a suite that does not load afterwards everything is as it was.
int accept(const Context& context, const std::string& suite_path, const Suite& suite,
           const std::vector<DraftFile>& drafts) {
    if (const Result<void> written = write_accepted(suite, drafts); !written) {
        return report_error(context, written.error());
    }
    const std::optional<Suite> now = suite.file.empty() ? std::optional<Suite>(suite) : load(context, suite_path);
    if (!now) {
        take_back(suite, drafts);
        context.err() << "the suite is not valid with these files; nothing was accepted\n";
        return exit_usage;
    }
    for (const DraftFile& draft : drafts) {
        if (!is_in_place(suite, draft)) {
            remove_file(draft.path);
        }
        context.out() << fmt::format("accepted {}\n", target_of(suite, draft));
    }
    if (!suite.file.empty()) {
        say_what_is_not_reached(context, *now, drafts);
    }
    return exit_passed;
}

// A suite without personas or scenarios does not load yet; drafts may be what it is waiting for.
std::optional<Suite> suite_for_drafts(const Context& context, const std::string& path) {
    spec::LoadResult loaded = spec::load_suite(path, context.process.environment);
    if (loaded.suite) {
        return std::move(loaded.suite);
    }
    Suite empty;
    std::error_code ignored;
    const bool folder = fs::is_directory(path, ignored);
    empty.directory = folder ? path : fs::path(path).parent_path().string();
    empty.file = folder ? (fs::path(path) / "sosia.yaml").string() : path;
    empty.file = fs::exists(empty.file, ignored) ? empty.file : std::string();
    return empty;
}

int accept_drafts(const Context& context, const DraftFlags& flags) {
    const std::optional<Suite> suite = suite_for_drafts(context, flags.suite);
    const Result<std::vector<DraftFile>> drafts = named_drafts(context, flags, "");
    if (!drafts) {
        return report_error(context, drafts.error());
    }
    if (drafts->empty()) {
        return report_error(
            context, Error{ErrorKind::usage, "there is no draft in what was named", "sosia drafts list shows them"});
    }
    return accept(context, flags.suite, *suite, *drafts);
}

int reject_drafts(const Context& context, const DraftFlags& flags) {
    const Result<std::vector<DraftFile>> drafts = named_drafts(context, flags, "");
    if (!drafts) {
        return report_error(context, drafts.error());
    }
    for (const DraftFile& draft : *drafts) {
        remove_file(draft.path);
        context.out() << "deleted " << draft.path << "\n";
    }
    return exit_passed;
}

// 'y', 'n', 's' (later) or 'q'; 'q' when the answers end.
char asked(const Context& context) {
    std::string line;
    while (true) {
        context.out() << "accept it? y(es), n(o: delete it), l(ater), q(uit) " << std::flush;
        if (!std::getline(std::cin, line)) {
            return 'q';
        }
        const std::string answer = lower(trim(line));
        if (!answer.empty() && std::string_view("ynlq").contains(answer.front())) {
            return answer.front();
        }
    }
}

int review_drafts(const Context& context, const DraftFlags& flags) {
    const Process& p = context.process;
    if (!p.out_is_terminal || !p.err_is_terminal || p.environment("CI")) {
        return report_error(context, Error{ErrorKind::usage, "review asks a person at a terminal; there is none here",
                                           "in scripts: sosia drafts list, then sosia drafts accept FILE..."});
    }
    const std::optional<Suite> first = suite_for_drafts(context, flags.suite);
    const Result<std::vector<DraftFile>> drafts = named_drafts(context, flags, usual_folder(*first));
    if (!drafts) {
        return report_error(context, drafts.error());
    }
    for (const DraftFile& draft : *drafts) {
        context.out() << "\n" << draft.path << "\n" << replace_all(draft.text, "\x1b", "?") << "\n";
        const char answer = asked(context);
        if (answer == 'q') {
            break;
        }
        if (answer == 'n') {
            remove_file(draft.path);
        } else if (answer == 'y') {
            accept(context, flags.suite, *suite_for_drafts(context, flags.suite), {draft});
        }
    }
    return exit_passed;
}

CLI::App* add_kind(CLI::App& drafts, const char* name, const char* what, const std::shared_ptr<DraftFlags>& flags,
                   bool named) {
    CLI::App* command = drafts.add_subcommand(name, what);
    command
        ->add_option(
            "files", flags->files,
            named ? "files, or folders for all below them" : "files or folders (default: generated/ beside the suite)")
        ->required(named);
    command->add_option("--suite", flags->suite, "the suite they are for")->type_name("DIR")->capture_default_str();
    return command;
}

}  // namespace

void add_drafts(CLI::App& app, Context& context, int& exit_code) {
    CLI::App* drafts = app.add_subcommand("drafts", "Generated personas and scenarios that wait for a person's yes");
    drafts->footer(
        "Examples:\n  sosia drafts list\n  sosia drafts review\n  sosia drafts accept "
        "generated/scenarios/late-return.yaml\n"
        "Drafts are left out of every run until they are accepted.");
    drafts->require_subcommand(1);
    auto flags = std::make_shared<DraftFlags>();
    using Run = int (*)(const Context&, const DraftFlags&);
    const auto add = [&](const char* name, const char* what, bool named, Run run) {
        add_kind(*drafts, name, what, flags, named)->callback([flags, run, &context, &exit_code] {
            exit_code = run(context, *flags);
        });
    };
    add("list", "What waits, and which axes it would cover", false, list_drafts);
    add("review", "One after the other on the terminal: accept, delete or leave", false, review_drafts);
    add("accept", "Into the suite's folders, all or none", true, accept_drafts);
    add("reject", "Delete them", true, reject_drafts);
}

}  // namespace sosia::cli
