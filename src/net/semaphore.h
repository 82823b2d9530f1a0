// Limits how many coroutines do something at once; first come, first served.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <utility>

namespace sosia::net {

class Semaphore {
    struct State;

  public:
    // A place, given back when the permit dies. Empty when the wait was cancelled.
    class Permit {
      public:
        Permit() = default;
        Permit(Permit&& other) noexcept : state_(std::move(other.state_)) {}
        Permit& operator=(Permit&& other) noexcept {
            Permit taken(std::move(other));
            state_.swap(taken.state_);
            return *this;
        }
        ~Permit();
        explicit operator bool() const { return state_ != nullptr; }

      private:
        friend class Semaphore;
        explicit Permit(std::shared_ptr<State> state) : state_(std::move(state)) {}
        std::shared_ptr<State> state_;
    };

    Semaphore(boost::asio::any_io_executor executor, std::size_t places);
    boost::asio::awaitable<Permit> acquire();
    std::size_t free_places() const;
    std::size_t waiting() const;

  private:
    std::shared_ptr<State> state_;
};

}  // namespace sosia::net
