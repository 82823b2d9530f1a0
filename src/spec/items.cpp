#include "spec/items.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "spec/sources.h"

namespace sosia::spec {
namespace {

namespace fs = std::filesystem;

class ItemLoader {
  public:
    ItemLoader(FileKind kind, const SourceFile& suite_file, FileSet& files)
        : kind_(kind), suite_file_(suite_file), files_(files) {}

    void add(const Node& source) {
        if (source.is_map()) {
            add_inline(source);
        } else if (source.is_list()) {
            std::ranges::for_each(source.items, [this](const Node& item) { add(item); });
        } else if (source.is_scalar()) {
            add_files(source);
        }
    }

    Items take() { return std::move(items_); }

  private:
    void add_inline(const Node& source) {
        Node node = source;
        normalise(node, kind_, suite_file_, files_.diagnostics());
        if (check_schema(node, kind_, suite_file_, files_.diagnostics())) {
            items_.items.push_back({&suite_file_, std::move(node), ""});
        }
    }

    void add_files(const Node& source) {
        const auto found = find_files(files_.directory(), source.text);
        if (!found) {
            files_.diagnostics().error(suite_file_, source.place, found.error().message, found.error().hint);
            items_.complete = false;
            return;
        }
        for (const fs::path& path : *found) {
            std::error_code error;
            const bool data_of_a_world = kind_ == FileKind::world && path.extension() == ".json" && found->size() > 1;
            if (data_of_a_world) {
                continue;  // a folder of worlds holds their documents too
            }
            const fs::path real = fs::weakly_canonical(path, error);
            if (fs::equivalent(path, suite_file_.path, error)) {
                report_self(source);
            } else if (seen_.insert(error ? path : real).second) {
                Items more = load_item_file(path, kind_, files_);
                std::ranges::move(more.items, std::back_inserter(items_.items));
                items_.complete = items_.complete && more.complete;
            }
        }
    }

    // A glob or folder beside sosia.yaml may well cover it; naming it is a mistake.
    void report_self(const Node& source) {
        std::error_code error;
        if (!is_glob(source.text) && !fs::is_directory(files_.directory() / source.text, error)) {
            files_.diagnostics().error(
                suite_file_, source.place,
                fmt::format("{} is this file itself; a suite cannot contain itself", in_quotes(source.written())));
            items_.complete = false;
        }
    }

    FileKind kind_;
    const SourceFile& suite_file_;
    FileSet& files_;
    std::set<fs::path> seen_;
    Items items_;
};

}  // namespace

Items load_items(const Node& source, FileKind kind, const SourceFile& suite_file, FileSet& files) {
    ItemLoader loader(kind, suite_file, files);
    loader.add(source);
    return loader.take();
}

Items load_item_file(const fs::path& path, FileKind kind, FileSet& files) {
    const SourceFile& file = files.read(path);
    Items out;
    std::vector<Item>& items = out.items;
    bool listed = false;
    for (Node& document : files.documents(file)) {
        if (document.is_null() && document.text.empty()) {
            continue;  // an empty document, as after a last "---"
        }
        normalise(document, kind, file, files.diagnostics());
        listed = listed || document.is_list();
        if (!check_schema(document, kind, file, files.diagnostics())) {
            out.complete = false;
            continue;
        }
        if (document.is_map()) {
            items.push_back({&file, std::move(document), ""});
            continue;
        }
        for (Node& item : document.items) {
            if (item.is_map()) {
                items.push_back({&file, std::move(item), ""});
            }
        }
    }
    if (items.size() == 1 && !listed) {
        items.front().fallback_id = path.stem().string();
    }
    if (items.empty() && out.complete && files.is_whole(file)) {
        files.diagnostics().warning(file, {}, fmt::format("the file holds no {}", to_string(kind)));
    }
    out.complete = out.complete && files.is_whole(file);
    return out;
}

}  // namespace sosia::spec
