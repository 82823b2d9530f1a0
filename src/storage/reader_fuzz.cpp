// libFuzzer target: a store with damage. The input is a list of changes (where, what) to a small good store, or, when
// it begins with 'W', the whole file. Reading gives values or errors, never a fault, whatever the bytes say.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "storage/fuzz_folder.h"
#include "storage/store.h"

namespace sosia::storage {
namespace {

constexpr std::size_t change_bytes = 3;  // two of the place, one of the value

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

std::string good_store(const FuzzFolder& folder) {
    const std::string path = folder.file("good.db");
    {
        Store store = open_sqlite(path, Access::read_write).value();
        for (const std::string run : {"r1", "r2"}) {
            RunInfo info{.id = run, .suite = "suite", .suite_hash = "h", .started_ms = 1, .planned = 3};
            info.spec = {{"options", boost::json::object{}}};
            require(store.write->create_run(info).has_value());
            RunStore::Batch batch;
            for (std::uint64_t i = 0; i < 3; ++i) {
                ConversationBrief brief{.id = run + "c" + std::to_string(i), .ordinal = i};
                brief.failed_checks = {"claims"};
                batch.finished.push_back({brief, R"({"id":"c","turns":[]})"});
            }
            require(store.write->write(run, batch).has_value());
            info.state = RunState::finished;
            require(store.write->update_run(info).has_value());
        }
    }
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string damaged(const std::string& good, const std::uint8_t* data, std::size_t size) {
    if (size > 0 && data[0] == 'W') {
        return {data + 1, data + size};
    }
    std::string bytes = good;
    for (std::size_t at = 0; at + change_bytes <= size; at += change_bytes) {
        bytes[(data[at] * 256U + data[at + 1]) % bytes.size()] = static_cast<char>(data[at + 2]);
    }
    return bytes;
}

template <class T>
void read(const Result<T>& result) {
    require(result || !result.error().message.empty());
}

void read_everything(RunReader& reader) {
    read(reader.runs());
    for (const std::string_view run : {"latest", "r1", "r2"}) {
        read(reader.run(run));
        read(reader.briefs(run));
        read(reader.finished_ids(run));
        read(reader.finished_count(run));
        read(reader.journal(run));
        read(reader.records(run, [](std::string_view) { return true; }));
        read(reader.find("r1c0", run));
    }
    read(reader.find("r", ""));
}

}  // namespace
}  // namespace sosia::storage

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sosia::storage;
    static const FuzzFolder folder("store");
    static const std::string good = good_store(folder);
    folder.empty();
    const auto store = open_sqlite(folder.write("runs.db", damaged(good, data, size)), Access::read_only);
    read(store);
    if (store) {
        read_everything(*store->read);
    }
    return 0;
}
