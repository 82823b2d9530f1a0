// A full disk, played by a limit on the size of files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include "storage/sqlite_store.h"
#include "storage/sqlite_store_for_tests.h"

namespace sosia::storage {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
class FullDisk : public StoreFile {};

// Writes until it fails; 0 when the failure says the right thing.
int fill(const std::string& file, const RunStore::Batch& content, std::uint64_t& written) {
    ::signal(SIGXFSZ, SIG_IGN);
    const Result<Store> store = open_sqlite(file, Access::read_write, {.checkpoint_pages = 50});
    const rlimit limit{400'000, 400'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    for (written = 0; written < 1000; ++written) {
        RunStore::Batch batch = content;
        for (RunStore::Batch::Finished& finished : batch.finished) {
            finished.brief.ordinal = written;
            finished.brief.id = "c" + std::to_string(written);
        }
        for (JournalEntry& entry : batch.journal) {
            entry.step = static_cast<int>(written);
        }
        const Result<void> done = store->write->write("r1", batch);
        if (!done) {
            const std::string& message = done.error().message;
            const bool right = done.error().kind == ErrorKind::unavailable && message.contains("the disk is full") &&
                               message.contains("no finished conversation was lost");
            return right ? 0 : 1;
        }
    }
    return 2;
}

TEST_F(FullDisk, a_full_disk_is_named_and_what_was_finished_stays) {
    {
        const Store store = open_with_run();
    }
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const int end = in_child([&] {
        RunStore::Batch batch = batch_of(0, 1);
        batch.journal.clear();
        std::uint64_t written = 0;
        const int result = fill(file_, batch, written);
        return ::write(pipe_ends[1], &written, sizeof written) == sizeof written ? result : 3;
    });
    EXPECT_EQ(end, 0);
    std::uint64_t written = 0;
    ASSERT_EQ(::read(pipe_ends[0], &written, sizeof written), static_cast<ssize_t>(sizeof written));
    ::close(pipe_ends[0]);
    ::close(pipe_ends[1]);
    EXPECT_GT(written, 10U);
    const Store store = open();
    EXPECT_THAT(store.read->finished_ids("r1").value(), SizeIs(written));
    ASSERT_TRUE(store.write->write("r1", batch_of(1000, 1)));  // there is space again
    EXPECT_THAT(store.read->finished_ids("r1").value(), SizeIs(written + 1));
}

TEST_F(FullDisk, a_disk_that_fills_with_the_journal_is_named_too) {
    {
        const Store store = open_with_run();
    }
    const int end = in_child([&] {
        std::uint64_t written = 0;
        return fill(file_, {{{"aa", 0, std::string(5000, 'x')}}, {}}, written);
    });
    EXPECT_EQ(end, 0);
    const Store store = open();
    const std::vector<JournalEntry> journal = store.read->journal("r1").value();
    EXPECT_GT(journal.size(), 70U);
    for (std::size_t i = 0; i < journal.size(); ++i) {
        EXPECT_EQ(journal[i].step, static_cast<int>(i));
    }
    EXPECT_TRUE(store.write->write("r1", {{{"aa", static_cast<int>(journal.size()), "next"}}, {}}));
    EXPECT_THAT(store.read->journal("r1").value(), SizeIs(journal.size() + 1));
}

TEST_F(FullDisk, a_store_that_may_not_grow_says_so_and_works_again_later) {
    const Store store = open_with_run();
    Database& database = dynamic_cast<SqliteRunStore&>(*store.write).database();
    ASSERT_TRUE(database.script("PRAGMA max_page_count=20"));
    RunStore::Batch batch = batch_of(0, 100);
    const Result<void> refused = store.write->write("r1", batch);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("the disk is full"));
    EXPECT_THAT(store.read->finished_ids("r1").value(), IsEmpty());
    ASSERT_TRUE(database.script("PRAGMA max_page_count=1000000"));
    ASSERT_TRUE(store.write->write("r1", batch));
    EXPECT_THAT(store.read->finished_ids("r1").value(), SizeIs(100));
}

}  // namespace
}  // namespace sosia::storage
