// What the tests of the writer share: a store that can be held up, and a fixture that runs coroutines on it.
#pragma once
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <latch>
#include <memory>
#include <string>
#include <vector>

#include "storage/async_writer.h"
#include "storage/store_for_tests.h"

namespace sosia::storage {

// A store that can be held up and made to fail, and counts.
class FakeStore final : public RunStore {
  public:
    struct Control {
        std::latch* gate = nullptr;            // write() waits here
        std::atomic<int> fail_from = 1 << 30;  // the number of the write (from 0) that fails, and every one after it
        std::vector<Batch> written;            // read it when nothing is being written
        std::vector<JournalEntry> steps;
        std::vector<std::string> forgotten;
        std::size_t steps_fit = 1U << 30U;  // the journal fails after so many
        bool journal_closed = false;
        std::vector<RunInfo> updates;
        std::vector<std::string> order;
        int writes = 0;
        std::atomic<int> tidied = 0;
        std::latch* tidy_gate = nullptr;  // tidy() waits here
        bool untidy = false;
    };
    explicit FakeStore(Control& control) : control_(control) {}

    Result<void> create_run(const RunInfo&) override { return {}; }
    Result<void> update_run(const RunInfo& run) override {
        control_.updates.push_back(run);
        control_.order.emplace_back("update");
        return {};
    }
    Result<void> write(std::string_view, const Batch& batch) override {
        if (control_.gate != nullptr) {
            control_.gate->wait();
        }
        if (control_.writes++ >= control_.fail_from) {
            return fail(ErrorKind::unavailable, "the disk is full, said write " + std::to_string(control_.writes - 1));
        }
        control_.written.push_back(batch);
        control_.order.emplace_back("write");
        return {};
    }
    Result<std::unique_ptr<Journal>> open_journal(std::string_view) override {
        return std::make_unique<FakeJournal>(control_);
    }
    Result<void> delete_run(std::string_view) override { return {}; }
    bool is_untidy() const override { return control_.untidy; }
    void tidy() override {
        if (control_.tidy_gate != nullptr) {
            control_.tidy_gate->wait();
        }
        ++control_.tidied;
    }

  private:
    class FakeJournal final : public Journal {
      public:
        explicit FakeJournal(Control& control) : control_(control) {}
        ~FakeJournal() override { control_.journal_closed = true; }
        Result<void> append(const JournalEntry& entry) override {
            if (control_.steps.size() >= control_.steps_fit) {
                return fail(ErrorKind::unavailable, "the disk is full, said the journal");
            }
            control_.steps.push_back(entry);
            return {};
        }
        void forget(const std::string& conversation) override { control_.forgotten.push_back(conversation); }

      private:
        Control& control_;
    };

    Control& control_;
};

class Writer : public testing::Test {
  protected:
    void spawn(boost::asio::awaitable<void> work) {
        boost::asio::co_spawn(io_, std::move(work), [](const std::exception_ptr& error) {
            if (error) {
                std::rethrow_exception(error);
            }
        });
    }

    std::unique_ptr<AsyncWriter> make_writer(AsyncWriter::Options options = {}) {
        return std::make_unique<AsyncWriter>(io_.get_executor(), std::make_unique<FakeStore>(control_), "r1", options);
    }

    boost::asio::io_context io_{1};
    FakeStore::Control control_;
};

inline JournalEntry step(const std::string& conversation, int number) {
    return {conversation, number, "data"};
}

// Conversations one after the other, each handed over and waited for.
inline boost::asio::awaitable<void> finish_each(AsyncWriter& writer, std::string name, int conversations,
                                                int& committed) {
    for (int i = 0; i < conversations; ++i) {
        RunStore::Batch::Finished finished = sample_finished(name + std::to_string(i), static_cast<std::uint64_t>(i));
        const Result<void> done = co_await writer.finish_and_wait(std::move(finished));
        EXPECT_TRUE(done);
        ++committed;
    }
}

}  // namespace sosia::storage
