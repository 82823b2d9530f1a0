#include "spec/adversaries.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <system_error>

#include "sosia_spec_adversaries_data.h"
#include "spec/bind.h"
#include "spec/load.h"
#include "spec/sources.h"
#include "spec/yaml_read.h"

namespace sosia::spec {
namespace {

// Embedded files are ours and tested, so a problem in one shows as a missing adversary in that test.
std::vector<Adversary> read_builtin() {
    std::vector<Adversary> out;
    Diagnostics diagnostics;
    for (const auto& embedded : sosia_spec_adversaries::embedded_files()) {
        const SourceFile file{std::string(embedded.name), "", std::string(embedded.text)};
        auto documents = read_yaml(file.text);
        for (std::size_t i = 0; documents && i < documents->size(); ++i) {
            const Node& document = (*documents)[i];
            for (const Node& item : document.items) {
                check_schema(item, FileKind::adversary, file, diagnostics);
                out.push_back(bind_adversary(item, Binding{file, diagnostics}, ""));
            }
        }
    }
    return diagnostics.has_errors() ? std::vector<Adversary>{} : out;
}

// Other words for the families and for what belongs to them.
std::string usual_name(std::string_view written) {
    static const std::map<std::string, std::string, std::less<>> others{{"objection", "objection-ladder"},
                                                                        {"objections", "objection-ladder"},
                                                                        {"retry", "retry-pressure"},
                                                                        {"retries", "retry-pressure"},
                                                                        {"escalation", "escalation-pressure"},
                                                                        {"off-script-drops", "off-script"},
                                                                        {"off-script-drop", "off-script"},
                                                                        {"drops", "off-script"},
                                                                        {"persona-pressures", "persona-pressure"},
                                                                        {"emotional-pressure", "persona-pressure"},
                                                                        {"injection", "prompt-injection"},
                                                                        {"third-party", "third-party-data"},
                                                                        {"data-of-somebody-else", "third-party-data"},
                                                                        {"somebody-elses-data", "third-party-data"},
                                                                        {"somebody-else's-data", "third-party-data"},
                                                                        {"none", "cooperative"}};
    const std::string name = hyphenated(written);
    const auto found = others.find(name);
    return found == others.end() ? name : found->second;
}

class AdversaryLoader {
  public:
    AdversaryLoader(const SourceFile& suite_file, FileSet& files) : suite_file_(suite_file), files_(files) {}

    void add(const Node& source) {
        if (source.is_list()) {
            std::ranges::for_each(source.items, [this](const Node& item) { add(item); });
        } else if (source.is_map() && source.members.size() == 1 && source.members[0].key == "family") {
            add_family(source.members[0].value);
        } else if (source.is_scalar() && add_ready(source)) {
            return;
        } else if (source.is_scalar() && !is_file(source)) {
            report_unknown(source);
        } else {
            add_own(source);
        }
    }

    NamedAdversaries take() { return std::move(out_); }

  private:
    void push(Adversary adversary, const SourceFile* file, Place place) {
        out_.adversaries.push_back(std::move(adversary));
        out_.files.push_back(file);
        out_.places.push_back(place);
    }

    bool has(std::string_view id) const {
        return std::ranges::find(out_.adversaries, id, &Adversary::id) != out_.adversaries.end();
    }

    void push_ready(const Adversary& adversary, Place place) {
        if (!has(adversary.id)) {
            push(adversary, nullptr, place);
        }
    }

    // By id, by family, or all. False when `source` names none.
    bool add_ready(const Node& source) {
        const std::string name = usual_name(source.text);
        const auto by_id = std::ranges::find(builtin_adversaries(), name, &Adversary::id);
        if (by_id != builtin_adversaries().end()) {
            push_ready(*by_id, source.place);
            return true;
        }
        const auto family = parse_adversary_family(name);
        if (!family && name != "all") {
            return false;
        }
        for (const Adversary& adversary : builtin_adversaries()) {
            if (name == "all" || adversary.family == family) {
                push_ready(adversary, source.place);
            }
        }
        return true;
    }

    void add_family(const Node& name) {
        const auto family = name.is_scalar() ? parse_adversary_family(usual_name(name.text)) : std::nullopt;
        if (!family) {
            report_unknown(name);
            return;
        }
        for (const Adversary& adversary : builtin_adversaries()) {
            if (adversary.family == *family) {
                push_ready(adversary, name.place);
            }
        }
    }

    bool is_file(const Node& source) const {
        std::error_code error;
        const bool looks_like_file = source.text.find_first_of("/*?[") != std::string::npos ||
                                     source.text.ends_with(".yaml") || source.text.ends_with(".yml");
        return looks_like_file || std::filesystem::exists(files_.directory() / source.text, error);
    }

    void report_unknown(const Node& source) {
        std::vector<std::string> names{"all"};
        std::ranges::transform(builtin_adversaries(), std::back_inserter(names), &Adversary::id);
        const std::string hint = did_you_mean(source.written(), names);
        files_.diagnostics().error(
            suite_file_, source.place,
            fmt::format("there is no ready adversary, file or folder {}{}", in_quotes(source.written()),
                        hint.empty() ? "; the ready ones are " + any_of({names.begin() + 1, names.end()}) : ""),
            hint);
        out_.complete = false;
    }

    void add_own(const Node& source) {
        const Items items = load_items(source, FileKind::adversary, suite_file_, files_);
        out_.complete = out_.complete && items.complete;
        for (const Item& item : items.items) {
            const Binding binding{*item.file, files_.diagnostics()};
            Adversary adversary = bind_adversary(item.node, binding, item.fallback_id);
            replace_ready(adversary.id, binding, item.node.place);
            push(std::move(adversary), item.file, item.node.place);
        }
    }

    // An own adversary goes before a ready one of the same id.
    void replace_ready(std::string_view id, const Binding& binding, Place place) {
        for (std::size_t i = 0; i < out_.adversaries.size(); ++i) {
            if (out_.adversaries[i].id == id && out_.files[i] == nullptr) {
                binding.warning(
                    place, fmt::format("this adversary takes the place of the ready one called {}", in_quotes(id)));
                const auto at = static_cast<std::ptrdiff_t>(i);
                out_.adversaries.erase(out_.adversaries.begin() + at);
                out_.files.erase(out_.files.begin() + at);
                out_.places.erase(out_.places.begin() + at);
                return;
            }
        }
    }

    const SourceFile& suite_file_;
    FileSet& files_;
    NamedAdversaries out_;
};

}  // namespace

const std::vector<Adversary>& builtin_adversaries() {
    static const std::vector<Adversary> adversaries = read_builtin();
    return adversaries;
}

NamedAdversaries load_adversaries(const Node& source, const SourceFile& suite_file, FileSet& files) {
    AdversaryLoader loader(suite_file, files);
    loader.add(source);
    return loader.take();
}

}  // namespace sosia::spec
