#include "spec/load_part.h"

#include <algorithm>
#include <filesystem>

#include "spec/bind.h"
#include "spec/environment.h"
#include "spec/schema.h"
#include "spec/yaml_read.h"

namespace sosia::spec {
namespace {

class PartReader {
  public:
    PartReader(PartKind kind, const std::string& name, std::string_view text, const Environment& environment)
        : kind_(kind), environment_(environment), file_{.path = name, .relative = name, .text = std::string(text)} {
        diagnostics_.announce(file_);
    }

    PartFile run() {
        auto documents = read_yaml(file_.text);
        if (!documents) {
            diagnostics_.error(file_, documents.error().place, documents.error().message, documents.error().hint);
        } else {
            std::ranges::for_each(*documents, [this](Node& document) { add(document); });
        }
        out_.diagnostics = diagnostics_.sorted();
        out_.usable = !diagnostics_.has_errors() && !out_.bodies.empty();
        return std::move(out_);
    }

  private:
    void add(Node& document) {
        const Node written = document;
        std::vector<std::string> secrets;
        replace_environment(document, file_, environment_, diagnostics_, secrets);
        const FileKind kind = kind_ == PartKind::persona ? FileKind::persona : FileKind::scenario;
        normalise(document, kind, file_, diagnostics_);
        if (!check_schema(document, kind, file_, diagnostics_)) {
            return;
        }
        if (document.is_map()) {
            return bind(document, written, std::filesystem::path(file_.path).stem().string());
        }
        for (std::size_t i = 0; i < document.items.size(); ++i) {
            if (document.items[i].is_map()) {
                bind(document.items[i], written.items[i], "");
            }
        }
    }

    void bind(const Node& node, const Node& written, const std::string& fallback_id) {
        const Binding binding{file_, diagnostics_};
        if (kind_ == PartKind::persona) {
            out_.personas.push_back(bind_persona(node, binding, fallback_id));
        } else {
            out_.scenarios.push_back(bind_scenario(node, binding, fallback_id));
        }
        out_.bodies.push_back(to_json(written).as_object());
    }

    PartKind kind_;
    const Environment& environment_;
    SourceFile file_;
    Diagnostics diagnostics_;
    PartFile out_;
};

}  // namespace

PartFile read_part(PartKind kind, const std::string& name, std::string_view text, const Environment& environment) {
    return PartReader(kind, name, text, environment).run();
}

}  // namespace sosia::spec
