// The worlds of a run: every conversation gets one of its own, with addresses under which its agent finds the tools.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <string>

#include "domain/suite.h"
#include "world/doors.h"

namespace sosia::execution {

class Worlds {
  public:
    // One conversation's stay. When it is destroyed, calls to its addresses are refused.
    class Visit {
      public:
        Visit(world::Doors& doors, std::unique_ptr<world::Seat> seat, boost::json::object context);
        ~Visit();
        Visit(const Visit&) = delete;
        Visit& operator=(const Visit&) = delete;

        world::Seat& seat() { return *seat_; }
        // What the agent is sent: the scenario's context and, under "tools", the addresses.
        const boost::json::object& context() const { return context_; }

      private:
        world::Doors& doors_;
        std::unique_ptr<world::Seat> seat_;
        std::string key_;
        boost::json::object context_;
    };

    // Prepares the worlds and listens on a free loopback port; a suite without worlds opens nothing. Outlives visits.
    static Result<std::unique_ptr<Worlds>> open(const Suite& suite, boost::asio::any_io_executor executor);

    // Null when the scenario has no world.
    Result<std::unique_ptr<Visit>> visit(const CellParts& parts, std::uint64_t seed, const std::string& conversation,
                                         const boost::json::object& context);
    // Listens no more. The loop does not end before.
    void close();

  private:
    std::map<std::string, std::shared_ptr<const world::Toolbox>> toolboxes_;
    std::unique_ptr<world::Doors> doors_;
};

}  // namespace sosia::execution
