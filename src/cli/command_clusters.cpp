#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "analysis/clusters.h"
#include "base/text.h"
#include "cli/cluster_models.h"
#include "cli/outcomes.h"
#include "cli/stored.h"
#include "domain/json_text.h"
#include "domain/record_json.h"
#include "report/ansi.h"

namespace sosia::cli {
namespace json = boost::json;
namespace {

struct ClusterFlags {
    BaselineFolder folder;
    std::string run = "latest";
    std::optional<double> cut;
    std::string group = "linkage";
    std::string embeddings;  // model; "" tf-idf
    std::string advice;      // model; "" rules only
    std::size_t most = 10;
    bool json = false;
    bool forget = false;
};

std::string registry(const BaselineFolder& folder) {
    return folder.path + "/clusters.json";
}

std::string text_of(const json::object& o, const char* key) {
    return std::string(o.at(key).as_string());
}

analysis::KnownCluster known_from(const json::object& o) {
    analysis::KnownCluster out{.number = o.at("number").to_number<int>(),
                               .signal = text_of(o, "signal"),
                               .since = text_of(o, "since"),
                               .since_run = text_of(o, "since_run"),
                               .last_seen = text_of(o, "last_seen")};
    for (const auto& [term, weight] : o.at("fingerprint").as_object()) {
        out.fingerprint[std::string(term)] = weight.to_number<double>();
    }
    return out;
}

Result<std::vector<analysis::KnownCluster>> read_known(const std::string& path) {
    std::vector<analysis::KnownCluster> out;
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
        return out;
    }
    const Result<std::string> text = read_text_file(path);
    if (!text) {
        return std::unexpected(text.error());
    }
    try {
        for (const json::value& item : json::parse(*text).as_array()) {
            out.push_back(known_from(item.as_object()));
        }
    } catch (const std::exception& e) {
        return fail(ErrorKind::usage, path + " is no list of clusters: " + e.what(),
                    "delete it to number clusters from 1 again");
    }
    return out;
}

Result<void> write_known(const std::string& path, const std::vector<analysis::KnownCluster>& known) {
    std::string text = "[";
    for (const analysis::KnownCluster& k : known) {
        json::object fingerprint;
        for (const auto& [term, weight] : k.fingerprint) {
            fingerprint[term] = weight;
        }
        text +=
            (text.size() == 1 ? "\n  " : ",\n  ") + json_text(json::object{{"number", k.number},
                                                                           {"signal", k.signal},
                                                                           {"since", k.since},
                                                                           {"since_run", k.since_run},
                                                                           {"last_seen", k.last_seen},
                                                                           {"fingerprint", std::move(fingerprint)}});
    }
    return write_text_file(path, text + "\n]\n");
}

Result<std::vector<analysis::Failure>> failures_of(storage::RunReader& reader, const std::string& run) {
    std::vector<analysis::Failure> out;
    const Result<void> read = reader.records(run, [&](std::string_view record) {
        const Result<Conversation> c =
            conversation_from_json(json::parse(json::string_view(record.data(), record.size())));
        if (std::optional<analysis::Failure> failure = c ? analysis::failure_of(*c) : std::nullopt) {
            out.push_back(std::move(*failure));
        }
        return true;
    });
    return read ? Result<std::vector<analysis::Failure>>(std::move(out)) : std::unexpected(read.error());
}

json::array list(const std::vector<std::string>& values) {
    json::array out;
    for (const std::string& value : values) {
        out.emplace_back(value);
    }
    return out;
}

json::object counts(const std::map<std::string, std::size_t>& values) {
    json::object out;
    for (const auto& [key, n] : values) {
        out[key] = n;
    }
    return out;
}

// What the model says instead of the table, or why nothing; null where it was not asked.
json::object cluster_json(const analysis::Cluster& c, const judge::Advised* advised, const std::string& model) {
    json::object out{{"number", c.loose ? json::value(nullptr) : json::value(c.number)},
                     {"signal", c.signal},
                     {"words", list(c.words)},
                     {"conversations", list(c.conversations)},
                     {"representatives", list(c.representatives)},
                     {"by_scenario", counts(c.scenarios)},
                     {"by_adversary", counts(c.adversaries)},
                     {"example", c.example},
                     {"suspected_cause", c.cause},
                     {"proposed_change", c.change},
                     {"advice_by", "rules"},
                     {"since", c.since},
                     {"since_run", c.since_run},
                     {"new", c.is_new},
                     {"loose", c.loose}};
    if (advised == nullptr) {
        return out;
    }
    if (!advised->advice) {
        out["advice_error"] = advised->advice.error();
        return out;
    }
    const judge::ModelAdvice& advice = *advised->advice;
    out["suspected_cause"] = advice.cause;
    out["proposed_change"] = advice.change;
    out["advice_by"] = model;
    out["evidence"] = json::object{
        {"conversation", advice.conversation}, {"turn", advice.evidence.turn}, {"quote", advice.evidence.text}};
    out["by_rule"] = json::object{{"suspected_cause", c.cause}, {"proposed_change", c.change}};
    return out;
}

std::string most_common(const std::map<std::string, std::size_t>& values) {
    const auto best = std::ranges::max_element(values, {}, [](const auto& entry) { return entry.second; });
    return fmt::format("{} ({}; {} in all)", report::safe(best->first), best->second, values.size());
}

void print_advice(std::ostream& out, const analysis::Cluster& c, const judge::Advised* advised,
                  const std::string& model) {
    constexpr std::size_t most_quoted = 120;
    if (advised != nullptr && advised->advice) {
        const judge::ModelAdvice& advice = *advised->advice;
        out << fmt::format("    suspected (by {}, unproven): {}\n    try: {}\n", model, report::safe(advice.cause),
                           report::safe(advice.change));
        out << fmt::format("    because of \"{}\" (turn {} of {})\n",
                           report::safe(shorten(advice.evidence.text, most_quoted)), advice.evidence.turn,
                           advice.conversation);
        return;
    }
    if (advised != nullptr) {
        out << fmt::format("    {} gave no advice that can be used: {}\n", model,
                           report::safe(advised->advice.error()));
    }
    out << "    suspected (by rule): " << c.cause << "\n    try: " << c.change << "\n";
}

void print(const Context& context, const analysis::Cluster& c, const judge::Advised* advised,
           const std::string& model) {
    std::ostream& out = context.out();
    const std::string name = c.loose ? "no cluster" : fmt::format("cluster {}", c.number);
    const std::string seen = c.loose ? "alike to nothing else" : c.is_new ? "new" : "since " + c.since;
    out << fmt::format("{}  {}: {} conversations, {}; {}\n", name, report::safe(c.signal), c.conversations.size(), seen,
                       report::safe(join(c.words, ", ")));
    out << "    " << report::safe(shorten(replace_all(c.example, "\n", " "), 160)) << "\n";
    out << fmt::format("    most in scenario {}, with adversary {}\n", most_common(c.scenarios),
                       most_common(c.adversaries));
    print_advice(out, c, advised, model);
    for (const std::string& id : c.representatives) {
        out << "    sosia show " << id << "\n";
    }
}

std::string dollars(const std::optional<double>& usd) {
    return usd ? fmt::format("{:.6f} USD", *usd) : "at a price that is not known";
}

json::value dollars_json(const std::optional<double>& usd) {
    return usd ? json::value(*usd) : json::value(nullptr);
}

// Everything a call of the command makes, before it is printed.
struct Found {
    storage::RunInfo run;
    std::size_t failures = 0;
    std::vector<analysis::Cluster> clusters;
    std::optional<Embedded> embedded;
    std::optional<Advice> advice;

