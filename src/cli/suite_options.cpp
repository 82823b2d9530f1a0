#include "cli/suite_options.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>

#include "base/text.h"

namespace sosia::cli {
namespace json = boost::json;
namespace {

template <class T>
Result<void> keep_only(std::vector<T>& items, const std::vector<std::string>& wanted, std::string_view what) {
    if (wanted.empty()) {
        return {};
    }
    std::vector<std::string> known;
    for (const T& item : items) {
        known.push_back(item.id);
    }
    for (const std::string& id : wanted) {
        if (std::ranges::find(known, id) == known.end()) {
            const std::string_view near = nearest(id, known);
            return fail(ErrorKind::usage,
                        fmt::format("no {} is called \"{}\"; there are: {}", what, id, join(known, ", ")),
                        near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
        }
    }
    std::erase_if(items, [&](const T& item) { return std::ranges::find(wanted, item.id) == wanted.end(); });
    return {};
}

Result<void> apply_cover(const std::string& text, MatrixSpec& matrix) {
    if (text == "full") {
        matrix.cover = MatrixSpec::Cover::full;
        return {};
    }
    int strength = 0;
    if (text == "pairwise") {
        strength = 2;
    } else {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), strength);
        const bool way = std::string_view(end, static_cast<std::size_t>(text.data() + text.size() - end)) == "-way";
        if (error != std::errc{} || !way || strength < 1 || strength > 6) {
            return fail(ErrorKind::usage,
                        "--cover is \"" + text + "\"; expected full, pairwise or N-way such as 3-way");
        }
    }
    matrix.cover = MatrixSpec::Cover::t_way;
    matrix.strength = strength;
    return {};
}

json::array list_json(const std::vector<std::string>& values) {
    json::array out;
    for (const std::string& value : values) {
        out.emplace_back(value);
    }
    return out;
}

void read_list(const json::object& o, const char* key, std::vector<std::string>& into) {
    if (const json::value* v = o.if_contains(key); v != nullptr && v->is_array()) {
        for (const json::value& item : v->as_array()) {
            into.emplace_back(item.as_string());
        }
    }
}

template <class Number>
void read_number(const json::object& o, const char* key, std::optional<Number>& into) {
    if (const json::value* v = o.if_contains(key)) {
        into = v->to_number<Number>();
    }
}

}  // namespace

namespace {

void add_selection(CLI::App& command, SuiteOptions& o) {
    command.add_option("--seed", o.seed, "seed of every random choice (default: the suite's)")->type_name("N");
    command.add_option("--runs", o.runs, "repetitions of each cell")
        ->check(CLI::Range(1, 1'000'000).description(""))
        ->type_name("N");
    command.add_option("--sample", o.sample, "at most so many cells, drawn with the seed")
        ->check(CLI::Range(1, 100'000'000).description(""))
        ->type_name("N");
    command.add_option("--cover", o.cover, "full, pairwise or N-way, such as 3-way")->type_name("HOW");
    command.add_option("--concurrency", o.concurrency, "conversations at once")
        ->check(CLI::Range(1, 65'536).description(""))
        ->type_name("N");
    command.add_option("--tag", o.tags, "only scenarios and personas with one of these tags")->type_name("TAG");
    command.add_option("--skip-tag", o.skip_tags, "nothing with one of these tags")->type_name("TAG");
    command.add_option("--persona", o.personas, "only these personas")->type_name("ID");
    command.add_option("--scenario", o.scenarios, "only these scenarios")->type_name("ID");
    command.add_option("--adversary", o.adversaries, "only these adversaries")->type_name("ID");
}

}  // namespace

void add_suite_options(CLI::App& command, SuiteOptions& o) {
    command.add_option("suite", o.path, "sosia.yaml, or the folder that holds it")
        ->type_name("PATH")
        ->capture_default_str();
    add_selection(command, o);
}

void add_merge_options(CLI::App& command, SuiteOptions& o) {
    command.add_option("--suite", o.path, "sosia.yaml, or the folder that holds it")
        ->type_name("PATH")
        ->capture_default_str();
    add_selection(command, o);
}

Result<void> apply(const SuiteOptions& o, Suite& suite) {
    suite.matrix.seed = o.seed.value_or(suite.matrix.seed);
    suite.matrix.runs = o.runs.value_or(suite.matrix.runs);
    suite.limits.concurrency = o.concurrency.value_or(suite.limits.concurrency);
    if (o.sample) {
        suite.matrix.sample = o.sample;
    }
    if (!o.tags.empty()) {
        suite.matrix.only_tags = o.tags;
    }
    suite.matrix.skip_tags.insert(suite.matrix.skip_tags.end(), o.skip_tags.begin(), o.skip_tags.end());
    if (o.cover) {
        if (Result<void> done = apply_cover(*o.cover, suite.matrix); !done) {
            return done;
        }
    }
    if (Result<void> done = keep_only(suite.personas, o.personas, "persona"); !done) {
        return done;
    }
    if (Result<void> done = keep_only(suite.scenarios, o.scenarios, "scenario"); !done) {
        return done;
    }
    return keep_only(suite.adversaries, o.adversaries, "adversary");
}

json::object to_json(const SuiteOptions& o) {
    json::object out{{"path", o.path}};
    const auto number = [&out](const char* key, const auto& value) {
        if (value) {
            out[key] = *value;
        }
    };
    number("seed", o.seed);
    number("runs", o.runs);
    number("sample", o.sample);
    number("cover", o.cover);
    number("concurrency", o.concurrency);
    number("shard", o.shard);
    out["tags"] = list_json(o.tags);
    out["skip_tags"] = list_json(o.skip_tags);
    out["personas"] = list_json(o.personas);
    out["scenarios"] = list_json(o.scenarios);
    out["adversaries"] = list_json(o.adversaries);
    return out;
}

std::vector<std::string> arguments_of(const SuiteOptions& o) {
    // "--name=value" in one word: a value that begins with a dash stays a value.
    std::vector<std::string> out;
    const auto number = [&out](const char* name, const auto& value) {
        if (value) {
            out.push_back(fmt::format("{}={}", name, *value));
        }
    };
    const auto list = [&out](const char* name, const std::vector<std::string>& values) {
        for (const std::string& value : values) {
            out.push_back(fmt::format("{}={}", name, value));
        }
    };
    number("--seed", o.seed);
    number("--runs", o.runs);
    number("--sample", o.sample);
    number("--cover", o.cover);
    number("--concurrency", o.concurrency);
    number("--shard", o.shard);
    list("--tag", o.tags);
    list("--skip-tag", o.skip_tags);
    list("--persona", o.personas);
    list("--scenario", o.scenarios);
    list("--adversary", o.adversaries);
    return out;
}

SuiteOptions suite_options_from_json(const json::object& o) {
    SuiteOptions out;
    out.path = std::string(o.at("path").as_string());
    read_number(o, "seed", out.seed);
    read_number(o, "runs", out.runs);
    read_number(o, "sample", out.sample);
    read_number(o, "concurrency", out.concurrency);
    if (const json::value* v = o.if_contains("cover")) {
        out.cover = std::string(v->as_string());
    }
    if (const json::value* v = o.if_contains("shard")) {
        out.shard = std::string(v->as_string());
    }
    read_list(o, "tags", out.tags);
    read_list(o, "skip_tags", out.skip_tags);
    read_list(o, "personas", out.personas);
    read_list(o, "scenarios", out.scenarios);
    read_list(o, "adversaries", out.adversaries);
    return out;
}

}  // namespace sosia::cli
