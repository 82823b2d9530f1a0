// The journal of one run: files of steps beside the store. Room-internal.
//
// Steps are many, large and short-lived: kept in SQLite, each would be written three times (log, file, free list),
// which costs more than everything else a conversation stores. Here a step is one write to the newest of a few files. A
// new file begins when that one is full, and a file goes when every conversation with a step in it has finished, so
// nothing is ever copied.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "storage/step_file.h"
#include "storage/store.h"

namespace sosia::storage {

// The first file of a run's journal; the others have ".1", ".2", ... behind it.
std::string step_file_name(const std::string& store_file, std::int64_t run_key);

// The files that are there, in the order they were begun.
std::vector<std::string> step_files(const std::string& first);

// Every whole record of every file. A later record of a step replaces it and every later step of its conversation.
Result<void> read_step_log(const std::string& first, const EachStep& each);

// For the one who has claimed the run. Its files are deleted with it unless they hold steps that are still needed.
class StepLog final : public Journal {
  public:
    // Reads what an earlier process left.
    static Result<std::unique_ptr<StepLog>> open(const std::string& first, std::int64_t file_bytes,
                                                 const std::function<bool(const std::string&)>& is_finished);
    StepLog(const StepLog&) = delete;
    StepLog& operator=(const StepLog&) = delete;
    ~StepLog() override;

    Result<void> append(const JournalEntry& entry) override;
    void forget(const std::string& conversation) override;

  private:
    struct File {
        std::string path;
        std::size_t conversations = 0;  // unfinished ones with a step in it
    };

    StepLog(std::string first, std::int64_t file_bytes) : first_(std::move(first)), file_bytes_(file_bytes) {}
    Result<void> open_newest(const EachStep& each);
    void note(const std::string& conversation, std::uint64_t file);
    void drop_if_empty(std::uint64_t file);

    std::string first_;
    std::int64_t file_bytes_ = 0;
    std::map<std::uint64_t, File> files_;  // by number
    std::uint64_t newest_ = 0;
    std::optional<StepFile> file_;                                      // the newest one
    std::unordered_map<std::string, std::vector<std::uint64_t>> open_;  // conversation to the files it is in
};

}  // namespace sosia::storage
