// libFuzzer target: any bytes as the journal of a killed run. Whatever is in it, what is appended afterwards is read
// back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "storage/fuzz_folder.h"
#include "storage/step_log.h"

namespace sosia::storage {
namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

std::vector<JournalEntry> entries_of(const std::string& path) {
    std::vector<JournalEntry> entries;
    const auto read = read_step_log(path, [&](JournalEntry entry) { entries.push_back(std::move(entry)); });
    require(read.has_value());
    return entries;
}

void read(const FuzzFolder& folder, std::string_view bytes) {
    folder.empty();
    const std::string path = folder.write("steps", bytes);
    const std::size_t before = entries_of(path).size();
    {
        auto log = StepLog::open(path, 1 << 20, [](const std::string& id) { return id == "done"; });
        require(log.has_value());
        require((*log)->append({"new", 0, "{}"}).has_value());
        require((*log)->append({"new", 1, "[1]"}).has_value());
        const std::vector<JournalEntry> now = entries_of(path);
        require(now.size() == before + 2);
        require(now.back().conversation == "new" && now.back().step == 1 && now.back().data == "[1]");
    }
    require(entries_of(path).size() >= 2);
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
