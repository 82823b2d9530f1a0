// The writer when something ends: a failing store, its own destruction, tidying up behind the commits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/store_for_tests.h"
#include "storage/writer_for_tests.h"

namespace sosia::storage {
namespace {

namespace asio = boost::asio;

TEST_F(Writer, after_a_failure_every_call_gets_the_first_error_and_nothing_is_written) {
    control_.fail_from = 1;
    const auto writer = make_writer();
    std::vector<std::string> errors;
    const auto work = [&]() -> asio::awaitable<void> {
        const Result<void> good = co_await writer->finish_and_wait(sample_finished("aa", 0));
        EXPECT_TRUE(good);
        const Result<void> first = co_await writer->finish_and_wait(sample_finished("bb", 1));
        const Result<void> second = writer->journal(step("aa", 1));
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

TEST_F(Writer, a_failing_journal_stops_everything_and_is_named) {
    control_.steps_fit = 1;
    const auto writer = make_writer();
    EXPECT_TRUE(writer->journal(step("aa", 0)));
    const Result<void> failed = writer->journal(step("aa", 1));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message, "the disk is full, said the journal");
    writer->finish(sample_finished("aa", 0));
    io_.run();
    EXPECT_EQ(control_.writes, 0);
    EXPECT_EQ(writer->status().error().message, failed.error().message);
}

TEST_F(Writer, a_failure_reaches_everybody_who_waits_also_for_the_next_commit) {
    std::latch gate(1);
    control_.gate = &gate;
    control_.fail_from = 0;
    const auto writer = make_writer();
    int failed = 0;
    const auto work = [&](std::string id) -> asio::awaitable<void> {
        const Result<void> done = co_await writer->finish_and_wait(sample_finished(id, 0));
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
    spawn(finish_each(*writer, "aa", 1, committed));
    io_.poll();
    spawn(finish_each(*writer, "bb", 1, committed));
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
        const Result<void> done = co_await writer->finish_and_wait(sample_finished("aa", 0));
        EXPECT_TRUE(done);
        writer->finish(sample_finished("bb", 1));
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
    spawn(finish_each(*writer, "aa", 5, committed));
    spawn(finish_each(*writer, "bb", 5, committed));
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
    spawn(finish_each(*writer, "aa", 10, committed));
    while (committed < 10) {  // NOLINT(bugprone-infinite-loop): the coroutine counts
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
        spawn(finish_each(*writer, "aa", 1, committed));
        io_.restart();
        io_.run();
    }
}

TEST_F(Writer, a_tidy_store_is_left_alone) {
    auto writer = make_writer();
    int committed = 0;
    spawn(finish_each(*writer, "aa", 10, committed));
    io_.run();
    writer.reset();
    EXPECT_EQ(control_.tidied, 0);
}

}  // namespace
}  // namespace sosia::storage
