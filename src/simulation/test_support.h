// What the tests of this room share.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "simulation/simulate.h"

namespace sosia::simulation {

// Keeps what it is given; fails from entry `fail_at` on.
class MemoryJournal final : public Journal {
  public:
    Result<void> append(const std::string&, int, const Turn* user, const Turn& agent) override {
        if (static_cast<int>(entries.size()) >= fail_at) {
            return fail(ErrorKind::unavailable, "disk full");
        }
        entries.push_back({.user = user == nullptr ? Turn{} : *user, .agent = agent});
        return {};
    }
    std::vector<Exchange> entries;
    int fail_at = 1000;
};

class StopWhenTold final : public Stop {
  public:
    std::optional<Ending> requested() const override { return stop; }
    std::optional<Ending> stop;
};

}  // namespace sosia::simulation
