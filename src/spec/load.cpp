#include "spec/load.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "base/hash.h"
#include "spec/adversaries.h"
#include "spec/bind.h"
#include "spec/references.h"
#include "spec/sources.h"

namespace sosia::spec {
namespace {

namespace fs = std::filesystem;

constexpr const char* init_hint = "`sosia init` writes one to start from";

// `path` itself, or the suite in the folder it names.
fs::path suite_path(const fs::path& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        return path;
    }
    return !fs::exists(path / "sosia.yaml", error) && fs::exists(path / "sosia.yml", error) ? path / "sosia.yml"
                                                                                            : path / "sosia.yaml";
}

std::string folder_name(const fs::path& directory) {
    std::error_code error;
    const fs::path whole = fs::absolute(directory.empty() ? "." : directory, error).lexically_normal();
    return whole.filename().empty() ? whole.parent_path().filename().string() : whole.filename().string();
}

class SuiteLoader {
  public:
    SuiteLoader(const fs::path& path, const Environment& environment)
        : path_(suite_path(path)),
          files_(path_.parent_path(), environment, diagnostics_),
          file_(files_.read(path_, init_hint)) {}

    LoadResult run() {
        if (read_suite_node()) {
            load_all();
        }
        LoadResult result;
        result.diagnostics = diagnostics_.sorted();
        result.files = files_.paths();
        if (!diagnostics_.has_errors()) {
            suite_.secrets = files_.secrets();
            suite_.hash = hash_of_suite();
            result.suite = std::move(suite_);
        }
        return result;
    }

  private:
    bool read_suite_node() {
        std::vector<Node> documents = files_.documents(file_);
        if (!files_.is_whole(file_)) {
            return false;
        }
        if (documents.size() != 1) {
            diagnostics_.error(
                file_, {},
                documents.empty() ? "the file is empty" : "a suite is one YAML document, this file holds several",
                documents.empty() ? init_hint : "");
            return false;
        }
        node_ = std::move(documents.front());
        normalise(node_, FileKind::suite, file_, diagnostics_);
        return check_schema(node_, FileKind::suite, file_, diagnostics_) && node_.is_map();
    }

    void load_all() {
        suite_.file = file_.path;
        suite_.directory = files_.directory().empty() ? "." : files_.directory().generic_string();
        suite_.name = folder_name(files_.directory());
        bind_suite(node_, Binding{file_, diagnostics_}, suite_);
        References references{.suite = suite_, .suite_file = file_, .suite_node = node_};
        references.personas_complete =
            load_kind("personas", FileKind::persona, references.personas, [this](const Item& item) {
                suite_.personas.push_back(bind_persona(item.node, Binding{*item.file, diagnostics_}, item.fallback_id));
            });
        references.scenarios_complete =
            load_kind("scenarios", FileKind::scenario, references.scenarios, [this](const Item& item) {
                suite_.scenarios.push_back(
                    bind_scenario(item.node, Binding{*item.file, diagnostics_}, item.fallback_id));
            });
        load_worlds(references);
        take_adversaries(references);
        load_scorecard();
        load_prompts();
        resolve_worlds(suite_, references, diagnostics_);
        check_references(references, diagnostics_);
    }

    // Loads what `key` names, or the folder of that name beside the suite.
    template <class Bind>
    bool load_kind(std::string_view key, FileKind kind, std::vector<Origin>& origins, const Bind& bind) {
        const Node* source = node_.find(key);
        const Node inferred = inferred_source(key);
        if (source == nullptr && inferred.is_null()) {
            diagnostics_.error(
                file_, node_.place,
                fmt::format("there are no {}: the suite has no \"{}\", and there is no folder {}/ beside it", key, key,
                            key));
            return false;
        }
        Items items = load_items(source == nullptr ? inferred : *source, kind, file_, files_);
        std::erase_if(items.items, [this](const Item& item) { return leaves_out(item); });
        for (Item& item : items.items) {
            bind(item);
            origins.push_back({item.file, std::move(item.node)});
        }
        if (items.items.empty() && items.complete) {
            diagnostics_.error(file_, source == nullptr ? node_.place : source->place,
                               fmt::format("the suite has no {}: nothing could run", key));
        }
        return items.complete;
    }

    // A draft is nobody's decision yet: it neither runs nor is it counted.
    bool leaves_out(const Item& item) {
        const Node* draft = item.node.find("draft");
        if (draft == nullptr || !as_bool(*draft).value_or(false)) {
            return false;
        }
        diagnostics_.warning(*item.file, draft->place, "this is a draft: it is left out until somebody accepts it",
                             "read it, then: sosia drafts accept " + item.file->path);
        return true;
    }

    Node inferred_source(std::string_view key) const {
        std::error_code error;
        Node out;
        if (fs::is_directory(files_.directory() / key, error)) {
            out.kind = Node::Kind::text;
            out.text = std::string(key) + "/";
            out.place = node_.place;
        }
        return out;
    }

