#include "cli/drafts.h"

#include <set>
#include <system_error>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/outcomes.h"
#include "spec/yaml_write.h"

namespace sosia::cli {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t most_drafts = 2000;

std::string problems_in(const spec::PartFile& part) {
    std::string out;
    for (const spec::Diagnostic& d : part.diagnostics) {
        out += "\n" + spec::render(d);
    }
    return out;
}

bool marked(const DraftFile& file) {
    return std::ranges::any_of(file.part.bodies, generate::is_draft);
}

}  // namespace

std::optional<Suite> suite_to_join(const Context& context, const std::string& path) {
    std::error_code error;
    const bool there = fs::is_regular_file(path, error) || fs::exists(fs::path(path) / "sosia.yaml", error) ||
                       fs::exists(fs::path(path) / "sosia.yml", error);
    if (there) {
        return load(context, path);
    }
    Suite none;
    none.directory = path;
    return none;
}

Result<DraftFile> read_draft(const Context& context, const std::string& path) {
    Result<std::string> text = read_text_file(path);
    if (!text) {
        return std::unexpected(text.error());
    }
    DraftFile out{.path = path, .text = std::move(*text)};
    out.kind = generate::kind_of(path, out.text);
    out.part = spec::read_part(out.kind, path, out.text, context.process.environment);
    if (!out.part.usable) {
        return fail(ErrorKind::usage, path + " cannot be used as it is:" + problems_in(out.part),
                    "mend it and try again");
    }
    if (!marked(out)) {
        return fail(ErrorKind::usage, path + " is no draft: it has no \"draft: true\"");
    }
    return out;
}

std::vector<DraftFile> drafts_below(const Context& context, const std::string& folder) {
    std::vector<std::string> paths;
    std::error_code error;
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        const std::string ending = at->path().extension().string();
        if (at->is_regular_file(error) && (ending == ".yaml" || ending == ".yml") && paths.size() < most_drafts) {
            paths.push_back(at->path().generic_string());
        }
    }
    std::ranges::sort(paths);
    std::vector<DraftFile> out;
    for (const std::string& path : paths) {
        Result<DraftFile> draft = read_draft(context, path);
        if (draft) {
            out.push_back(std::move(*draft));
        }
    }
    return out;
}

std::vector<generate::Known> known_parts(const Context& context, const Suite& suite, generate::PartKind kind) {
    std::vector<generate::Known> out;
    std::set<std::string> files;
    const auto add = [&](const spec::PartFile& part) {
        for (std::size_t i = 0; i < part.bodies.size(); ++i) {
            const std::string id = kind == generate::PartKind::persona ? part.personas[i].id : part.scenarios[i].id;
            out.push_back({.id = id, .text = generate::compared_text(kind, part.bodies[i])});
        }
    };
    const auto visit = [&](const std::string& file, const std::string& as_yaml) {
        const std::string path = (fs::path(suite.directory) / file).string();
        const bool own_file = fs::path(file).filename() != fs::path(suite.file).filename();
        if (own_file && !files.insert(path).second) {
            return;
        }
        const Result<std::string> text = own_file ? read_text_file(path) : as_yaml;
        add(spec::read_part(kind, file, text ? *text : as_yaml, context.process.environment));
    };
    if (kind == generate::PartKind::persona) {
        for (const Persona& p : suite.personas) {
            visit(p.file, spec::persona_yaml(p, {}));
        }
    } else {
        for (const Scenario& s : suite.scenarios) {
            visit(s.file, spec::scenario_yaml(s, {}));
        }
    }
    return out;
}

std::string axes_table(const Suite& suite, const std::vector<DraftFile>& drafts, const std::vector<spec::Axis>& axes) {
    generate::Parts before{.personas = suite.personas, .scenarios = suite.scenarios, .adversaries = suite.adversaries};
    generate::Parts added;
    for (const DraftFile& draft : drafts) {
        added.personas.insert(added.personas.end(), draft.part.personas.begin(), draft.part.personas.end());
        added.scenarios.insert(added.scenarios.end(), draft.part.scenarios.begin(), draft.part.scenarios.end());
    }
    return generate::to_text(generate::axes_covered(before, added, axes));
}

}  // namespace sosia::cli
