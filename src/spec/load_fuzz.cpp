// libFuzzer target: any bytes as a file of any kind. The first byte says which kind; nothing is read from disk.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "spec/bind.h"
#include "spec/environment.h"
#include "spec/schema.h"
#include "spec/yaml_read.h"

namespace sosia::spec {
namespace {

void bind(const Node& node, FileKind kind, const Binding& binding) {
    switch (kind) {
        case FileKind::suite: {
            Suite suite;
            bind_suite(node, binding, suite);
            break;
        }
        case FileKind::persona:
            (void)bind_persona(node, binding, "");
            break;
        case FileKind::scenario:
            (void)bind_scenario(node, binding, "");
            break;
        case FileKind::adversary:
            (void)bind_adversary(node, binding, "");
            break;
        case FileKind::scorecard:
            (void)bind_scorecard(node, binding);
            break;
        case FileKind::axes:
        case FileKind::world:  // names other files, which would be read
            break;
    }
}

void load(std::string_view text, FileKind kind) {
    auto documents = read_yaml(text);
    if (!documents) {
        return;
    }
    const SourceFile file{"fuzz.yaml", "fuzz.yaml", std::string(text)};
    Diagnostics diagnostics;
    std::vector<std::string> secrets;
    const Environment environment = [](std::string_view name) { return std::optional<std::string>(name); };
    for (Node& node : *documents) {
        replace_environment(node, file, environment, diagnostics, secrets);
        normalise(node, kind, file, diagnostics);
        if (!check_schema(node, kind, file, diagnostics)) {
            continue;
        }
        if (node.is_map()) {
            bind(node, kind, Binding{file, diagnostics});
        }
        for (const Node& item : node.items) {
            if (item.is_map()) {
                bind(item, kind, Binding{file, diagnostics});
            }
        }
    }
    for (const Diagnostic& diagnostic : diagnostics.sorted()) {
        (void)render(diagnostic);
    }
}

}  // namespace
}  // namespace sosia::spec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 0) {
        const std::string text(data + 1, data + size);
        sosia::spec::load(text, sosia::spec::file_kinds[data[0] % sosia::spec::file_kinds.size()]);
    }
    return 0;
}
