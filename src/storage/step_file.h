// One file of journalled steps, which is only appended to. Room-internal; `step_log.h` makes a journal of several.
//
// A record that was cut short by a kill fails its hash and is where reading stops.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

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

// Called per whole record, in the order they were written.
using EachStep = std::function<void(JournalEntry entry)>;

// Gives the offset behind the last whole record. A file that is not there has no records.
Result<std::int64_t> read_steps(const std::string& path, const EachStep& each);

class StepFile {
  public:
    // Makes the file if it is missing; what an earlier process left in it goes to `each`. What is appended comes after
    // the last whole record.
    static Result<StepFile> open(std::string path, const EachStep& each);

    Result<void> append(const JournalEntry& entry);  // whole, or not at all and an error

    std::int64_t bytes() const { return end_; }
    const std::string& path() const { return path_; }

  private:
    StepFile(std::string path, OpenFile file, std::int64_t end)
        : path_(std::move(path)), file_(std::move(file)), end_(end) {}

    std::string path_;
    OpenFile file_;
    std::int64_t end_ = 0;
    std::string buffer_;  // kept for its memory
};

}  // namespace sosia::storage
