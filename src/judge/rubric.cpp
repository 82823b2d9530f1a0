#include "judge/rubric.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "base/hash.h"
#include "base/text.h"
#include "sosia_judge_data_data.h"

namespace sosia::judge {
namespace {

constexpr std::array<std::string_view, 4> usual{"task-completion", "groundedness", "context-retention", "tone"};

std::string version_of(const Rubric& rubric) {
    std::string all = rubric.question;
    for (const Anchor& level : rubric.levels) {
        all += fmt::format("\n{} {}\n{}", level.level, level.text, level.example);
    }
    return content_hash(all);
}

std::vector<Rubric> read(std::string_view file) {
    std::vector<Rubric> out;
    const auto files = sosia_judge_data::embedded_files();
    const auto found = std::ranges::find(files, file, &sosia_judge_data::EmbeddedFile::name);
    for (const auto& entry : YAML::Load(std::string(found->text))) {
        Rubric rubric{.name = entry.first.as<std::string>(), .question = entry.second["question"].as<std::string>()};
        for (const auto& level : entry.second["levels"]) {
            rubric.levels.push_back({.level = level.first.as<int>(),
                                     .text = level.second["text"].as<std::string>(),
                                     .example = level.second["example"].as<std::string>()});
        }
        std::ranges::sort(rubric.levels, {}, &Anchor::level);
        rubric.version = version_of(rubric);
        out.push_back(std::move(rubric));
    }
    return out;
}

const Criterion* criterion_named(const Suite& suite, std::string_view name) {
    const auto found = std::ranges::find(suite.scorecard.criteria, name, &Criterion::name);
    return found == suite.scorecard.criteria.end() ? nullptr : &*found;
}

// The suite's own rubric of that name, else the ready one.
std::optional<Rubric> find(const Suite& suite, std::string_view name) {
    const Criterion* criterion = criterion_named(suite, name);
    const auto ready = std::ranges::find(ready_rubrics(), name, &Rubric::name);
    std::optional<Rubric> out;
    if (criterion != nullptr && !criterion->levels.empty()) {
        out = Rubric{.name = std::string(name), .question = criterion->question, .levels = criterion->levels};
        out->version = version_of(*out);
    } else if (ready != ready_rubrics().end()) {
        out = *ready;
    }
    if (out && criterion != nullptr) {
        out->categories = criterion->categories;
        out->passes_from = criterion->floor.value_or(out->passes_from);
    }
    return out;
}

std::unexpected<Error> unknown(std::string_view name, const Suite& suite) {
    std::vector<std::string> names;
    for (const Rubric& rubric : ready_rubrics()) {
        names.push_back(rubric.name);
    }
    for (const Criterion& criterion : suite.scorecard.criteria) {
        names.push_back(criterion.name);
    }
    const std::string_view near = nearest(name, names);
    return fail(ErrorKind::usage, fmt::format("the judge is to rate \"{}\", for which there is no rubric", name),
                near.empty()
                    ? "give the scorecard's criterion a question and levels, or take one of: " + join(names, ", ")
                    : fmt::format("did you mean \"{}\"?", near));
}

}  // namespace

bool Rubric::applies_to(std::string_view category) const {
    return categories.empty() || std::ranges::find(categories, category) != categories.end();
}

bool Rubric::has_level(int level) const {
    return std::ranges::find(levels, level, &Anchor::level) != levels.end();
}

const std::vector<Rubric>& ready_rubrics() {
    static const std::vector<Rubric> rubrics = read("data/rubrics.yaml");
    return rubrics;
}

const Rubric& realism_rubric() {
    static const std::vector<Rubric> rubrics = read("data/realism.yaml");
    return rubrics.front();
}

Result<std::vector<Rubric>> rubrics_of(const Suite& suite) {
    std::vector<Rubric> out;
    for (const std::string& name : suite.judge.criteria) {
        std::optional<Rubric> rubric = find(suite, name);
        if (!rubric) {
            return unknown(name, suite);
        }
        out.push_back(std::move(*rubric));
    }
    for (std::size_t i = 0; suite.judge.criteria.empty() && i < suite.scorecard.criteria.size(); ++i) {
        if (std::optional<Rubric> rubric = find(suite, suite.scorecard.criteria[i].name)) {
            out.push_back(std::move(*rubric));
        }
    }
    if (out.empty()) {
        for (const std::string_view name : usual) {
            out.push_back(*find(suite, name));
        }
    }
    return out;
}

}  // namespace sosia::judge
