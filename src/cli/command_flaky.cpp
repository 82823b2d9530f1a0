#include <CLI/CLI.hpp>

#include <algorithm>

#include <fmt/format.h>

#include "analysis/flaky.h"
#include "base/text.h"
#include "cli/outcomes.h"

namespace sosia::cli {
namespace {

struct FlakyFlags {
    BaselineFolder folder;
    std::string first = "latest~1";
    std::string second = "latest";
    std::string cell;
    std::string note;
    int days = 14;
};

int list_command(const Context& context, const FlakyFlags& flags) {
    const Result<std::vector<analysis::FlakyMark>> marks = read_flaky(flags.folder);
    if (!marks) {
        return report_error(context, marks.error());
    }
    if (marks->empty()) {
        context.out() << "no cell is marked flaky; sosia flaky find compares two runs of one agent\n";
    }
    const std::string today = date(*context.process.clock);
    for (const analysis::FlakyMark& m : *marks) {
        context.out() << fmt::format("{}  since {}, {} {}  {}\n", m.cell, m.since,
                                     m.expires <= today ? "EXPIRED" : "until", m.expires, m.note);
    }
    return exit_passed;
}

int add_marks(const Context& context, const FlakyFlags& flags, const std::vector<analysis::FlakyMark>& news) {
    Result<std::vector<analysis::FlakyMark>> marks = read_flaky(flags.folder);
    if (!marks) {
        return report_error(context, marks.error());
    }
    for (const analysis::FlakyMark& m : news) {
        analysis::mark(*marks, m);
        context.out() << fmt::format("{}  marked until {}{}{}\n", m.cell, m.expires, m.note.empty() ? "" : ": ",
                                     m.note);
    }
    if (const Result<void> written = write_flaky(flags.folder, *marks); !written) {
        return report_error(context, written.error());
    }
    return exit_passed;
}

analysis::FlakyMark new_mark(const Context& context, const FlakyFlags& flags, const std::string& cell,
                             const std::string& note) {
    const Clock& clock = *context.process.clock;
    return {.cell = cell, .since = date(clock), .expires = date(clock, flags.days), .note = note};
}

int find_command(const Context& context, const FlakyFlags& flags) {
    const Result<analysis::Outcomes> first = outcomes_named(context, flags.folder, flags.first);
    const Result<analysis::Outcomes> second =
        first ? outcomes_named(context, flags.folder, flags.second) : std::unexpected(first.error());
    const Result<std::vector<analysis::Flip>> flips =
        second ? analysis::flips_between(*first, *second) : std::unexpected(second.error());
    if (!flips) {
        return report_error(context, flips.error());
    }
    if (flips->empty()) {
        context.out() << fmt::format("no cell of {} ended differently in {}\n", first->title(), second->title());
        return exit_passed;
    }
    std::vector<analysis::FlakyMark> news;
    for (const analysis::Flip& flip : *flips) {
        news.push_back(new_mark(context, flags, flip.cell,
                                fmt::format("{} of {} repetitions flipped between {} and {}", flip.flips, flip.runs,
                                            first->run, second->run)));
    }
    return add_marks(context, flags, news);
}

// A mark that fits no cell would never be seen again.
int mark_command(const Context& context, const FlakyFlags& flags) {
    const std::vector<std::string_view> parts = split(flags.cell, '/');
    if (parts.size() != 4 || std::ranges::any_of(parts, &std::string_view::empty)) {
        return report_error(context, Error{ErrorKind::usage, "\"" + flags.cell + "\" is not the name of a cell",
                                           "write persona/scenario/edge-case/adversary, with - for no edge case, as "
                                           "sosia compare prints it"});
    }
    return add_marks(context, flags, {new_mark(context, flags, flags.cell, flags.note)});
}

int clear_command(const Context& context, const FlakyFlags& flags) {
    Result<std::vector<analysis::FlakyMark>> marks = read_flaky(flags.folder);
    if (!marks) {
        return report_error(context, marks.error());
    }
    if (std::erase_if(*marks, [&](const analysis::FlakyMark& m) { return m.cell == flags.cell; }) == 0) {
        return report_error(context, Error{ErrorKind::usage, "\"" + flags.cell + "\" is not marked",
                                           "sosia flaky list shows the marks"});
    }
    const Result<void> written = write_flaky(flags.folder, *marks);
    return written ? exit_passed : report_error(context, written.error());
}

}  // namespace

void add_flaky(CLI::App& app, Context& context, int& exit_code) {
    auto flags = std::make_shared<FlakyFlags>();
    CLI::App* command = app.add_subcommand("flaky", "Mark cells that flip under identical inputs, for a while");
    command->require_subcommand(1);
    command->fallthrough();
    command->footer(
        "Examples:\n  sosia flaky find latest~1 latest\n  sosia flaky list\n"
        "  sosia flaky mark sandra/refund/-/skeptic --days 7 --note 'agent is random here'\n"
        "  sosia flaky clear sandra/refund/-/skeptic");
    add_folder_option(*command, flags->folder);
    CLI::App* find = command->add_subcommand("find", "Mark every cell that ended differently in two equal runs");
    find->add_option("first", flags->first, "run")->capture_default_str();
    find->add_option("second", flags->second, "run")->capture_default_str();
    find->callback([=, &context, &exit_code] { exit_code = find_command(context, *flags); });
    CLI::App* mark = command->add_subcommand("mark", "Mark one cell by hand");
    mark->add_option("cell", flags->cell, "persona/scenario/edge-case/adversary")->required();
    mark->add_option("--note", flags->note, "why");
    mark->callback([=, &context, &exit_code] { exit_code = mark_command(context, *flags); });
    for (CLI::App* marking : {find, mark}) {
        marking->add_option("--days", flags->days, "how long the mark holds")
            ->check(CLI::Range(1, 90))
            ->capture_default_str();
    }
    CLI::App* clear = command->add_subcommand("clear", "Take a mark away");
    clear->add_option("cell", flags->cell, "persona/scenario/edge-case/adversary")->required();
    clear->callback([=, &context, &exit_code] { exit_code = clear_command(context, *flags); });
    CLI::App* list = command->add_subcommand("list", "Every mark and when it expires");
    list->callback([=, &context, &exit_code] { exit_code = list_command(context, *flags); });
}

}  // namespace sosia::cli