    const judge::Advised* advised(std::size_t i) const {
        return advice && i < advice->advised.size() ? &advice->advised[i] : nullptr;
    }
};

// Embeddings of different meaning lie nearer to each other than texts without a common word.
double cut_of(const ClusterFlags& flags) {
    constexpr double of_words = 0.75;
    constexpr double of_embeddings = 0.5;
    return flags.cut.value_or(flags.embeddings.empty() ? of_words : of_embeddings);
}

Result<Found> find_clusters(const Context& context, const ClusterFlags& flags, storage::RunReader& reader,
                            const Suite& suite, const storage::RunInfo& run) {
    Found out{.run = run};
    const Result<std::vector<analysis::Failure>> failures = failures_of(reader, run.id);
    if (!failures) {
        return std::unexpected(failures.error());
    }
    out.failures = failures->size();
    analysis::ClusterOptions options{.cut = cut_of(flags)};
    options.grouping = flags.group == "hdbscan" ? analysis::Grouping::hdbscan : analysis::Grouping::linkage;
    if (!flags.embeddings.empty()) {
        Result<Embedded> embedded = embed_failures(context, suite, flags.embeddings, *failures);
        if (!embedded) {
            return std::unexpected(embedded.error());
        }
        out.embedded = std::move(*embedded);
        options.embed = [&vectors = out.embedded->vectors](std::span<const std::string> texts) {
            std::vector<std::vector<float>> wanted;
            for (const std::string& text : texts) {
                wanted.push_back(vectors.at(text));
            }
            return wanted;
        };
    }
    out.clusters = analysis::cluster_failures(*failures, options);
    return out;
}

Result<void> add_advice(const Context& context, const ClusterFlags& flags, storage::RunReader& reader,
                        const Suite& suite, Found& found) {
    if (flags.advice.empty()) {
        return {};
    }
    const auto first = std::span(found.clusters).first(std::min(flags.most, found.clusters.size()));
    Result<Advice> advice = advise_clusters(context, suite, flags.advice, reader, found.run.id, first);
    if (!advice) {
        return std::unexpected(advice.error());
    }
    found.advice = std::move(*advice);
    return {};
}

void print_json(const Context& context, const ClusterFlags& flags, const Found& found) {
    json::array all;
    for (std::size_t i = 0; i < found.clusters.size(); ++i) {
        all.emplace_back(cluster_json(found.clusters[i], found.advised(i), flags.advice));
    }
    json::object out{{"run", found.run.id}, {"clusters", std::move(all)}};
    if (found.embedded) {
        const Embedded& e = *found.embedded;
        out["embeddings"] = json::object{{"model", flags.embeddings},
                                         {"asked", e.asked},
                                         {"kept", e.kept},
                                         {"tokens", e.tokens},
                                         {"usd", dollars_json(e.cost_usd)}};
    }
    if (found.advice) {
        const ModelUse& use = found.advice->use;
        out["advice"] = json::object{{"model", flags.advice},
                                     {"calls", use.calls},
                                     {"input_tokens", use.input_tokens},
                                     {"output_tokens", use.output_tokens},
                                     {"usd", dollars_json(use.cost_usd)}};
    }
    context.out() << json::serialize(out) << "\n";
}

void print_text(const Context& context, const ClusterFlags& flags, const Found& found) {
    context.out() << fmt::format("{} conversations of run {} did not pass; {} clusters\n", found.failures, found.run.id,
                                 found.clusters.size());
    for (std::size_t i = 0; i < std::min(flags.most, found.clusters.size()); ++i) {
        print(context, found.clusters[i], found.advised(i), flags.advice);
    }
    if (found.clusters.size() > flags.most) {
        context.out() << fmt::format("and {} smaller ones; --most {} lists all\n", found.clusters.size() - flags.most,
                                     found.clusters.size());
    }
    if (found.embedded) {
        const Embedded& e = *found.embedded;
        context.out() << fmt::format("{} texts embedded by {} ({} were kept): {} tokens, {}\n", e.asked + e.kept,
                                     flags.embeddings, e.kept, e.tokens, dollars(e.cost_usd));
    }
    if (found.advice) {
        const ModelUse& use = found.advice->use;
        context.out() << fmt::format("{} questions to {}: {} tokens in, {} out, {}\n", use.calls, flags.advice,
                                     use.input_tokens, use.output_tokens, dollars(use.cost_usd));
    }
}

int clusters_command(const Context& context, const ClusterFlags& flags) {
    const std::optional<storage::Store> store = open_store(context, storage::Access::read_only);
    if (!store) {
        return exit_usage;
    }
    const Result<storage::RunInfo> run = find_run(*store->read, flags.run);
    Result<std::vector<analysis::KnownCluster>> known =
        run ? read_known(registry(flags.folder)) : std::unexpected(run.error());
    if (!known) {
        return report_error(context, known.error());
    }
    const bool with_models = !flags.embeddings.empty() || !flags.advice.empty();
    const Suite suite = with_models ? suite_of_run(context, *run).value_or(Suite{}) : Suite{};
    Result<Found> found = find_clusters(context, flags, *store->read, suite, *run);
    if (!found) {
        return report_error(context, found.error());
    }
    analysis::name_clusters(found->clusters, *known, run->id, iso8601(run->started_ms).substr(0, 10));
    if (const Result<void> advised = add_advice(context, flags, *store->read, suite, *found); !advised) {
        return report_error(context, advised.error());
    }
    if (!flags.forget) {
        if (const Result<void> written = write_known(registry(flags.folder), *known); !written) {
            return report_error(context, written.error());
        }
    }
    flags.json ? print_json(context, flags, *found) : print_text(context, flags, *found);
    return exit_passed;
}

}  // namespace

