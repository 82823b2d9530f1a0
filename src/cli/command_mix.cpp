#include <CLI/CLI.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "analysis/mix.h"
#include "base/text.h"
#include "cli/outcomes.h"
#include "cli/stored.h"
#include "domain/record_json.h"
#include "report/ansi.h"

namespace sosia::cli {
namespace json = boost::json;
namespace {

struct MixFlags {
    std::string simulated = "latest~1";
    std::string real = "latest";
    analysis::MixOptions options;
    bool json = false;
};

// Calls `use` with every conversation of a run.
template <class Use>
Result<void> each_conversation(storage::RunReader& reader, const std::string& run, const Use& use) {
    return reader.records(run, [&](std::string_view record) {
        const Result<Conversation> c =
            conversation_from_json(json::parse(json::string_view(record.data(), record.size())));
        if (c) {
            use(*c);
        }
        return true;
    });
}

Result<std::vector<analysis::MixItem>> real_items(storage::RunReader& reader, const std::string& run) {
    std::vector<analysis::MixItem> out;
    const Result<void> read = each_conversation(reader, run, [&](const Conversation& c) {
        if (std::optional<analysis::MixItem> item = analysis::mix_item(c, lower(c.cell.scenario))) {
            out.push_back(std::move(*item));
        }
    });
    return read ? Result<std::vector<analysis::MixItem>>(std::move(out)) : std::unexpected(read.error());
}

// A log's labels may be a suite's scenario ids, categories or intents: whichever of them the real side knows.
std::string intent_of(const Scenario* scenario, const std::string& id, const std::set<std::string>& labels) {
    if (scenario == nullptr) {
        return lower(id);
    }
    for (const std::string* name : {&scenario->id, &scenario->intent, &scenario->category}) {
        if (labels.contains(lower(*name))) {
            return lower(*name);
        }
    }
    return lower(scenario->category.empty() ? scenario->id : scenario->category);
}

Result<std::vector<analysis::MixItem>> simulated_items(storage::RunReader& reader, const std::string& run,
                                                       const std::optional<Suite>& suite,
                                                       const std::set<std::string>& labels) {
    std::vector<analysis::MixItem> out;
    const Result<void> read = each_conversation(reader, run, [&](const Conversation& c) {
        const Scenario* scenario = suite ? suite->scenario(c.cell.scenario) : nullptr;
        if (auto item = analysis::mix_item(c, intent_of(scenario, c.cell.scenario, labels))) {
            out.push_back(std::move(*item));
        }
    });
    return read ? Result<std::vector<analysis::MixItem>>(std::move(out)) : std::unexpected(read.error());
}

json::array interval(const stats::Interval& i) {
    return {i.low, i.high};
}

json::object trait_json(const analysis::MixTrait& t) {
    json::array classes;
    for (const analysis::MixClass& c : t.classes) {
        classes.emplace_back(json::object{{"name", c.name}, {"simulated", c.simulated}, {"real", c.real}});
    }
    return {{"name", t.name},
            {"jensen_shannon", t.jensen_shannon},
            {"floor_js", t.floor_js},
            {"total_variation", t.total_variation},
            {"floor_tv", t.floor_tv},
            {"p", t.p},
            {"p_adjusted", t.p_adjusted},
            {"classes", std::move(classes)}};
}

json::object correlation_json(const analysis::MixCorrelation& c) {
    json::array segments;
    for (const analysis::MixSegment& s : c.segments) {
        segments.emplace_back(json::object{{"name", s.name},
                                           {"simulated_n", s.simulated_n},
                                           {"real_n", s.real_n},
                                           {"simulated", s.simulated},
                                           {"real", s.real}});
    }
    json::object out{{"of", c.of}, {"segments", std::move(segments)}, {"pearson", nullptr}, {"spearman", nullptr}};
    if (c.pearson) {
        out["pearson"] = json::object{{"value", *c.pearson},
                                      {"fisher", interval(c.pearson_interval)},
                                      {"bootstrap", interval(c.pearson_bootstrap)}};
        out["spearman"] = json::object{{"value", *c.spearman},
                                       {"fisher", interval(c.spearman_interval)},
                                       {"bootstrap", interval(c.spearman_bootstrap)}};
    }
    return out;
}

template <class T, class Convert>
json::array all(const std::vector<T>& values, const Convert& convert) {
    json::array out;
    for (const T& value : values) {
        out.emplace_back(convert(value));
    }
    return out;
}

json::object mix_json(const analysis::Mix& m, const std::string& simulated, const std::string& real) {
    const auto text = [](const std::string& s) { return json::value(s); };
    return {{"simulated_run", simulated},
            {"real_run", real},
            {"simulated", m.simulated},
            {"real", m.real},
            {"traits", all(m.traits, trait_json)},
            {"measures", all(m.measures,
                             [](const analysis::MixMeasure& x) {
                                 return json::object{
                                     {"name", x.name}, {"simulated_median", x.simulated}, {"real_median", x.real},
                                     {"ks", x.ks},     {"wasserstein", x.wasserstein},    {"auc", x.auc},
                                     {"p", x.p},       {"p_adjusted", x.p_adjusted}};
                             })},
            {"not_simulated", all(m.not_simulated, text)},
            {"common_checks", all(m.common_checks, text)},
            {"correlations", all(m.correlations, correlation_json)}};
}

std::string verdict(bool far, double p_adjusted) {
    constexpr double shown = 0.05;
    return far && p_adjusted <= shown ? "differs" : far ? "above the floor" : "";
}

void print_traits(std::ostream& out, const analysis::Mix& m) {
    out << fmt::format("\n  {:<28} {:>7} {:>7} {:>7} {:>7} {:>7}\n", "trait", "JS bits", "floor", "TV", "floor", "p");
    for (const analysis::MixTrait& t : m.traits) {
        out << fmt::format("  {:<28} {:>7.3f} {:>7.3f} {:>7.3f} {:>7.3f} {:>7.3f}  {}\n", t.name, t.jensen_shannon,
                           t.floor_js, t.total_variation, t.floor_tv, t.p_adjusted,
                           verdict(t.jensen_shannon > t.floor_js, t.p_adjusted));
        constexpr std::size_t most = 6;
        for (std::size_t i = 0; i < std::min(most, t.classes.size()); ++i) {
            const analysis::MixClass& c = t.classes[i];
            out << fmt::format("      {:<26} {:>6.1f} % simulated {:>6.1f} % real\n", report::safe(shorten(c.name, 26)),
                               100 * c.simulated, 100 * c.real);
        }
    }
    out << fmt::format("\n  {:<28} {:>9} {:>7} {:>7} {:>7} {:>7} {:>7}\n", "measure (median)", "simulated", "real",
                       "KS", "W1", "AUC", "p");
    for (const analysis::MixMeasure& x : m.measures) {
        out << fmt::format("  {:<28} {:>9.1f} {:>7.1f} {:>7.3f} {:>7.2f} {:>7.3f} {:>7.3f}\n", x.name, x.simulated,
                           x.real, x.ks, x.wasserstein, x.auc, x.p_adjusted);
    }
}

void print_correlation(std::ostream& out, const analysis::MixCorrelation& c) {
    out << fmt::format("\n{} by intent, {} segments on both sides\n", c.of, c.segments.size());
    for (const analysis::MixSegment& s : c.segments) {
        out << fmt::format("  {:<28} {:>7.3f} simulated (n {}) {:>7.3f} real (n {})\n",
                           report::safe(shorten(s.name, 28)), s.simulated, s.simulated_n, s.real, s.real_n);
    }
    if (!c.pearson) {
        out << "  no correlation: three segments with enough conversations, and some spread, are needed\n";
        return;
    }
    out << fmt::format("  Pearson {:+.2f} [{:+.2f}, {:+.2f}], by bootstrap [{:+.2f}, {:+.2f}]\n", *c.pearson,
                       c.pearson_interval.low, c.pearson_interval.high, c.pearson_bootstrap.low,
                       c.pearson_bootstrap.high);
    out << fmt::format("  Spearman {:+.2f} [{:+.2f}, {:+.2f}], by bootstrap [{:+.2f}, {:+.2f}]\n", *c.spearman,
                       c.spearman_interval.low, c.spearman_interval.high, c.spearman_bootstrap.low,
                       c.spearman_bootstrap.high);
}

void print(const Context& context, const analysis::Mix& m, const std::string& simulated, const std::string& real) {
    std::ostream& out = context.out();
    out << fmt::format("{} simulated conversations (run {}), {} real ones (run {})\n", m.simulated, simulated, m.real,
                       real);
    print_traits(out, m);
    for (const std::string& line : m.not_simulated) {
        out << "  missing: " << report::safe(line) << "\n";
    }
    for (const analysis::MixCorrelation& c : m.correlations) {
        print_correlation(out, c);
    }
}

Result<analysis::Mix> mix_of(const Context& context, const MixFlags& flags, storage::RunReader& reader,
                             const storage::RunInfo& simulated, const storage::RunInfo& real) {
    const auto reals = real_items(reader, real.id);
    if (!reals) {
        return std::unexpected(reals.error());
    }
    std::set<std::string> labels;
    for (const analysis::MixItem& item : *reals) {
        labels.insert(item.intent);
    }
    const auto simulateds = simulated_items(reader, simulated.id, suite_of_run(context, simulated), labels);
    if (!simulateds) {
        return std::unexpected(simulateds.error());
    }
    if (reals->empty() || simulateds->empty()) {
        return fail(ErrorKind::usage, "one of the two runs holds no valid conversation");
    }
    return analysis::compare_mix(*simulateds, *reals, flags.options);
}

// Comparing a run with another simulated one would answer another question.
Result<storage::RunInfo> imported_run(storage::RunReader& reader, const std::string& name) {
    Result<storage::RunInfo> run = find_run(reader, name);
    if (run && run->suite != "production") {
        return fail(ErrorKind::usage, fmt::format("run {} holds simulated conversations of {}", run->id, run->suite),
                    "--real wants a run that sosia import or sosia judge made of a log");
    }
    return run;
}

int mix_command(const Context& context, const MixFlags& flags) {
    const std::optional<storage::Store> store = open_store(context, storage::Access::read_only);
    if (!store) {
        return exit_usage;
    }
    const Result<storage::RunInfo> simulated = find_run(*store->read, flags.simulated);
    const Result<storage::RunInfo> real = simulated ? imported_run(*store->read, flags.real) : simulated;
    if (!real) {
        return report_error(context, real.error());
    }
    const Result<analysis::Mix> mix = mix_of(context, flags, *store->read, *simulated, *real);
    if (!mix) {
        return report_error(context, mix.error());
    }
    if (flags.json) {
        context.out() << json::serialize(mix_json(*mix, simulated->id, real->id)) << "\n";
    } else {
        print(context, *mix, simulated->id, real->id);
    }
    return exit_passed;
}

}  // namespace

void add_mix(CLI::App& app, Context& context, int& exit_code) {
    auto flags = std::make_shared<MixFlags>();
    CLI::App* command = app.add_subcommand(
        "mix", "Simulated beside real conversations: intents, manners, lengths, and whether their scores agree");
    command->footer(
        "Examples:\n  sosia import log.jsonl --sample 0.1\n  sosia mix latest~1 --real latest\n"
        "  sosia mix r019c --real r01a2 --json");
    command->add_option("run", flags->simulated, "simulated run")->capture_default_str();
    command->add_option("--real", flags->real, "imported run (sosia import)")->capture_default_str();
    command->add_option("--least", flags->options.least, "conversations an intent needs on each side to be correlated")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command->add_option("--seed", flags->options.seed, "of shuffles and bootstrap")->capture_default_str();
    command->add_flag("--json", flags->json, "everything as JSON");
    command->callback([flags, &context, &exit_code] { exit_code = mix_command(context, *flags); });
}

}  // namespace sosia::cli
