// Which process is doing a run, and how another process may ask it to stop.
#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/error.h"

namespace sosia::cli {

// This process as a run's entry in the store names it: {"pid", "since"}. A number alone may by then belong to somebody
// else; together with the moment it was started it does not.
boost::json::object this_process();

// The interrupt of Ctrl-C, to exactly that process and no other: the first lets the conversations in flight finish, the
// second stops now. ErrorKind::conflict when it is gone or is not known.
Result<void> interrupt_process(const boost::json::object& process);

// A process of this program's own binary, in a session of its own: it goes on when we end. Its output is kept in
// memory.
class Spawned {
  public:
    // `directory` is its working directory.
    static Result<Spawned> start(const std::vector<std::string>& arguments, const std::string& directory);
    ~Spawned();
    Spawned(Spawned&& other) noexcept;
    Spawned& operator=(Spawned&& other) noexcept;

    bool running();            // also takes note of its end
    int exit_code() const;     // once it has ended; 128 + signal when a signal ended it
    std::string said() const;  // the end of its output, at most 2 KB

  private:
    Spawned(int pid, int output) : pid_(pid), output_(output) {}
    int pid_ = -1;
    int output_ = -1;
    int exit_code_ = -1;
};

}  // namespace sosia::cli
