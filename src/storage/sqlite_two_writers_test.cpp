// Two processes and one run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "storage/sqlite_store.h"
#include "storage/sqlite_store_for_tests.h"

namespace sosia::storage {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;
class TwoWriters : public StoreFile {};

TEST_F(TwoWriters, a_run_that_is_being_written_cannot_be_written_by_somebody_else) {
    const Store store = open_with_run();
    const Store second = open();
    for (const Result<void>& refused :
         {second.write->write("r1", batch_of(0, 1)), second.write->update_run(sample_run("r1", 1)),
          second.write->delete_run("r1")}) {
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
        EXPECT_THAT(refused.error().message,
                    AllOf(HasSubstr("run r1"), HasSubstr("process " + std::to_string(::getpid()))));
    }
    EXPECT_TRUE(store.write->write("r1", batch_of(0, 1)));
    EXPECT_TRUE(second.write->create_run(sample_run("r2", 2)));
    EXPECT_TRUE(second.write->write("r2", batch_of(0, 1)));
}

TEST_F(TwoWriters, another_process_is_named_and_its_death_frees_the_run) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const pid_t child = start_child([&] {
        const Store store = open_with_run();
        EXPECT_TRUE(store.write->write("r1", batch_of(0, 3)));
        const ssize_t ignored = ::write(pipe_ends[1], "x", 1);
        ::pause();
        return static_cast<int>(ignored);
    });
    char byte = 0;
    ASSERT_EQ(::read(pipe_ends[0], &byte, 1), 1);
    const Store store = open();
    EXPECT_EQ(store.read->run("r1").value().state, RunState::running);
    const Result<void> refused = store.write->write("r1", batch_of(1, 1));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("process " + std::to_string(child)));

    ::kill(child, SIGKILL);
    wait_for_child(child);
    ::close(pipe_ends[0]);
    ::close(pipe_ends[1]);
    EXPECT_EQ(store.read->run("r1").value().state, RunState::interrupted);
    EXPECT_TRUE(store.write->write("r1", batch_of(1, 3)));
    EXPECT_THAT(store.read->finished_ids("r1").value(), SizeIs(6));
    EXPECT_EQ(store.read->run("r1").value().state, RunState::running);
}

TEST_F(TwoWriters, finishing_a_run_frees_it) {
    const Store store = open_with_run();
    const Store second = open();
    RunInfo run = sample_run("r1", 1);
    run.state = RunState::finished;
    ASSERT_TRUE(store.write->update_run(run));
    EXPECT_TRUE(second.write->delete_run("r1"));
}

TEST_F(TwoWriters, a_store_that_stays_locked_says_who_has_it) {
    const Store store = open_with_run();
    Database& database = dynamic_cast<SqliteRunStore&>(*store.write).database();
    ASSERT_TRUE(database.script("BEGIN IMMEDIATE"));
    const Store second = open(Access::read_write, {.busy_ms = 1});
    const Result<void> refused = second.write->create_run(sample_run("r2", 2));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_THAT(refused.error().message, HasSubstr("locked by another process, which is writing run r1"));
    EXPECT_THAT(second.read->runs().value(), SizeIs(1));  // readers do not wait
    ASSERT_TRUE(database.script("COMMIT"));
    EXPECT_TRUE(second.write->create_run(sample_run("r2", 2)));
}

}  // namespace
}  // namespace sosia::storage
