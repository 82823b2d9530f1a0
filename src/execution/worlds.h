// The worlds of a run: every conversation gets one of its own, with addresses under which its agent finds the tools.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "domain/suite.h"
#include "net/semaphore.h"
#include "world/doors.h"
#include "world/remote_tools.h"

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

        // Reaches the world's other servers, and waits its turn for those that are shared and begin again each time.
        // A server that cannot be had is told to whoever calls its tools.
        boost::asio::awaitable<void> connect(Worlds& worlds, const WorldSpec& spec, const std::string& conversation);
        // Ends what connect() started for this conversation alone.
        boost::asio::awaitable<void> leave();
        // Somebody else in the same world, with addresses of their own.
        std::unique_ptr<Visit> join(std::uint64_t seed, const std::string& conversation,
                                    const boost::json::object& context);

        world::Seat& seat() { return *seat_; }
        // What the agent is sent: the scenario's context and, under "tools", the addresses.
        const boost::json::object& context() const { return context_; }

      private:
        world::Doors& doors_;
        std::shared_ptr<world::Seat> seat_;
        std::vector<std::shared_ptr<world::RemoteTools>> own_;
        std::vector<net::Semaphore::Permit> turns_;
        std::string key_;
        boost::json::object context_;
    };

    // Prepares the worlds and listens on a free loopback port; a suite without worlds opens nothing. Outlives visits.
    static Result<std::unique_ptr<Worlds>> open(const Suite& suite, boost::asio::any_io_executor executor);

    // Null when the scenario has no world.
    Result<std::unique_ptr<Visit>> visit(const CellParts& parts, std::uint64_t seed, const std::string& conversation,
                                         const boost::json::object& context);
    // Listens no more, and ends the servers that were shared. The loop does not end before.
    boost::asio::awaitable<void> close();

  private:
    // A server that all conversations share.
    struct Shared {
        explicit Shared(const boost::asio::any_io_executor& executor) : connecting(executor, 1), turn(executor, 1) {}
        net::Semaphore connecting;
        net::Semaphore turn;  // only where it is reset for each
        std::shared_ptr<world::RemoteTools> tools;
        std::string trouble;
    };

    boost::asio::awaitable<Shared*> shared(const WorldSpec& spec, const WorldServer& server);

    std::map<std::string, std::shared_ptr<const world::Toolbox>> toolboxes_;
    std::map<const WorldServer*, std::unique_ptr<Shared>> shared_;
    std::unique_ptr<world::Doors> doors_;
};

}  // namespace sosia::execution
