// Kills, full disks, damaged and read-only files, and two writers at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>

#include "base/random.h"
#include "storage/sqlite_store.h"
#include "storage/store_for_tests.h"

namespace sosia::storage {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Faults : public testing::Test {
  protected:
    Store open(Access access = Access::read_write, const SqliteOptions& options = {}) {
        Result<Store> store = open_sqlite(file_, access, options);
        EXPECT_TRUE(store) << store.error().message;
        return *std::move(store);
    }

    Store open_with_run() {
        Store store = open();
        EXPECT_TRUE(store.write->create_run(sample_run("r1", 1)));
        return store;
    }

    Error error_of_opening(Access access, const std::string& file) {
        const Result<Store> store = open_sqlite(file, access);
        EXPECT_FALSE(store);
        return store ? Error{} : store.error();
    }

    TestFolder folder_;
    std::string file_ = folder_.file("runs.db");
};

RunStore::Batch batch_of(std::uint64_t number, std::uint64_t size) {
    RunStore::Batch batch;
    for (std::uint64_t i = 0; i < size; ++i) {
        const std::uint64_t ordinal = number * size + i;
        batch.finished.push_back(sample_finished("c" + std::to_string(ordinal), ordinal));
        batch.finished.back().record.append(2000, 'x');
        batch.journal.push_back({"j" + std::to_string(number), static_cast<int>(i), std::string(500, 'y')});
    }
    return batch;
}

int die(void*) {
    ::raise(SIGKILL);
    return 0;
}

// Kills.

TEST_F(Faults, a_kill_in_the_middle_of_a_transaction_leaves_nothing_of_it) {
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

TEST_F(Faults, after_a_kill_at_any_moment_batches_are_whole_and_nothing_acknowledged_is_missing) {
    Random random(7, "kill");
    {
        const Store store = open_with_run();
    }
    std::uint64_t acknowledged = 0;
    for (int round = 0; round < 30; ++round) {
        int pipe_ends[2];
        ASSERT_EQ(::pipe(pipe_ends), 0);
        const pid_t child = start_child([&] {
            const Store store = open(Access::read_write, {.checkpoint_pages = 20, .garbage_bytes = 5000});
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

TEST_F(Faults, a_journal_that_was_cut_short_anywhere_keeps_its_whole_steps) {
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

TEST_F(Faults, a_journal_with_a_flipped_bit_is_read_up_to_there) {
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

// Two writers.

TEST_F(Faults, a_run_that_is_being_written_cannot_be_written_by_somebody_else) {
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

TEST_F(Faults, another_process_is_named_and_its_death_frees_the_run) {
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

TEST_F(Faults, finishing_a_run_frees_it) {
    const Store store = open_with_run();
    const Store second = open();
    RunInfo run = sample_run("r1", 1);
    run.state = RunState::finished;
    ASSERT_TRUE(store.write->update_run(run));
    EXPECT_TRUE(second.write->delete_run("r1"));
}

TEST_F(Faults, a_store_that_stays_locked_says_who_has_it) {
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

// A full disk, played by a limit on the size of files.

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

TEST_F(Faults, a_full_disk_is_named_and_what_was_finished_stays) {
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

TEST_F(Faults, a_disk_that_fills_with_the_journal_is_named_too) {
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

TEST_F(Faults, a_store_that_may_not_grow_says_so_and_works_again_later) {
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

// Things that are not a store.

TEST_F(Faults, a_folder_instead_of_a_file_is_refused) {
    for (const Access access : {Access::read_write, Access::read_only}) {
        const Error error = error_of_opening(access, folder_.path().string());
        EXPECT_EQ(error.kind, ErrorKind::usage);
        EXPECT_THAT(error.message, HasSubstr("is a folder"));
    }
}

TEST_F(Faults, a_pipe_is_refused_without_waiting_for_it) {
    ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
    EXPECT_THAT(error_of_opening(Access::read_only, file_).message, HasSubstr("not a regular file"));
}

TEST_F(Faults, a_store_that_is_not_there_cannot_be_read) {
    const Error error = error_of_opening(Access::read_only, file_);
    EXPECT_EQ(error.kind, ErrorKind::usage);
    EXPECT_THAT(error.message, HasSubstr("there is no store"));
    EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(Faults, a_file_of_something_else_is_refused_and_left_alone) {
    const std::string bytes = "name: refund-desk\n" + std::string(5000, '#');
    write_bytes(file_, bytes);
    for (const Access access : {Access::read_write, Access::read_only}) {
        const Error error = error_of_opening(access, file_);
        EXPECT_EQ(error.kind, ErrorKind::malformed);
        EXPECT_THAT(error.message, HasSubstr("not a Sosia store"));
    }
    EXPECT_EQ(read_bytes(file_), bytes);
}

TEST_F(Faults, an_empty_file_becomes_a_store) {
    write_bytes(file_, "");
    EXPECT_EQ(error_of_opening(Access::read_only, file_).kind, ErrorKind::malformed);
    EXPECT_TRUE(open_sqlite(file_, Access::read_write));
}

TEST_F(Faults, a_damaged_store_gives_errors_and_never_a_crash) {
    {
        const Store store = open_with_run();
        for (std::uint64_t i = 0; i < 20; ++i) {
            ASSERT_TRUE(store.write->write("r1", batch_of(i, 5)));
        }
    }
    const std::string whole = read_bytes(file_);
    Random random(1, "damage");
    for (int round = 0; round < 60; ++round) {
        std::string damaged = round % 2 == 0 ? whole.substr(0, random.below(whole.size())) : whole;
        for (int i = 0; round % 2 == 1 && i < 200; ++i) {
            damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
        }
        write_bytes(file_, damaged);
        for (const Access access : {Access::read_only, Access::read_write}) {
            const Result<Store> store = open_sqlite(file_, access);
            if (!store) {
                EXPECT_THAT(store.error().message, Not(IsEmpty()));
                continue;
            }
            const auto runs = store->read->runs();
            const auto briefs = store->read->briefs("r1");
            const auto found = store->read->find("c7", "");
            const auto records = store->read->records("r1", [](std::string_view) { return true; });
            const auto written =
                access == Access::read_write ? store->write->write("r1", batch_of(99, 1)) : Result<void>{};
        }
    }
}

TEST_F(Faults, a_store_with_its_middle_overwritten_is_called_damaged) {
    {
        const Store store = open_with_run();
        ASSERT_TRUE(store.write->write("r1", batch_of(0, 100)));
    }
    std::string bytes = read_bytes(file_);
    std::fill(bytes.begin() + 4096, bytes.end(), '\x5a');
    write_bytes(file_, bytes);
    const Result<Store> store = open_sqlite(file_, Access::read_only);
    ASSERT_TRUE(store);
    const auto briefs = store->read->briefs("r1");
    ASSERT_FALSE(briefs);
    EXPECT_EQ(briefs.error().kind, ErrorKind::malformed);
    EXPECT_THAT(briefs.error().message, HasSubstr("damaged"));
}

// Files and folders one may only read.

class ReadOnly : public Faults {
  protected:
    ReadOnly() {
        Store store = open_with_run();
        EXPECT_TRUE(store.write->write("r1", batch_of(0, 3)));
        ::chmod(folder_.path().c_str(), 0755);
    }
    ~ReadOnly() override { ::chmod(folder_.path().c_str(), 0700); }

    void forbid_writing() {
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
            ::chmod(entry.path().c_str(), 0444);
        }
        ::chmod(folder_.path().c_str(), 0555);
    }

    static bool has(const Result<Store>& store, ErrorKind kind, std::string_view text) {
        return !store && store.error().kind == kind && store.error().message.contains(text);
    }
};

TEST_F(ReadOnly, a_read_only_file_cannot_be_opened_for_writing) {
    ::chmod(file_.c_str(), 0444);
    EXPECT_EQ(in_unprivileged_child([this] {
                  const Result<Store> store = open_sqlite(file_, Access::read_write);
                  return has(store, ErrorKind::unavailable, "read-only") ? 0 : 1;
              }),
              0);
}

TEST_F(ReadOnly, a_store_on_read_only_media_can_be_read) {
    forbid_writing();
    EXPECT_EQ(in_unprivileged_child([this] {
                  const Result<Store> store = open_sqlite(file_, Access::read_only);
                  return store && store->read->finished_ids("r1").value().size() == 3 ? 0 : 1;
              }),
              0);
}

TEST_F(ReadOnly, changes_left_in_the_log_on_read_only_media_are_a_clear_error) {
    const TestFolder other;
    const std::string copy = other.file("runs.db");
    {
        const Store store = open();
        ASSERT_TRUE(store.write->write("r1", batch_of(1, 3)));
        std::filesystem::copy_file(file_, copy);
        std::filesystem::copy_file(file_ + "-wal", copy + "-wal");
    }
    ::chmod(copy.c_str(), 0444);
    ::chmod((copy + "-wal").c_str(), 0444);
    ::chmod(other.path().c_str(), 0555);
    EXPECT_EQ(in_unprivileged_child([&] {
                  const Result<Store> store = open_sqlite(copy, Access::read_only);
                  return has(store, ErrorKind::unavailable, "runs.db-wal") ? 0 : 1;
              }),
              0);
    ::chmod(other.path().c_str(), 0700);
    EXPECT_THAT(open_sqlite(copy, Access::read_only)->read->finished_ids("r1").value(), SizeIs(6));
}

TEST_F(ReadOnly, a_run_in_progress_can_be_read_by_somebody_who_may_not_write) {
    const Store store = open();
    ASSERT_TRUE(store.write->write("r1", batch_of(1, 3)));
    EXPECT_EQ(in_unprivileged_child([this] {
                  const Result<Store> other = open_sqlite(file_, Access::read_only);
                  const bool running = other && other->read->run("r1").value().state == RunState::running;
                  return running && other->read->finished_ids("r1").value().size() == 6 ? 0 : 1;
              }),
              0);
}

TEST_F(ReadOnly, a_file_that_may_not_be_read_is_a_clear_error) {
    ::chmod(file_.c_str(), 0);
    EXPECT_EQ(in_unprivileged_child([this] {
                  const Result<Store> store = open_sqlite(file_, Access::read_only);
                  return has(store, ErrorKind::unavailable, "cannot open") ? 0 : 1;
              }),
              0);
}

TEST_F(ReadOnly, a_new_store_in_a_read_only_folder_is_a_clear_error) {
    forbid_writing();
    EXPECT_EQ(in_unprivileged_child([this] {
                  const Result<Store> store = open_sqlite(folder_.file("new.db"), Access::read_write);
                  return has(store, ErrorKind::unavailable, "cannot open") ? 0 : 1;
              }),
              0);
}

}  // namespace
}  // namespace sosia::storage
