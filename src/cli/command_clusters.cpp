#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "analysis/clusters.h"
#include "base/text.h"
#include "cli/outcomes.h"
#include "domain/json_text.h"
#include "domain/record_json.h"

namespace sosia::cli {
namespace json = boost::json;
namespace {

struct ClusterFlags {
    BaselineFolder folder;
    std::string run = "latest";
    analysis::ClusterOptions options;
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

json::object cluster_json(const analysis::Cluster& c) {
    return {{"number", c.number},
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
            {"new", c.is_new}};
}

std::string most_common(const std::map<std::string, std::size_t>& values) {
    const auto best = std::ranges::max_element(values, {}, [](const auto& entry) { return entry.second; });
    return fmt::format("{} ({}; {} in all)", best->first, best->second, values.size());
}

void print(const Context& context, const analysis::Cluster& c) {
    std::ostream& out = context.out();
    const std::string seen = c.is_new ? "new" : "since " + c.since;
    out << fmt::format("cluster {}  {}: {} conversations, {}; {}\n", c.number, c.signal, c.conversations.size(), seen,
                       join(c.words, ", "));
    out << "    " << shorten(replace_all(c.example, "\n", " "), 160) << "\n";
    out << fmt::format("    most in scenario {}, with adversary {}\n", most_common(c.scenarios),
                       most_common(c.adversaries));
    out << "    suspected (by rule): " << c.cause << "\n    try: " << c.change << "\n";
    for (const std::string& id : c.representatives) {
        out << "    sosia show " << id << "\n";
    }
}

int clusters_command(const Context& context, const ClusterFlags& flags) {
    const std::optional<storage::Store> store = open_store(context, storage::Access::read_only);
    if (!store) {
        return exit_usage;
    }
    const Result<storage::RunInfo> run = find_run(*store->read, flags.run);
    const Result<std::vector<analysis::Failure>> failures =
        run ? failures_of(*store->read, run->id) : std::unexpected(run.error());
    Result<std::vector<analysis::KnownCluster>> known =
        failures ? read_known(registry(flags.folder)) : std::unexpected(failures.error());
    if (!known) {
        return report_error(context, known.error());
    }
    std::vector<analysis::Cluster> clusters = analysis::cluster_failures(*failures, flags.options);
    analysis::name_clusters(clusters, *known, run->id, iso8601(run->started_ms).substr(0, 10));
    if (!flags.forget) {
        if (const Result<void> written = write_known(registry(flags.folder), *known); !written) {
            return report_error(context, written.error());
        }
    }
    if (flags.json) {
        json::array all;
        for (const analysis::Cluster& c : clusters) {
            all.emplace_back(cluster_json(c));
        }
        context.out() << json::serialize(json::object{{"run", run->id}, {"clusters", std::move(all)}}) << "\n";
        return exit_passed;
    }
    context.out() << fmt::format("{} conversations of run {} did not pass; {} clusters\n", failures->size(), run->id,
                                 clusters.size());
    for (std::size_t i = 0; i < std::min(flags.most, clusters.size()); ++i) {
        print(context, clusters[i]);
    }
    if (clusters.size() > flags.most) {
        context.out() << fmt::format("and {} smaller ones; --most {} lists all\n", clusters.size() - flags.most,
                                     clusters.size());
    }
    return exit_passed;
}

}  // namespace

void add_clusters(CLI::App& app, Context& context, int& exit_code) {
    auto flags = std::make_shared<ClusterFlags>();
    CLI::App* command = app.add_subcommand("clusters", "Failing conversations in groups of one cause each");
    command->footer("Examples:\n  sosia clusters\n  sosia clusters r019c --json | jq '.clusters[] | select(.new)'");
    command->add_option("run", flags->run, "run id, the beginning of one, or latest")->capture_default_str();
    command->add_option("--cut", flags->options.cut, "mean cosine distance at which groups stay apart")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--most", flags->most, "how many to print")->capture_default_str();
    command->add_flag("--json", flags->json, "all of them as JSON");
    command->add_flag("--forget", flags->forget, "do not keep the numbers for later runs");
    add_folder_option(*command, flags->folder);
    command->callback([flags, &context, &exit_code] { exit_code = clusters_command(context, *flags); });
}

}  // namespace sosia::cli
