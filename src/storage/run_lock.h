// Who is writing which run, in a way that survives kill -9: locks on single bytes of a small file beside the store,
// which the kernel drops when the process ends. Room-internal.
#pragma once
#include <cstdint>
#include <string>

#include "base/error.h"

namespace sosia::storage {

// Byte k is run k (keys begin at 1), byte 0 the setting up of the file.
class RunLocks {
  public:
    explicit RunLocks(const std::string& store_file) : path_(store_file + ".lock") {}
    ~RunLocks();
    RunLocks(const RunLocks&) = delete;
    RunLocks& operator=(const RunLocks&) = delete;

    Result<bool> claim(std::int64_t key);  // false: somebody else has it
    void release(std::int64_t key);
    Result<void> wait_for_setup();      // alone in preparing the file, until this object goes
    bool is_claimed(std::int64_t key);  // by somebody else

  private:
    Result<void> open_for_writing();

    std::string path_;
    int file_ = -1;
    bool writable_ = false;
};

}  // namespace sosia::storage
