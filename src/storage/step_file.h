// The journal of one run: a file that is only appended to, beside the store. Room-internal.
//
// Steps are many, large and short-lived: kept in SQLite, each would be written three times (log, file, free list),
// which costs more than everything else a conversation stores. Here a batch of them is one write. What a finished
// conversation leaves behind is dropped when it has grown large, and the file goes when the run ends. A record that was
// cut short by a kill fails its hash and is where reading stops.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "storage/store.h"

namespace sosia::storage {

// A file descriptor that closes itself.
class OpenFile {
  public:
    OpenFile() = default;
    explicit OpenFile(int number) : number_(number) {}
    OpenFile(OpenFile&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    OpenFile& operator=(OpenFile&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~OpenFile();

    int number() const { return number_; }
    bool is_open() const { return number_ >= 0; }

  private:
    int number_ = -1;
};

std::string step_file_name(const std::string& store_file, std::int64_t run_key);

// Calls each(entry, offset, bytes) per whole record, in the order they were written, and gives the offset behind the
// last one. A later record of a step replaces it and every later step of its conversation. A file that is not there has
// no records.
using EachStep = std::function<void(JournalEntry entry, std::int64_t offset, std::int64_t bytes)>;
Result<std::int64_t> read_steps(const std::string& path, const EachStep& each);

// For the one who has claimed the run.
class StepFile {
  public:
    explicit StepFile(std::string path) : path_(std::move(path)) {}

    // Reads what an earlier process left. Does nothing the second time.
    Result<void> open(const std::function<bool(const std::string& conversation)>& is_finished);

    // All of them, or none and an error.
    Result<void> append(std::span<const JournalEntry> entries);

    void finish(const std::string& conversation);  // its steps are not needed any more
    void tidy(std::int64_t garbage_bytes);         // drops them from the file once they take up so much, and half of it
    void close();                                  // deletes the file unless it holds steps that are still needed

  private:
    struct Step {
        int number = 0;
        std::int64_t offset = 0;
        std::int64_t bytes = 0;
    };

    void add(const JournalEntry& entry, std::int64_t offset, std::int64_t bytes);
    Result<void> write_at_end(std::string_view bytes);
    bool copy_live_steps(const OpenFile& to, const std::vector<Step*>& steps);

    std::string path_;
    OpenFile file_;
    std::int64_t end_ = 0;
    std::int64_t live_bytes_ = 0;
    std::unordered_map<std::string, std::vector<Step>> open_;  // by conversation
    std::string buffer_;                                       // kept for its memory
};

}  // namespace sosia::storage