    // Worlds may be none at all.
    void load_worlds(References& references) {
        const Node* source = node_.find("worlds");
        const Node inferred = inferred_source("worlds");
        if (source == nullptr && inferred.is_null()) {
            return;
        }
        for (Item& item : load_items(source == nullptr ? inferred : *source, FileKind::world, file_, files_).items) {
            suite_.worlds.push_back(bind_world(item.node, Binding{*item.file, diagnostics_}, item.fallback_id));
            references.worlds.push_back({item.file, std::move(item.node)});
        }
    }

    void take_adversaries(References& references) {
        const Node* source = node_.find("adversaries");
        Node usual;
        usual.kind = Node::Kind::text;
        usual.text = "cooperative";
        NamedAdversaries named = load_adversaries(source == nullptr ? usual : *source, file_, files_);
        references.adversaries_complete = named.complete;
        for (std::size_t i = 0; i < named.adversaries.size(); ++i) {
            Node node;
            node.place = named.places[i];
            references.adversaries.push_back({named.files[i], std::move(node)});
        }
        suite_.adversaries = std::move(named.adversaries);
        if (suite_.adversaries.empty() && named.complete) {
            diagnostics_.error(file_, source == nullptr ? node_.place : source->place,
                               "the suite has no adversaries: nothing could run",
                               "take the key away, or name \"cooperative\"");
        }
    }

    // prompts/user-direction.mustache replaces the shipped prompt "user-direction".
    void load_prompts() {
        const Node* source = node_.find("prompts");
        if (source == nullptr || !source->is_scalar()) {
            return;
        }
        const std::string folder = trim_slash(source->text);
        const auto found = find_files(files_.directory(), folder + "/*.mustache");
        if (!found) {
            diagnostics_.error(file_, source->place, found.error().message,
                               "sosia prompts DIR writes the shipped ones there");
            return;
        }
        for (const fs::path& path : *found) {
            const SourceFile& file = files_.read(path);
            suite_.prompts[path.stem().string()] = file.text;
        }
    }

    static std::string trim_slash(std::string text) {
        while (text.size() > 1 && text.ends_with('/')) {
            text.pop_back();
        }
        return text;
    }

    void load_scorecard() {
        const Node* source = node_.find("scorecard");
        if (source != nullptr && source->is_map()) {
            Node node = *source;
            bind_scorecard_node(node, file_);
        } else if (source != nullptr && source->is_scalar()) {
            load_scorecard_file(*source);
        }
    }

    void load_scorecard_file(const Node& source) {
        const auto found = find_files(files_.directory(), source.text);
        if (!found || found->size() != 1) {
            diagnostics_.error(file_, source.place,
                               found ? fmt::format("{} names {} files; a suite has one scorecard",
                                                   in_quotes(source.written()), found->size())
                                     : found.error().message,
                               found ? "" : found.error().hint);
            return;
        }
        const SourceFile& file = files_.read(found->front());
        std::vector<Node> documents = files_.documents(file);
        if (documents.size() == 1) {
            bind_scorecard_node(documents.front(), file);
        } else if (files_.is_whole(file)) {
            diagnostics_.error(file, {}, "a scorecard file holds one mapping");
        }
    }

    void bind_scorecard_node(Node& node, const SourceFile& file) {
        normalise(node, FileKind::scorecard, file, diagnostics_);
        if (check_schema(node, FileKind::scorecard, file, diagnostics_) && node.is_map()) {
            suite_.scorecard = bind_scorecard(node, Binding{file, diagnostics_});
        }
    }

    // What decides which conversations run and how they are judged. Not the agent (that is what changes between two
    // runs that are compared), the gate, or limits that only decide how fast it goes.
    std::string hash_of_suite() const {
        std::string all = fmt::format("turns={};scorecard={};", suite_.limits.turns, suite_.scorecard.hash);
        for (const std::string_view key : {"user", "judge", "matrix"}) {
            const Node* value = node_.find(key);
            all += fmt::format("{}={};", key, value == nullptr ? "" : canonical(*value));
        }
        const auto add = [&all](const auto& items) {
            for (const auto& item : items) {
                all += item.id + "=" + item.hash + ";";
            }
        };
        add(suite_.personas);
        add(suite_.scenarios);
        add(suite_.adversaries);
        add(suite_.worlds);
        for (const auto& [name, text] : suite_.prompts) {
            all += fmt::format("prompt {}={};", name, content_hash(text));
        }
        return content_hash(all);
    }

    fs::path path_;
    Diagnostics diagnostics_;
    FileSet files_;
    const SourceFile& file_;
    Node node_;
    Suite suite_;
};

}  // namespace

LoadResult load_suite(const std::string& path, const Environment& environment) {
    return SuiteLoader(path, environment).run();
}

}  // namespace sosia::spec
