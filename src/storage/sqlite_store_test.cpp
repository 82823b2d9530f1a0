// What only a file can do: reopening, sharing, growing old.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>

#include "storage/sqlite_schema.h"
#include "storage/sqlite_store.h"
#include "storage/sqlite_store_for_tests.h"

namespace sosia::storage {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class SqliteStore : public StoreFile {
  protected:
    std::size_t files_like(const std::string& part) const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
            count += entry.path().filename().string().contains(part) ? 1 : 0;
        }
        return count;
    }
};

TEST_F(SqliteStore, everything_is_there_after_reopening) {
    {
        const Store store = open_with_run();
        ASSERT_TRUE(store.write->write("r1", {{{"bb", 0, "b0"}, {"bb", 1, "b1"}}, {sample_finished("aa", 0)}}));
    }
    const Store store = open();
    EXPECT_EQ(store.read->briefs("r1").value().size(), 1U);
    EXPECT_EQ(store.read->find("aa", "").value().record, sample_finished("aa", 0).record);
    EXPECT_THAT(store.read->journal("r1").value(), SizeIs(2));
    ASSERT_TRUE(store.write->write("r1", {{{"bb", 2, "b2"}}, {sample_finished("aa", 0)}}));
    EXPECT_EQ(store.read->briefs("r1").value().size(), 1U);
    EXPECT_THAT(store.read->journal("r1").value(), SizeIs(3));
}

TEST_F(SqliteStore, closing_leaves_one_store_file_and_no_log) {
    {
        const Store store = open_with_run();
    }
    EXPECT_FALSE(std::filesystem::exists(file_ + "-wal"));
    EXPECT_TRUE(std::filesystem::exists(file_));
}

TEST_F(SqliteStore, a_run_nobody_writes_any_more_is_read_as_interrupted) {
    {
        const Store store = open_with_run();
        EXPECT_EQ(store.read->run("r1").value().state, RunState::running);
        EXPECT_EQ(open(Access::read_only).read->run("r1").value().state, RunState::running);
    }
    EXPECT_EQ(open(Access::read_only).read->run("r1").value().state, RunState::interrupted);
    EXPECT_EQ(open(Access::read_only).read->runs().value().front().state, RunState::interrupted);
}

TEST_F(SqliteStore, the_journal_file_goes_when_the_run_is_finished) {
    const Store store = open_with_run();
    ASSERT_TRUE(store.write->write("r1", {{{"aa", 0, "a0"}}, {}}));
    EXPECT_EQ(files_like(".steps"), 1U);
    ASSERT_TRUE(store.write->write("r1", {{}, {sample_finished("aa", 0)}}));
    RunInfo run = sample_run("r1", 1);
    run.state = RunState::finished;
    ASSERT_TRUE(store.write->update_run(run));
    EXPECT_EQ(files_like(".steps"), 0U);
    EXPECT_THAT(store.read->journal("r1").value(), IsEmpty());
}

TEST_F(SqliteStore, the_journal_file_stays_when_a_run_is_interrupted_in_the_middle_of_a_conversation) {
    const Store store = open_with_run();
    ASSERT_TRUE(store.write->write("r1", {{{"aa", 0, "a0"}}, {}}));
    RunInfo run = sample_run("r1", 1);
    run.state = RunState::interrupted;
    ASSERT_TRUE(store.write->update_run(run));
    EXPECT_THAT(store.read->journal("r1").value(), SizeIs(1));
    ASSERT_TRUE(store.write->delete_run("r1"));
    EXPECT_EQ(files_like(".steps"), 0U);
}