void add_clusters(CLI::App& app, Context& context, int& exit_code) {
    auto flags = std::make_shared<ClusterFlags>();
    CLI::App* command = app.add_subcommand("clusters", "Failing conversations in groups of one cause each");
    command->footer(
        "Examples:\n  sosia clusters\n  sosia clusters r019c --json | jq '.clusters[] | select(.new)'\n"
        "  sosia clusters --embeddings openai/text-embedding-3-small --advice openai/gpt-4o");
    command->add_option("run", flags->run, "run id, the beginning of one, or latest")->capture_default_str();
    command
        ->add_option("--cut", flags->cut,
                     "mean cosine distance at which groups stay apart (default: 0.75, of embeddings 0.5)")
        ->check(CLI::Range(0.0, 1.0));
    command->add_option("--embeddings", flags->embeddings, "compare texts by vectors of this model instead of words")
        ->type_name("MODEL");
    command->add_option("--group", flags->group, "linkage, or hdbscan (for embeddings)")
        ->check(CLI::IsMember({"linkage", "hdbscan"}))
        ->capture_default_str();
    command->add_option("--advice", flags->advice, "let this model suspect a cause and propose a change")
        ->type_name("MODEL");
    command->add_option("--most", flags->most, "how many to print")->capture_default_str();
    command->add_flag("--json", flags->json, "all of them as JSON");
    command->add_flag("--forget", flags->forget, "do not keep the numbers for later runs");
    add_folder_option(*command, flags->folder);
    command->callback([flags, &context, &exit_code] { exit_code = clusters_command(context, *flags); });
}

}  // namespace sosia::cli
