// libFuzzer target: any bytes as the journal of a killed run. Whatever is in it, what is appended afterwards is read
// back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "storage/fuzz_folder.h"
#include "storage/step_file.h"

namespace sosia::storage {
namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

std::vector<JournalEntry> entries_of(const std::string& path) {
    std::vector<JournalEntry> entries;
    const auto end = read_steps(path, [&](JournalEntry entry, std::int64_t, std::int64_t bytes) {
        require(bytes > 0);
        entries.push_back(std::move(entry));
    });
    require(end.has_value());
    return entries;
}

void read(const FuzzFolder& folder, std::string_view bytes) {
    folder.empty();
    const std::string path = folder.write("steps", bytes);
    const std::size_t before = entries_of(path).size();
    StepFile file(path);
    require(file.open([](const std::string& id) { return id == "done"; }).has_value());
    const std::vector<JournalEntry> added = {{"new", 0, "{}"}, {"new", 1, "[1]"}};
    require(file.append(added).has_value());
    const std::vector<JournalEntry> now = entries_of(path);
    require(now.size() == before + added.size());
    require(now.back().conversation == "new" && now.back().step == 1 && now.back().data == "[1]");
    file.tidy(1);
    file.close();
    require(entries_of(path).size() >= added.size());
}

}  // namespace
}  // namespace sosia::storage

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const sosia::storage::FuzzFolder folder("steps");
    const std::string bytes(data, data + size);
    sosia::storage::read(folder, bytes);
    return 0;
}
