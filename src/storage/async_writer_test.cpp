#include "storage/async_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/store_for_tests.h"
#include "storage/writer_for_tests.h"

namespace sosia::storage {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;

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
