#include "storage/async_writer.h"

#include <algorithm>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace sosia::storage {

namespace asio = boost::asio;
using Finished = RunStore::Batch::Finished;

namespace {

using Waiter = std::move_only_function<void(Result<void>)>;

// What goes into one transaction, and who waits for it.
struct Work {
    RunStore::Batch batch;
    std::vector<RunInfo> updates;
    std::vector<Waiter> waiters;
    std::size_t bytes = 0;

    std::size_t entries() const { return batch.finished.size(); }
    bool empty() const { return entries() == 0 && updates.empty() && waiters.empty(); }
};

void resume(std::vector<Waiter>& waiters, const Result<void>& result) {
    for (Waiter& waiter : std::exchange(waiters, {})) {
        waiter(result);
    }
}

}  // namespace

// Belongs to the io thread, except `store_` and `result_` while a transaction is being written: then the writing thread
// has them. They change hands, and the work travels, through the two executors' queues, so nothing here needs a lock.
struct AsyncWriter::State : std::enable_shared_from_this<State> {
    State(asio::any_io_executor io, std::unique_ptr<RunStore> store, std::string run, Options options)
        : io_(std::move(io)), store_(std::move(store)), run_(std::move(run)), options_(options) {
        Result<std::unique_ptr<Journal>> journal = store_->open_journal(run_);
        if (journal) {
            journal_ = *std::move(journal);
        } else {
            failed_ = journal.error();
        }
    }

    bool has_room() const { return bytes_ <= options_.room_bytes; }
    Result<void> status() const { return failed_ ? Result<void>(std::unexpected(*failed_)) : Result<void>{}; }

    Result<void> journal(const JournalEntry& entry) {
        if (!failed_ && journal_ == nullptr) {
            failed_ = Error{.kind = ErrorKind::conflict, .message = "the journal of this run is closed"};
        }
        if (!failed_) {
            if (const Result<void> written = journal_->append(entry); !written) {
                failed_ = written.error();
            }
        }
        return status();
    }

    void close_journal() { journal_.reset(); }

    void add(Finished finished) {
        const std::size_t bytes = finished.record.size() + sizeof finished;
        pending_.bytes += bytes;
        bytes_ += bytes;
        pending_.batch.finished.push_back(std::move(finished));
    }

    // The transaction starts when the io thread has handled what is already waiting for it: entries that came together
    // are written together.
    void wake() {
        if (!busy_) {
            busy_ = true;
            guard_.emplace(io_);
            asio::post(io_, [self = shared_from_this()] { self->start(); });
        }
    }

    void close() {
        closed_ = true;
        writing_thread_.join();
        tidying_thread_.join();
        if (!failed_ && !result_) {
            failed_ = result_.error();
        }
        const Result<void> result = failed_ ? status() : write(pending_);
        if (result) {
            forget_steps_of(pending_);
        }
        journal_.reset();
        Work rest = std::exchange(pending_, {});
        std::ranges::move(room_waiters_, std::back_inserter(rest.waiters));
        asio::post(io_, [waiters = std::move(rest.waiters), result]() mutable { resume(waiters, result); });
        guard_.reset();
    }

    Work pending_;  // handed over since the last transaction began
    std::vector<Waiter> room_waiters_;
    Statistics statistics_;
    std::optional<Error> failed_;

  private:
    void start() {
        if (pending_.empty()) {
            busy_ = false;
            guard_.reset();
            return;
        }
        asio::post(writing_thread_, [self = shared_from_this(), work = std::exchange(pending_, {})]() mutable {
            self->result_ = self->write(work);
            const bool untidy = self->store_->is_untidy();
            asio::post(self->io_, [self, untidy, work = std::move(work), result = self->result_]() mutable {
                self->tidy_if(untidy);
                self->committed(std::move(work), result);
            });
        });
    }

    // Waits for the disk, so it gets a thread where nobody waits for it.
    void tidy_if(bool untidy) {
        if (!untidy || tidying_ || closed_) {
            return;
        }
        tidying_ = true;
        asio::post(tidying_thread_, [self = shared_from_this()] {
            self->store_->tidy();
            asio::post(self->io_, [self] { self->tidying_ = false; });
        });
    }

    Result<void> write(const Work& work) {
        Result<void> done = work.entries() == 0 ? Result<void>{} : store_->write(run_, work.batch);
        for (const RunInfo& update : work.updates) {
            done = done ? store_->update_run(update) : done;
        }
        return done;
    }

