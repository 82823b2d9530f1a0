#include "server/workbench.h"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace sosia::server {
namespace asio = boost::asio;

struct Workbench::Threads {
    static constexpr std::size_t count = 3;  // one may count a large run while others answer
    asio::thread_pool pool{count};
};

Workbench::Workbench() : threads_(std::make_unique<Threads>()) {}

Workbench::~Workbench() {
    stopping_ = true;
    threads_->pool.stop();
    threads_->pool.join();
}

asio::awaitable<void> Workbench::run(std::function<void()> job) {
    const auto start = [this, job = std::move(job)](auto handler) mutable {
        auto caller = asio::make_work_guard(asio::get_associated_executor(handler));
        asio::post(threads_->pool,
                   [job = std::move(job), caller = std::move(caller), handler = std::move(handler)]() mutable {
                       job();
                       asio::post(caller.get_executor(), std::move(handler));
                   });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(start, asio::use_awaitable);
}

}  // namespace sosia::server
