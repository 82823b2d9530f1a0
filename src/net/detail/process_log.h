// The output of a started process: into a bounded file, and the end of it kept for messages.
#pragma once
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace sosia::net::detail {

class ProcessLog {
  public:
    // A file that cannot be written is done without: the log must not fail the run.
    ProcessLog(const std::string& file, std::uint64_t max_bytes);
    void append(std::string_view bytes);
    // The last lines, at most about 1,000 bytes, as valid UTF-8.
    std::string tail() const;

  private:
    std::ofstream file_;
    std::uint64_t left_;
    std::string tail_;
};

}  // namespace sosia::net::detail
