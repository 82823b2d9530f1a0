#include "storage/async_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <latch>
#include <vector>

#include "storage/store_for_tests.h"

namespace sosia::storage {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;

// A store that can be held up and made to fail, and counts.
class FakeStore final : public RunStore {
  public:
    struct Control {
        std::latch* gate = nullptr;            // write() waits here
        std::atomic<int> fail_from = 1 << 30;  // the number of the write (from 0) that fails, and every one after it
        std::vector<Batch> written;            // read it when nothing is being written
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
        control_.order.push_back("update");
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
        control_.order.push_back("write");
        return {};
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
    Control& control_;
};

class Writer : public testing::Test {
  protected:
    void spawn(asio::awaitable<void> work) {
        asio::co_spawn(io_, std::move(work), [](const std::exception_ptr& error) {
            if (error) {
                std::rethrow_exception(error);
            }
        });
    }

    std::unique_ptr<AsyncWriter> make_writer(AsyncWriter::Options options = {}) {
        return std::make_unique<AsyncWriter>(io_.get_executor(), std::make_unique<FakeStore>(control_), "r1", options);
    }

    asio::io_context io_{1};
    FakeStore::Control control_;
};

JournalEntry step(const std::string& conversation, int number) {
    return {conversation, number, "data"};
}

asio::awaitable<void> journal_steps(AsyncWriter& writer, std::string conversation, int steps, int& committed) {
    for (int i = 0; i < steps; ++i) {
        const Result<void> done = co_await writer.journal(step(conversation, i));
        EXPECT_TRUE(done);
        ++committed;
    }
}

TEST_F(Writer, a_lone_entry_is_committed_before_the_coroutine_goes_on) {
    const auto writer = make_writer();
    std::size_t seen = 0;
    const auto work = [&]() -> asio::awaitable<void> {
        const Result<void> done = co_await writer->journal(step("aa", 0));
        EXPECT_TRUE(done);
        seen = control_.written.size();
    };
    spawn(work());
    io_.run();
    EXPECT_EQ(seen, 1U);
    EXPECT_EQ(control_.written[0].journal[0].conversation, "aa");
}

TEST_F(Writer, entries_that_come_together_are_committed_together) {
    const auto writer = make_writer();
    int committed = 0;
    for (int i = 0; i < 100; ++i) {
        spawn(journal_steps(*writer, "c" + std::to_string(i), 1, committed));
    }
    io_.run();
    EXPECT_EQ(committed, 100);
    ASSERT_EQ(control_.written.size(), 1U);
    EXPECT_EQ(control_.written[0].journal.size(), 100U);
    EXPECT_EQ(writer->statistics().largest, 100U);
}

TEST_F(Writer, what_comes_during_a_commit_goes_into_the_next_one) {
    std::latch gate(1);
    control_.gate = &gate;
    const auto writer = make_writer();
    int committed = 0;
    spawn(journal_steps(*writer, "first", 1, committed));
    io_.poll();  // the first write has begun, or is about to, and waits at the gate
    for (int i = 0; i < 50; ++i) {
        spawn(journal_steps(*writer, "c" + std::to_string(i), 1, committed));
    }
    io_.poll();
    gate.count_down();
    io_.run();
    EXPECT_EQ(committed, 51);
    ASSERT_EQ(control_.written.size(), 2U);
    EXPECT_EQ(control_.written[0].journal.size(), 1U);
    EXPECT_EQ(control_.written[1].journal.size(), 50U);
}

TEST_F(Writer, the_steps_of_a_conversation_stay_in_order) {
    const auto writer = make_writer();
    int committed = 0;
    spawn(journal_steps(*writer, "aa", 20, committed));
    spawn(journal_steps(*writer, "bb", 20, committed));
    io_.run();
    EXPECT_EQ(committed, 40);
    int expected = 0;
    for (const RunStore::Batch& batch : control_.written) {
        for (const JournalEntry& entry : batch.journal) {
            if (entry.conversation == "aa") {
                EXPECT_EQ(entry.step, expected++);
            }
        }
    }
    EXPECT_EQ(expected, 20);
}

TEST_F(Writer, finish_returns_at_once_and_flush_waits_for_it) {
    const auto writer = make_writer();
    bool flushed = false;
    const auto work = [&]() -> asio::awaitable<void> {
        writer->finish(sample_finished("aa", 0));
        writer->finish(sample_finished("bb", 1));
        const Result<void> done = co_await writer->flush();
        EXPECT_TRUE(done);
        EXPECT_EQ(control_.written.size(), 1U);
        EXPECT_EQ(control_.written[0].finished.size(), 2U);
        const Result<void> waited = co_await writer->finish_and_wait(sample_finished("cc", 2));
        EXPECT_TRUE(waited);
        EXPECT_EQ(control_.written.size(), 2U);
        const Result<void> nothing = co_await writer->flush();
        EXPECT_TRUE(nothing);
        EXPECT_EQ(control_.written.size(), 2U);
        flushed = true;
    };
    spawn(work());
    io_.run();
    EXPECT_TRUE(flushed);
    EXPECT_EQ(writer->statistics().entries, 3U);
}

TEST_F(Writer, the_io_context_runs_until_everything_is_committed) {
    const auto writer = make_writer();
    asio::post(io_, [&writer] { writer->finish(sample_finished("aa", 0)); });
    io_.run();
    EXPECT_EQ(writer->statistics().commits, 1U);
}

TEST_F(Writer, the_run_is_updated_after_what_was_handed_over_before) {
    const auto writer = make_writer();
    const auto work = [&]() -> asio::awaitable<void> {
        writer->finish(sample_finished("aa", 0));
        RunInfo run = sample_run("r1", 1);
        run.state = RunState::finished;
        const Result<void> done = co_await writer->update_run(run);
        EXPECT_TRUE(done);
    };
    spawn(work());
    io_.run();
    EXPECT_THAT(control_.order, testing::ElementsAre("write", "update"));
    EXPECT_EQ(control_.updates[0].state, RunState::finished);
}

TEST_F(Writer, after_a_failure_every_call_gets_the_first_error_and_nothing_is_written) {
    control_.fail_from = 1;
    const auto writer = make_writer();
    std::vector<std::string> errors;
    const auto work = [&]() -> asio::awaitable<void> {
        const Result<void> good = co_await writer->journal(step("aa", 0));
        EXPECT_TRUE(good);
        const Result<void> first = co_await writer->journal(step("aa", 1));
        const Result<void> second = co_await writer->journal(step("aa", 1));
        const Result<void> third = co_await writer->finish_and_wait(sample_finished("aa", 0));
        const Result<void> fourth = co_await writer->update_run(sample_run("r1", 1));
        const Result<void> fifth = co_await writer->room();
        const Result<void> sixth = co_await writer->flush();
        for (const Result<void>& failed : {first, second, third, fourth, fifth, sixth, writer->status()}) {
            EXPECT_FALSE(failed);
            errors.push_back(failed ? "" : failed.error().message);
        }
    };
    spawn(work());
    io_.run();
    EXPECT_THAT(errors, testing::SizeIs(7));
    EXPECT_THAT(errors, testing::Each(std::string("the disk is full, said write 1")));
    EXPECT_EQ(control_.writes, 2);
    EXPECT_TRUE(control_.updates.empty());
}

TEST_F(Writer, a_failure_reaches_everybody_who_waits_also_for_the_next_commit) {
    std::latch gate(1);
    control_.gate = &gate;
    control_.fail_from = 0;
    const auto writer = make_writer();
    int failed = 0;
    const auto work = [&](std::string id) -> asio::awaitable<void> {
        const Result<void> done = co_await writer->journal(step(id, 0));
        failed += done ? 0 : 1;
    };
    spawn(work("aa"));
    io_.poll();
    spawn(work("bb"));
    spawn(work("cc"));
    io_.poll();
    gate.count_down();
    io_.run();
    EXPECT_EQ(failed, 3);
    EXPECT_EQ(control_.writes, 1);
}

TEST_F(Writer, whoever_starts_conversations_waits_while_too_much_is_not_yet_written) {
    std::latch gate(1);
    control_.gate = &gate;
    const auto writer = make_writer({.room_bytes = 1000});
    std::size_t started = 0;
    const auto starter = [&]() -> asio::awaitable<void> {
        for (int i = 0; i < 100; ++i) {
            const Result<void> room = co_await writer->room();
            EXPECT_TRUE(room);
            RunStore::Batch::Finished finished =
                sample_finished("c" + std::to_string(i), static_cast<std::uint64_t>(i));
            finished.record.assign(400, 'x');
            writer->finish(std::move(finished));
            ++started;
        }
    };
    spawn(starter());
    io_.poll();
    EXPECT_LE(started, 3U);
    gate.count_down();
    io_.run();
    EXPECT_EQ(started, 100U);
    std::size_t written = 0;
    for (const RunStore::Batch& batch : control_.written) {
        written += batch.finished.size();
    }
    EXPECT_EQ(written, 100U);
}

TEST_F(Writer, destroying_it_writes_what_is_left) {
    auto writer = make_writer();
    writer->finish(sample_finished("aa", 0));
    writer.reset();
    ASSERT_EQ(control_.written.size(), 1U);
    EXPECT_EQ(control_.written[0].finished.size(), 1U);
    io_.run();
}

TEST_F(Writer, destroying_it_during_a_commit_answers_everybody) {
    std::latch gate(1);
    control_.gate = &gate;
    auto writer = make_writer();
    int committed = 0;
    spawn(journal_steps(*writer, "aa", 1, committed));
    io_.poll();
    spawn(journal_steps(*writer, "bb", 1, committed));
    io_.poll();
    gate.count_down();
    writer.reset();
    EXPECT_EQ(control_.written.size(), 2U);
    io_.run();
    EXPECT_EQ(committed, 2);
}

TEST_F(Writer, destroying_it_after_a_failure_writes_nothing_more) {
    std::latch gate(1);
    control_.gate = &gate;
    control_.fail_from = 0;
    auto writer = make_writer();
    writer->finish(sample_finished("aa", 0));
    io_.poll();
    writer->finish(sample_finished("bb", 1));
    gate.count_down();
    writer.reset();
    EXPECT_EQ(control_.writes, 1);
    io_.run();
}

TEST_F(Writer, a_coroutine_may_own_the_writer) {
    const auto work = [this]() -> asio::awaitable<void> {
        const auto writer = make_writer();
        const Result<void> done = co_await writer->journal(step("aa", 0));
        EXPECT_TRUE(done);
        writer->finish(sample_finished("aa", 0));
    };
    spawn(work());
    io_.run();
    EXPECT_EQ(control_.written.size(), 2U);
}

TEST_F(Writer, a_stopped_context_with_waiting_coroutines_is_cleaned_up) {
    std::latch gate(1);
    control_.gate = &gate;
    auto writer = make_writer();
    int committed = 0;
    spawn(journal_steps(*writer, "aa", 5, committed));
    spawn(journal_steps(*writer, "bb", 5, committed));
    io_.poll();
    io_.stop();
    gate.count_down();
    writer.reset();
    EXPECT_EQ(committed, 0);
    EXPECT_EQ(control_.written.size(), 1U);
}

TEST_F(Writer, commits_do_not_wait_for_tidying) {
    std::latch gate(1);
    control_.tidy_gate = &gate;
    control_.untidy = true;
    auto writer = make_writer();
    int committed = 0;
    spawn(journal_steps(*writer, "aa", 10, committed));
    while (committed < 10) {
        io_.run_one();
    }
    EXPECT_EQ(control_.tidied, 0);
    gate.count_down();
    writer.reset();
    EXPECT_EQ(control_.tidied, 1);
    io_.run();
}

TEST_F(Writer, a_store_that_stays_untidy_is_tidied_again) {
    control_.untidy = true;
    const auto writer = make_writer();
    while (control_.tidied < 3) {
        int committed = 0;
        spawn(journal_steps(*writer, "aa", 1, committed));
        io_.restart();
        io_.run();
    }
}

TEST_F(Writer, a_tidy_store_is_left_alone) {
    auto writer = make_writer();
    int committed = 0;
    spawn(journal_steps(*writer, "aa", 10, committed));
    io_.run();
    writer.reset();
    EXPECT_EQ(control_.tidied, 0);
}

asio::awaitable<void> converse(AsyncWriter& writer, std::uint64_t ordinal) {
    const std::string id = "c" + std::to_string(ordinal);
    for (int i = 0; i < 6; ++i) {
        JournalEntry entry{id, i, std::string(500, 'x')};
        const Result<void> done = co_await writer.journal(std::move(entry));
        EXPECT_TRUE(done);
    }
    writer.finish(sample_finished(id, ordinal));
}

class WriterOnAStore : public testing::TestWithParam<bool> {};

INSTANTIATE_TEST_SUITE_P(stores, WriterOnAStore, testing::Bool(),
                         [](const auto& info) { return std::string(info.param ? "sqlite" : "memory"); });

TEST_P(WriterOnAStore, hundreds_of_conversations_are_all_there_afterwards) {
    const TestFolder folder;
    Store store = GetParam() ? open_sqlite(folder.file("runs.db"), Access::read_write).value() : open_memory();
    ASSERT_TRUE(store.write->create_run(sample_run("r1", 1)));
    asio::io_context io(1);
    AsyncWriter writer(io.get_executor(), std::move(store.write), "r1");
    constexpr std::uint64_t conversations = 300;
    for (std::uint64_t i = 0; i < conversations; ++i) {
        asio::co_spawn(io, converse(writer, i), [](const std::exception_ptr& error) { EXPECT_FALSE(error); });
    }
    io.run();
    EXPECT_EQ(store.read->briefs("r1").value().size(), conversations);
    EXPECT_TRUE(store.read->journal("r1").value().empty());
    EXPECT_EQ(writer.statistics().entries, conversations * 7);
    EXPECT_LT(writer.statistics().commits, conversations);
}

TEST(WriterErrors, a_run_that_is_not_in_the_store_is_reported) {
    Store store = open_memory();
    asio::io_context io(1);
    AsyncWriter writer(io.get_executor(), std::move(store.write), "nope");
    const auto work = [&writer]() -> asio::awaitable<void> {
        const Result<void> done = co_await writer.journal(step("aa", 0));
        EXPECT_FALSE(done);
        EXPECT_THAT(done.error().message, HasSubstr("nope"));
    };
    asio::co_spawn(io, work(), [](const std::exception_ptr& error) { EXPECT_FALSE(error); });
    io.run();
}

}  // namespace
}  // namespace sosia::storage
