// Progress on stderr: one line that rewrites itself on a terminal, a plain line now and then elsewhere.
#pragma once
#include <cstdint>
#include <ostream>
#include <string>

#include "base/clock.h"

namespace sosia::cli {

class Progress {
  public:
    Progress(std::ostream& out, bool terminal, const Clock& clock, std::uint64_t planned, std::uint64_t already_done);

    // Prints when it is time to.
    void update(std::uint64_t passed, std::uint64_t failed, std::uint64_t invalid);
    void finish();
    // A line that stays, above the progress line.
    void say(const std::string& text);

  private:
    void print(std::uint64_t passed, std::uint64_t failed, std::uint64_t invalid);

    std::ostream& out_;
    bool terminal_;
    const Clock& clock_;
    std::uint64_t planned_;
    std::uint64_t already_done_;
    std::int64_t began_us_;
    std::int64_t last_us_ = 0;
    bool line_open_ = false;
};

}  // namespace sosia::cli
