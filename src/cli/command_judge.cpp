#include <CLI/CLI.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "cli/http_options.h"
#include "cli/imported.h"
#include "cli/judge_stored.h"
#include "cli/models.h"
#include "cli/outcomes.h"
#include "cli/stored.h"

namespace sosia::cli {
namespace asio = boost::asio;
namespace {

struct JudgeFlags {
    std::string file;
    std::string run;
    std::string suite;
    std::string format = "auto";
    std::string model;
    bool keep_personal_data = false;
};

using PartsOf = CellParts (*)(const Suite& suite, const Conversation& conversation);

CellParts parts_of_stored(const Suite& suite, const Conversation& conversation) {
    return parts_in(suite, conversation.cell);
}

// One worker of several that share `next`. What does not count is not judged.
asio::awaitable<void> judge_next(const judge::Judge& judge, const judge::Standing& standing, const Suite& suite,
                                 PartsOf parts_of, std::vector<Conversation>& all, std::size_t& next) {
    while (next < all.size()) {
        Conversation& c = all[next++];
        if (c.outcome != Outcome::invalid) {
            judge::Judged judged = co_await judge.rate(c, parts_of(suite, c));
            judge::apply(suite, standing, std::move(judged), c);
        }
    }
}

Result<void> judge_all(const Context& context, const Suite& suite, PartsOf parts_of, std::vector<Conversation>& all) {
    asio::io_context io(1);
    net::HttpClient http(io.get_executor(), http_options(context));
    Result<std::unique_ptr<user::Engine>> engine = user::Engine::create();
    if (!engine) {
        return std::unexpected(engine.error());
    }
    const Result<Models> models = make_models(context, suite, **engine, {io.get_executor(), http});
    if (!models) {
        return std::unexpected(models.error());
    }
    report_standing(context, *models);
    std::size_t next = 0;
    std::exception_ptr broken;
    const auto workers = std::min(all.size(), static_cast<std::size_t>(std::max(1, suite.limits.concurrency)));
    for (std::size_t i = 0; i < workers; ++i) {
        asio::co_spawn(io, judge_next(*models->judge, models->standing.standing, suite, parts_of, all, next),
                       [&](const std::exception_ptr& error) { broken = error != nullptr ? error : broken; });
    }
    io.run();
    if (broken != nullptr) {
        std::rethrow_exception(broken);
    }
    return {};
}

void print_opinions(const Context& context, const std::vector<Conversation>& all) {
    struct Line {
        double sum = 0;
        int given = 0;
        int unsure = 0;
        int missing = 0;
    };
    std::map<std::string, Line> lines;
    for (const Conversation& c : all) {
        for (const Opinion& opinion : c.opinions) {
            Line& line = lines[opinion.criterion];
            line.sum += opinion.level;
            line.given += opinion.level > 0 ? 1 : 0;
            line.missing += opinion.level > 0 ? 0 : 1;
            line.unsure += opinion.unsure ? 1 : 0;
        }
    }
    for (const auto& [criterion, line] : lines) {
        context.out() << fmt::format("  {:<22} {} of 5   {} rated, {} unsure, {} without a usable answer\n", criterion,
                                     line.given == 0 ? "-" : fmt::format("{:.2f}", line.sum / line.given), line.given,
                                     line.unsure, line.missing);
    }
}

Result<std::vector<Conversation>> read_conversations(const JudgeFlags& flags, Suite& suite) {
    const Result<std::string> text = read_text_file(flags.file);
    if (!text) {
        return std::unexpected(text.error());
    }
    const Result<analysis::Imported> imported = analysis::read_transcripts(*text, format_of(flags.format));
    if (!imported) {
        return fail(ErrorKind::usage, flags.file + ": " + imported.error().message, imported.error().hint);
    }
    add_production_parts(imported->conversations, suite);
    analysis::Redactor redact;
    std::map<std::string, int> repetitions;
    std::vector<Conversation> out;
    for (const analysis::ImportedConversation& in : imported->conversations) {
        out.push_back(
            record_of(in, repetitions[in.label]++, suite.matrix.seed, flags.keep_personal_data ? nullptr : &redact));
    }
    if (out.empty()) {
        return fail(ErrorKind::usage, flags.file + " holds no conversation with two sides");
    }
    return out;
}

// What is to be judged, by which suite, and what the stored run is said to be of.
struct Order {
    Suite suite;
    std::vector<Conversation> conversations;
    PartsOf parts_of = parts_of_production;
    std::string agent = "imported";
};

Result<Order> order_of_file(const JudgeFlags& flags, Suite suite) {
    Result<std::vector<Conversation>> all = read_conversations(flags, suite);
    if (!all) {
        return std::unexpected(all.error());
    }
    return Order{.suite = std::move(suite), .conversations = std::move(*all)};
}

Result<Order> order_of_run(storage::RunReader& reader, const storage::RunInfo& run, Suite suite) {
    Result<std::vector<Conversation>> all = unjudged(reader, run.id, suite);
    if (!all) {
        return std::unexpected(all.error());
    }
    return Order{.suite = std::move(suite),
                 .conversations = std::move(*all),
                 .parts_of = parts_of_stored,
                 .agent = fmt::format("as in run {}", run.id)};
}

// Prints why not.
std::optional<Order> read_order(const Context& context, const JudgeFlags& flags) {
    if (flags.file.empty() == flags.run.empty()) {
        report_error(context, Error{ErrorKind::usage, flags.file.empty() ? "nothing to judge" : "a file and a run",
                                    "sosia judge log.jsonl, or sosia judge --run latest"});
        return std::nullopt;
    }
    std::optional<storage::Store> store;
    std::optional<storage::RunInfo> run;
    if (!flags.run.empty()) {
        store = open_store(context, storage::Access::read_only);
        Result<storage::RunInfo> found = store ? store->read->run(flags.run) : fail(ErrorKind::unavailable, "");
        if (!found) {
            if (store) {
                report_error(context, found.error());
            }
            return std::nullopt;
        }
        run = std::move(*found);
    }
    std::optional<Suite> suite = flags.suite.empty() && run ? suite_of_run(context, *run)
                                                            : load(context, flags.suite.empty() ? "." : flags.suite);
    if (!suite && flags.suite.empty() && run) {
        report_error(context,
                     Error{ErrorKind::usage, "the suite of this run is gone or broken", "name it: --suite DIR"});
    }
    if (!suite) {
        return std::nullopt;
    }
    suite->judge.model = flags.model.empty() ? suite->judge.model : flags.model;
    suite->user = {};  // nobody plays here
    if (suite->judge.model.empty()) {
        report_error(context, Error{ErrorKind::usage, "the suite's judge is built in, and rules need no judging",
                                    "name one: --model openai/gpt-4o, or judge: { model: ... } in sosia.yaml"});
        return std::nullopt;
    }
    Result<Order> order =
        run ? order_of_run(*store->read, *run, std::move(*suite)) : order_of_file(flags, std::move(*suite));
    if (!order) {
        report_error(context, order.error());
        return std::nullopt;
    }
    return std::move(*order);
}

bool is_unheard(const Conversation& c) {
    return c.opinions.empty() && c.fault != Fault::simulator && c.fault != Fault::tool;
}

int judge_command(const Context& context, const JudgeFlags& flags) {
    std::optional<Order> order = read_order(context, flags);
    if (!order) {
        return exit_usage;
    }
    std::vector<Conversation>& all = order->conversations;
    if (const Result<void> judged = judge_all(context, order->suite, order->parts_of, all); !judged) {
        return report_error(context, judged.error());
    }
    const Result<std::string> run = store_imported(context, order->suite, all, order->agent);
    if (!run) {
        return report_error(context, run.error());
    }
    context.out() << fmt::format("{} conversations judged by {}, stored as run {}\n", all.size(),
                                 order->suite.judge.model, *run);
    print_opinions(context, all);
    const auto unheard = std::ranges::count_if(all, is_unheard);
    if (unheard > 0) {
        const auto why = std::ranges::find_if(all, is_unheard);
        const auto check = std::ranges::find(why->checks, "judge", &CheckResult::name);
        context.err() << fmt::format("{} conversations could not be judged: {}\n", unheard,
                                     check == why->checks.end() ? why->error : check->detail);
        return exit_not_valid;
    }
    return exit_passed;
}

}  // namespace

void add_judge(CLI::App& app, Context& context, int& exit_code) {
    auto flags = std::make_shared<JudgeFlags>();
    CLI::App* command =
        app.add_subcommand("judge", "Let a judge model rate conversations from elsewhere, or a stored run once more");
    command->footer(
        "Examples:\n  sosia judge log.jsonl --suite examples/refund-desk --model openai/gpt-4o\n"
        "  sosia judge --run latest --model anthropic/claude-haiku-4-5\n"
        "  sosia judge calibrate labels.csv        how far the judge agrees with people");
    command->add_option("file", flags->file, "JSON lines or list, CSV, or OTLP/JSON (docs/production.md)");
    command->add_option("--run", flags->run, "instead of a file: a stored run (id, its beginning, or latest)")
        ->type_name("RUN");
    command->add_option("--suite", flags->suite,
                        "whose judge, rubrics and scorecard rate them (default: of the run, or here)");
    command->add_option("--model", flags->model, "instead of the suite's judge")->type_name("NAME");
    command->add_option("--format", flags->format, "auto, json, csv or otlp")
        ->check(CLI::IsMember({"auto", "json", "csv", "otlp"}))
        ->capture_default_str();
    command->add_flag("--keep-personal-data", flags->keep_personal_data, "do not redact before it is sent and stored");
    add_judge_calibrate(*command, context, exit_code);
    command->callback([command, flags, &context, &exit_code] {
        if (command->get_subcommands().empty()) {
            exit_code = judge_command(context, *flags);
        }
    });
}

}  // namespace sosia::cli
