// Processes that die at the worst moment, and what they leave.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <map>

#include "base/random.h"
#include "storage/sqlite_store.h"
#include "storage/sqlite_store_for_tests.h"

namespace sosia::storage {
namespace {

using testing::SizeIs;
class Kill : public StoreFile {};

int die(void*) {
    ::raise(SIGKILL);
    return 0;
}

TEST_F(Kill, a_kill_in_the_middle_of_a_transaction_leaves_nothing_of_it) {
    {
        const Store store = open_with_run();
    }
    const int end = in_child([this] {
        const Store store = open();
        EXPECT_TRUE(store.write->write("r1", batch_of(0, 10)));
        Database& database = dynamic_cast<SqliteRunStore&>(*store.write).database();
        // A tiny cache spills uncommitted pages into the log; then the process dies where it would have committed.
        EXPECT_TRUE(database.script("PRAGMA cache_size=5"));
        sqlite3_commit_hook(database.handle(), die, nullptr);
        const Result<void> ignored = store.write->write("r1", batch_of(1, 100));
        return 0;
    });
    EXPECT_EQ(end, -SIGKILL);
    const Store store = open();
    EXPECT_THAT(store.read->finished_ids("r1").value(), SizeIs(10));
    EXPECT_EQ(store.read->run("r1").value().state, RunState::interrupted);
    ASSERT_TRUE(store.write->write("r1", batch_of(1, 100)));
    EXPECT_THAT(store.read->finished_ids("r1").value(), SizeIs(110));
}

TEST_F(Kill, after_a_kill_at_any_moment_batches_are_whole_and_nothing_acknowledged_is_missing) {
    Random random(7, "kill");
    {
        const Store store = open_with_run();
    }
    std::uint64_t acknowledged = 0;
    for (int round = 0; round < 30; ++round) {
        int pipe_ends[2];
        ASSERT_EQ(::pipe(pipe_ends), 0);
        const pid_t child = start_child([&] {
            const Store store = open(Access::read_write, {.checkpoint_pages = 20, .step_file_bytes = 5000});
            for (std::uint64_t number = acknowledged; store.write->write("r1", batch_of(number, 5)); ++number) {
                store.write->tidy();
                if (::write(pipe_ends[1], "x", 1) != 1) {
                    break;
                }
            }
            return 1;
        });
        ::close(pipe_ends[1]);
        char byte = 0;
        for (std::size_t wanted = 1 + random.below(20); wanted > 0 && ::read(pipe_ends[0], &byte, 1) == 1; --wanted) {
            ++acknowledged;
        }
        ::kill(child, SIGKILL);
        EXPECT_EQ(wait_for_child(child), -SIGKILL);
        while (::read(pipe_ends[0], &byte, 1) == 1) {
            ++acknowledged;
        }
        ::close(pipe_ends[0]);

        const Store store = open();
        const std::size_t found = store.read->finished_ids("r1").value().size();
        EXPECT_EQ(found % 5, 0U);
        EXPECT_GE(found, acknowledged * 5);
        EXPECT_LE(found, acknowledged * 5 + 5);
        std::size_t records = 0;
        ASSERT_TRUE(store.read->records("r1", [&records](std::string_view) { return ++records > 0; }));
        EXPECT_EQ(records, found);
        acknowledged = found / 5;
        std::map<std::string, int> next_step;
        for (const JournalEntry& entry : store.read->journal("r1").value()) {
            EXPECT_EQ(entry.step, next_step[entry.conversation]++);
        }
        for (std::uint64_t number = 0; number < acknowledged; ++number) {
            EXPECT_EQ(next_step["j" + std::to_string(number)], 5) << number;
        }
    }
}

TEST_F(Kill, a_journal_that_was_cut_short_anywhere_keeps_its_whole_steps) {
    {
        const Store store = open_with_run();
        ASSERT_TRUE(store.write->write("r1", {{{"aa", 0, "first"}}, {}}));
        ASSERT_TRUE(store.write->write("r1", {{{"aa", 1, "second"}}, {}}));
    }
    const std::string steps = step_file_name(file_, 1);
    const std::string whole = read_bytes(steps);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        write_bytes(steps, whole.substr(0, length));
        const Store store = open();
        const std::vector<JournalEntry> journal = store.read->journal("r1").value();
        EXPECT_EQ(journal.size(), length < whole.size() - 32 ? 0U : 1U) << length;
        ASSERT_TRUE(store.write->write("r1", {{{"bb", 0, "after"}}, {}}));
        EXPECT_EQ(store.read->journal("r1").value().size(), journal.size() + 1);
    }
}

TEST_F(Kill, a_journal_with_a_flipped_bit_is_read_up_to_there) {
    {
        const Store store = open_with_run();
        ASSERT_TRUE(store.write->write("r1", {{{"aa", 0, "first"}, {"bb", 0, "second"}, {"cc", 0, "third"}}, {}}));
    }
    const std::string steps = step_file_name(file_, 1);
    const std::string whole = read_bytes(steps);
    const std::size_t second = whole.find("second");
    for (std::size_t at = second - 26; at < second + 6; ++at) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 64);
        write_bytes(steps, damaged);
        EXPECT_THAT(open(Access::read_only).read->journal("r1").value(), SizeIs(1)) << at;
    }
}

}  // namespace
}  // namespace sosia::storage
