// Writes a run's finished conversations on a thread of its own, many to a transaction (and tidies the store on
// another), and its steps at once.
//
// Everything is called from the one thread that runs `io`. A step is a write of microseconds to the system's cache,
// made right there: handing it to another thread and waiting for the answer took longer than the write, for each call
// of each conversation. Transactions wait for the disk, so they do not block `io`: whatever is handed over while one is
// being written goes together into the next; a lone conversation is committed at once, and under load hundreds share a
// commit.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <string>

#include "base/error.h"
#include "storage/store.h"

namespace sosia::storage {

class AsyncWriter {
  public:
    struct Options {
        std::size_t room_bytes = 8U << 20U;  // room() waits while more than this is not yet committed
    };

    // `run` must exist in `store`. The thread behind `io` is the only one that may use this object.
    AsyncWriter(boost::asio::any_io_executor io, std::unique_ptr<RunStore> store, std::string run, Options options);
    AsyncWriter(boost::asio::any_io_executor io, std::unique_ptr<RunStore> store, std::string run);
    // Writes what is left before it returns (for that it blocks). Must be destroyed before the context behind `io`.
    ~AsyncWriter();
    AsyncWriter(const AsyncWriter&) = delete;
    AsyncWriter& operator=(const AsyncWriter&) = delete;

    // When it returns without error, a kill loses nothing of the entry.
    Result<void> journal(const JournalEntry& entry);

    // Hands a finished conversation over and returns at once.
    void finish(RunStore::Batch::Finished finished);
    boost::asio::awaitable<Result<void>> finish_and_wait(RunStore::Batch::Finished finished);

    // Changes the run's own row, after everything handed over before. A state other than `running` closes the journal.
    boost::asio::awaitable<Result<void>> update_run(RunInfo run);

    // Resumes once everything handed over before is committed.
    boost::asio::awaitable<Result<void>> flush();

    // Resumes at once unless too much is waiting for the disk. finish() never refuses, so whoever starts conversations
    // waits here.
    boost::asio::awaitable<Result<void>> room();

    // After the first failure nothing more is written, and every call gives that failure.
    Result<void> status() const;

    struct Statistics {
        std::size_t commits = 0;
        std::size_t entries = 0;  // finished conversations committed
        std::size_t largest = 0;  // most of them in one commit
    };
    Statistics statistics() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sosia::storage
