#include "storage/async_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/store_for_tests.h"
#include "storage/writer_for_tests.h"

namespace sosia::storage {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;

TEST_F(Writer, a_step_is_written_when_journal_returns_also_during_a_commit) {
    std::latch gate(1);
    control_.gate = &gate;
    const auto writer = make_writer();
    writer->finish(sample_finished("done", 0));
    io_.poll();  // the commit has begun, or is about to, and waits at the gate
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(writer->journal(step("aa", i)));
        ASSERT_EQ(control_.steps.size(), static_cast<std::size_t>(i) + 1);
        EXPECT_EQ(control_.steps.back().conversation, "aa");
        EXPECT_EQ(control_.steps.back().step, i);
    }
    gate.count_down();
    io_.run();
}

TEST_F(Writer, the_steps_of_a_conversation_are_forgotten_once_it_is_committed) {
    std::latch gate(1);
    control_.gate = &gate;
    const auto writer = make_writer();
    EXPECT_TRUE(writer->journal(step("aa", 0)));
    writer->finish(sample_finished("aa", 0));
    io_.poll();
    EXPECT_TRUE(control_.forgotten.empty());
    gate.count_down();
    io_.run();
    EXPECT_THAT(control_.forgotten, testing::ElementsAre("aa"));
}

TEST_F(Writer, conversations_that_come_together_are_committed_together) {
    const auto writer = make_writer();
    int committed = 0;
    for (int i = 0; i < 100; ++i) {
        spawn(finish_each(*writer, "c" + std::to_string(i), 1, committed));
    }
    io_.run();
    EXPECT_EQ(committed, 100);
    ASSERT_EQ(control_.written.size(), 1U);
    EXPECT_EQ(control_.written[0].finished.size(), 100U);
    EXPECT_EQ(writer->statistics().largest, 100U);
}

TEST_F(Writer, what_comes_during_a_commit_goes_into_the_next_one) {
    std::latch gate(1);
    control_.gate = &gate;
    const auto writer = make_writer();
    int committed = 0;
    spawn(finish_each(*writer, "first", 1, committed));
    io_.poll();  // the first write has begun, or is about to, and waits at the gate
    for (int i = 0; i < 50; ++i) {
        spawn(finish_each(*writer, "c" + std::to_string(i), 1, committed));
    }
    io_.poll();
    gate.count_down();
    io_.run();
    EXPECT_EQ(committed, 51);
    ASSERT_EQ(control_.written.size(), 2U);
    EXPECT_EQ(control_.written[0].finished.size(), 1U);
    EXPECT_EQ(control_.written[1].finished.size(), 50U);
}

TEST_F(Writer, a_run_that_ends_closes_its_journal_first) {
    const auto writer = make_writer();
    const auto work = [&]() -> asio::awaitable<void> {
        RunInfo run = sample_run("r1", 1);
        const Result<void> running = co_await writer->update_run(run);
        EXPECT_TRUE(running);
        EXPECT_FALSE(control_.journal_closed);
        run.state = RunState::finished;
        const Result<void> done = co_await writer->update_run(run);
        EXPECT_TRUE(done);
        EXPECT_TRUE(control_.journal_closed);
        EXPECT_FALSE(writer->journal(step("aa", 0)));
    };
    spawn(work());
    io_.run();
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
        EXPECT_TRUE(writer.journal(entry));
    }
    const Result<void> done = co_await writer.finish_and_wait(sample_finished(id, ordinal));
    EXPECT_TRUE(done);
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
    EXPECT_EQ(writer.statistics().entries, conversations);
    EXPECT_LT(writer.statistics().commits, conversations);
}

TEST(WriterErrors, a_run_that_is_not_in_the_store_is_reported) {
    Store store = open_memory();
    asio::io_context io(1);
    AsyncWriter writer(io.get_executor(), std::move(store.write), "nope");
    const Result<void> done = writer.journal(step("aa", 0));
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("nope"));
    io.run();
}

}  // namespace
}  // namespace sosia::storage