    void committed(Work work, const Result<void>& result) {
        bytes_ -= work.bytes;
        if (result) {
            forget_steps_of(work);
            ++statistics_.commits;
            statistics_.entries += work.entries();
            statistics_.largest = std::max(statistics_.largest, work.entries());
        } else if (!failed_) {
            failed_ = result.error();
        }
        resume(work.waiters, status());
        if (failed_) {
            Work dropped = std::exchange(pending_, {});
            bytes_ -= dropped.bytes;
            resume(dropped.waiters, status());
        }
        if (has_room()) {
            resume(room_waiters_, status());
        }
        start();
    }

    void forget_steps_of(const Work& work) {
        for (auto finished = work.batch.finished.begin(); journal_ && finished != work.batch.finished.end();
             ++finished) {
            journal_->forget(finished->brief.id);
        }
    }

    asio::any_io_executor io_;
    std::unique_ptr<Journal> journal_;
    std::unique_ptr<RunStore> store_;
    std::string run_;
    Options options_;
    Result<void> result_;  // of the last transaction
    bool busy_ = false;
    bool tidying_ = false;
    bool closed_ = false;
    std::size_t bytes_ = 0;  // handed over and not yet committed
    std::optional<asio::executor_work_guard<asio::any_io_executor>>
        guard_;  // io keeps running while a transaction does
    asio::thread_pool writing_thread_{1};
    asio::thread_pool tidying_thread_{1};
};

namespace {

// Suspends the calling coroutine; `keep` gets what resumes it, on its own executor.
template <class Keep>
asio::awaitable<Result<void>> suspend(Keep keep) {
    const auto initiate = [&keep](auto handler) {
        keep([handler = std::move(handler)](Result<void> result) mutable {
            const auto executor = asio::get_associated_executor(handler);
            asio::dispatch(executor, [handler = std::move(handler), result = std::move(result)]() mutable {
                std::move(handler)(std::move(result));
            });
        });
    };
    Result<void> result =
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result<void>)>(initiate, asio::use_awaitable);
    co_return result;
}

}  // namespace

AsyncWriter::AsyncWriter(asio::any_io_executor io, std::unique_ptr<RunStore> store, std::string run, Options options)
    : state_(std::make_shared<State>(std::move(io), std::move(store), std::move(run), options)) {}

AsyncWriter::AsyncWriter(asio::any_io_executor io, std::unique_ptr<RunStore> store, std::string run)
    : AsyncWriter(std::move(io), std::move(store), std::move(run), Options{}) {}

AsyncWriter::~AsyncWriter() {
    state_->close();
}

Result<void> AsyncWriter::journal(const JournalEntry& entry) {
    return state_->journal(entry);
}

void AsyncWriter::finish(Finished finished) {
    if (!state_->failed_) {
        state_->add(std::move(finished));
        state_->wake();
    }
}

asio::awaitable<Result<void>> AsyncWriter::finish_and_wait(Finished finished) {
    finish(std::move(finished));
    Result<void> result = co_await flush();
    co_return result;
}

asio::awaitable<Result<void>> AsyncWriter::update_run(RunInfo run) {
    if (run.state != RunState::running) {
        const Result<void> ignored = co_await flush();  // the next one says the same
        state_->close_journal();
    }
    if (!state_->failed_) {
        state_->pending_.updates.push_back(std::move(run));
    }
    Result<void> result = co_await flush();
    co_return result;
}

asio::awaitable<Result<void>> AsyncWriter::flush() {
    if (state_->failed_) {
        co_return state_->status();
    }
    const auto keep = [state = state_](Waiter waiter) {
        state->pending_.waiters.push_back(std::move(waiter));
        state->wake();
    };
    Result<void> result = co_await suspend(keep);
    co_return result;
}

asio::awaitable<Result<void>> AsyncWriter::room() {
    if (state_->failed_ || state_->has_room()) {
        co_return state_->status();
    }
    const auto keep = [state = state_](Waiter waiter) { state->room_waiters_.push_back(std::move(waiter)); };
    Result<void> result = co_await suspend(keep);
    co_return result;
}

Result<void> AsyncWriter::status() const {
    return state_->status();
}

AsyncWriter::Statistics AsyncWriter::statistics() const {
    return state_->statistics_;
}

}  // namespace sosia::storage