TEST_F(SqliteStore, the_journal_of_finished_conversations_does_not_pile_up) {
    const Store store = open_with_run({.step_file_bytes = 10'000});
    const std::string data(1000, 'x');
    ASSERT_TRUE(store.write->write("r1", {{{"open", 0, "o0"}, {"open", 1, "o1"}}, {}}));
    for (std::uint64_t i = 0; i < 100; ++i) {
        const std::string id = "c" + std::to_string(i);
        ASSERT_TRUE(store.write->write("r1", {{{id, 0, data}, {id, 1, data}}, {sample_finished(id, i)}}));
        store.write->tidy();
    }
    EXPECT_LE(files_like(".steps"), 2U);  // the one with the open conversation, and the newest
    ASSERT_TRUE(store.write->write("r1", {{{"open", 2, "o2"}}, {}}));
    const std::vector<JournalEntry> journal = store.read->journal("r1").value();
    ASSERT_THAT(journal, SizeIs(3));
    EXPECT_EQ(journal[0].data, "o0");
    EXPECT_EQ(journal[1].data, "o1");
    EXPECT_EQ(journal[2].data, "o2");
}

TEST_F(SqliteStore, the_log_does_not_grow_with_the_run_even_if_nobody_tidies) {
    const Store store = open_with_run({.checkpoint_pages = 50});
    RunStore::Batch::Finished finished;
    for (std::uint64_t i = 0; i < 500; ++i) {
        finished = sample_finished("c" + std::to_string(i), i);
        finished.record.assign(4000, 'x');
        ASSERT_TRUE(store.write->write("r1", {{}, {finished}}));
    }
    EXPECT_LT(std::filesystem::file_size(file_ + "-wal"), 3'000'000U);
}

TEST_F(SqliteStore, the_log_does_not_grow_with_the_run) {
    const Store store = open_with_run({.checkpoint_pages = 50});
    RunStore::Batch::Finished finished;
    for (std::uint64_t i = 0; i < 500; ++i) {
        finished = sample_finished("c" + std::to_string(i), i);
        finished.record.assign(4000, 'x');
        ASSERT_TRUE(store.write->write("r1", {{}, {finished}}));
        if (i % 3 == 0 && store.write->is_untidy()) {
            store.write->tidy();
        }
    }
    EXPECT_LT(std::filesystem::file_size(file_ + "-wal"), 3'000'000U);
}

TEST_F(SqliteStore, readers_see_what_is_committed_while_the_writer_writes) {
    const Store store = open_with_run();
    const Store other = open(Access::read_only);
    for (std::uint64_t i = 0; i < 20; ++i) {
        ASSERT_TRUE(store.write->write("r1", {{}, {sample_finished("c" + std::to_string(i), i)}}));
        EXPECT_THAT(other.read->finished_ids("r1").value(), SizeIs(i + 1));
    }
    EXPECT_EQ(other.write, nullptr);
}

TEST_F(SqliteStore, a_reader_in_the_middle_of_a_run_does_not_stop_the_writer) {
    const Store store = open_with_run({.checkpoint_pages = 1});
    ASSERT_TRUE(store.write->write("r1", {{}, {sample_finished("aa", 0), sample_finished("bb", 1)}}));
    const Store other = open(Access::read_only);
    int seen = 0;
    const auto each = [&](std::string_view) {
        ++seen;
        EXPECT_TRUE(store.write->write("r1", {{}, {sample_finished("c" + std::to_string(seen), 10)}}));
        store.write->tidy();
        return true;
    };
    ASSERT_TRUE(other.read->records("r1", each));
    EXPECT_EQ(seen, 2);  // what was there when it began
    EXPECT_THAT(other.read->finished_ids("r1").value(), SizeIs(4));
}

TEST_F(SqliteStore, deleted_text_is_gone_from_the_disk_after_compacting) {
    {
        const Store store = open_with_run();
        ASSERT_TRUE(store.write->create_run(sample_run("r2", 2)));
        RunStore::Batch::Finished finished = sample_finished("aa", 0);
        finished.record = std::string(6000, 'x') + "card 4929 1234 5678 9012" + std::string(6000, 'y');
        ASSERT_TRUE(store.write->write("r1", {{{"bb", 0, "card 4929 1234 5678 9012"}}, {finished}}));
        ASSERT_TRUE(store.write->delete_run("r1"));
        ASSERT_TRUE(store.write->compact());
        EXPECT_EQ(store.read->runs().value().size(), 1U);
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
        EXPECT_THAT(read_bytes(entry.path().string()), Not(HasSubstr("4929 1234")));
    }
}

TEST_F(SqliteStore, names_with_odd_characters_work) {
    for (const char* name : {"run s.db", "100%.db", "a?b#c.db", "d%41.db", "ü.db"}) {
        const std::string file = folder_.file(name);
        {
            const Result<Store> store = open_sqlite(file, Access::read_write);
            ASSERT_TRUE(store) << store.error().message;
            ASSERT_TRUE(store->write->create_run(sample_run("r1", 1)));
        }
        EXPECT_TRUE(std::filesystem::is_regular_file(file));
        EXPECT_EQ(open_sqlite(file, Access::read_only)->read->runs()->size(), 1U);
    }
}

TEST_F(SqliteStore, a_folder_that_is_missing_is_made) {
    EXPECT_TRUE(open_sqlite(folder_.file("new/runs.db"), Access::read_write));
    const Result<Store> too_deep = open_sqlite(folder_.file("a/b/runs.db"), Access::read_write);
    ASSERT_FALSE(too_deep);
    EXPECT_EQ(too_deep.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(too_deep.error().message, HasSubstr("a/b"));
}

// The schema.

class Schema : public SqliteStore {
  protected:
    std::unique_ptr<Database> raw() { return Database::open(file_, {}).value(); }
    void set(const std::string& sql) { ASSERT_TRUE(raw()->script(sql)); }
};

TEST_F(Schema, a_new_file_is_created_and_then_current) {
    const auto database = raw();
    EXPECT_EQ(migrate(*database, schema_steps()).value(), SchemaOutcome::created);
    EXPECT_EQ(migrate(*database, schema_steps()).value(), SchemaOutcome::current);
    EXPECT_EQ(database->number("PRAGMA user_version").value(), static_cast<std::int64_t>(schema_steps().size()));
}

TEST_F(Schema, an_older_store_is_migrated_and_keeps_its_content) {
    const std::array<std::string, 1> old{"CREATE TABLE things (a INTEGER); INSERT INTO things VALUES (7)"};
    const std::array<std::string, 3> now{old[0], "ALTER TABLE things ADD COLUMN b INTEGER NOT NULL DEFAULT 1",
                                         "UPDATE things SET b=a+1"};
    const auto database = raw();
    ASSERT_TRUE(migrate(*database, old));
    EXPECT_FALSE(check_schema(*database, now));
    EXPECT_THAT(check_schema(*database, now).error().message, HasSubstr("older"));
    EXPECT_EQ(migrate(*database, now).value(), SchemaOutcome::migrated);
    EXPECT_EQ(database->number("SELECT b FROM things").value(), 8);
    EXPECT_TRUE(check_schema(*database, now));
}

TEST_F(Schema, conversations_of_the_first_version_are_of_nobody_in_particular) {
    {
        const auto database = raw();
        ASSERT_TRUE(migrate(*database, schema_steps().first(1)));
        ASSERT_TRUE(database->script(
            "INSERT INTO runs (key, id, suite, suite_hash, started_ms, finished_ms, state, planned, spec, summary) "
            "VALUES (1, 'r1', 's', 'h', 1, 2, 'finished', 1, '{}', '{}');"
            "INSERT INTO conversations VALUES (1, 0, 'c1', 1, 'ann', 'refund', '', 'calm', 0, 'passed', 'none', "
            "'user-satisfied', 3, 9, NULL, '');"
            "INSERT INTO records VALUES (1, '{}')"));
    }
    ASSERT_TRUE(open_sqlite(file_, Access::read_write));
    const Result<Store> store = open_sqlite(file_, Access::read_only);
    ASSERT_TRUE(store) << store.error().message;
    const auto briefs = store->read->briefs("r1").value();
    ASSERT_EQ(briefs.size(), 1U);
    EXPECT_EQ(briefs[0].cell, (Cell{"ann", "refund", "", "calm", 0, ""}));
}

TEST_F(Schema, a_migration_that_fails_changes_nothing) {
    const std::array<std::string, 1> old{"CREATE TABLE things (a INTEGER)"};
    const std::array<std::string, 3> now{old[0], "CREATE TABLE more (a INTEGER)", "no such statement"};
    const auto database = raw();
    ASSERT_TRUE(migrate(*database, old));
    EXPECT_FALSE(migrate(*database, now));
    EXPECT_EQ(migrate(*database, old).value(), SchemaOutcome::current);
    EXPECT_EQ(database->number("SELECT count(*) FROM sqlite_schema WHERE name='more'").value(), 0);
}

TEST_F(Schema, a_newer_store_is_refused_and_left_alone) {
    {
        const Store store = open_with_run();
    }
    set("PRAGMA user_version=99");
    const std::string before = read_bytes(file_);
    for (const Access access : {Access::read_write, Access::read_only}) {
        const Result<Store> store = open_sqlite(file_, access);
        ASSERT_FALSE(store);
        EXPECT_EQ(store.error().kind, ErrorKind::conflict);
        EXPECT_THAT(store.error().message, HasSubstr("newer Sosia"));
        EXPECT_THAT(store.error().hint, HasSubstr("update"));
    }
    EXPECT_EQ(read_bytes(file_), before);
}

TEST_F(Schema, somebody_elses_database_is_refused_and_left_alone) {
    set("CREATE TABLE bookmarks (url TEXT)");
    const std::string before = read_bytes(file_);
    for (const Access access : {Access::read_write, Access::read_only}) {
        const Result<Store> store = open_sqlite(file_, access);
        ASSERT_FALSE(store);
        EXPECT_EQ(store.error().kind, ErrorKind::malformed);
        EXPECT_THAT(store.error().message, HasSubstr("not a Sosia store"));
    }
    EXPECT_EQ(read_bytes(file_), before);
}

TEST_F(Schema, many_processes_may_create_the_same_store_at_once) {
    for (int round = 0; round < 10; ++round) {
        const std::string file = folder_.file("shared" + std::to_string(round));
        std::vector<pid_t> children;
        for (int i = 0; i < 8; ++i) {
            children.push_back(start_child([&file, i] {
                const Result<Store> store = open_sqlite(file, Access::read_write);
                return store && store->write->create_run(sample_run("r" + std::to_string(i), i)) ? 0 : 1;
            }));
        }
        for (const pid_t child : children) {
            EXPECT_EQ(wait_for_child(child), 0);
        }
        EXPECT_THAT(open_sqlite(file, Access::read_only)->read->runs().value(), SizeIs(8));
    }
}

}  // namespace
}  // namespace sosia::storage
