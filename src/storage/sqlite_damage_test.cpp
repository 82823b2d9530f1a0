// Files that are no store, that are damaged, or that one may only read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/random.h"
#include "storage/sqlite_store.h"
#include "storage/sqlite_store_for_tests.h"

namespace sosia::storage {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
class Damage : public StoreFile {};

TEST_F(Damage, a_folder_instead_of_a_file_is_refused) {
    for (const Access access : {Access::read_write, Access::read_only}) {
        const Error error = error_of_opening(access, folder_.path().string());
        EXPECT_EQ(error.kind, ErrorKind::usage);
        EXPECT_THAT(error.message, HasSubstr("is a folder"));
    }
}

TEST_F(Damage, a_pipe_is_refused_without_waiting_for_it) {
    ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
    EXPECT_THAT(error_of_opening(Access::read_only, file_).message, HasSubstr("not a regular file"));
}

TEST_F(Damage, a_store_that_is_not_there_cannot_be_read) {
    const Error error = error_of_opening(Access::read_only, file_);
    EXPECT_EQ(error.kind, ErrorKind::usage);
    EXPECT_THAT(error.message, HasSubstr("there is no store"));
    EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(Damage, a_file_of_something_else_is_refused_and_left_alone) {
    const std::string bytes = "name: refund-desk\n" + std::string(5000, '#');
    write_bytes(file_, bytes);
    for (const Access access : {Access::read_write, Access::read_only}) {
        const Error error = error_of_opening(access, file_);
        EXPECT_EQ(error.kind, ErrorKind::malformed);
        EXPECT_THAT(error.message, HasSubstr("not a Sosia store"));
    }
    EXPECT_EQ(read_bytes(file_), bytes);
}

TEST_F(Damage, an_empty_file_becomes_a_store) {
    write_bytes(file_, "");
    EXPECT_EQ(error_of_opening(Access::read_only, file_).kind, ErrorKind::malformed);
    EXPECT_TRUE(open_sqlite(file_, Access::read_write));
}

TEST_F(Damage, a_damaged_store_gives_errors_and_never_a_crash) {
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

TEST_F(Damage, a_store_with_its_middle_overwritten_is_called_damaged) {
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

class ReadOnly : public StoreFile {
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
