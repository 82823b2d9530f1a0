// The journal's files: when one begins, when one goes, and that what is read is always what is still needed.
#include "storage/step_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/random.h"
#include "storage/store_for_tests.h"

namespace sosia::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class StepLogTest : public testing::Test {
  protected:
    std::unique_ptr<StepLog> open(std::int64_t file_bytes = 200, std::set<std::string> finished = {}) {
        const auto is_finished = [finished](const std::string& id) { return finished.contains(id); };
        Result<std::unique_ptr<StepLog>> log = StepLog::open(first_, file_bytes, is_finished);
        EXPECT_TRUE(log);
        return *std::move(log);
    }

    std::vector<std::string> steps() const {
        std::vector<std::string> keys;
        EXPECT_TRUE(read_step_log(first_, [&](const JournalEntry& entry) {
            keys.push_back(entry.conversation + std::to_string(entry.step));
        }));
        return keys;
    }

    TestFolder folder_;
    std::string first_ = folder_.file("runs.db.steps-1");
    std::string data_ = std::string(150, 'x');  // one step more than half fills a file, two fill it
};

TEST_F(StepLogTest, a_full_file_is_followed_by_another_and_both_are_read_in_order) {
    const auto log = open();
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(log->append({"a", i, data_}));
    }
    EXPECT_THAT(step_files(first_), ElementsAre(first_, first_ + ".1", first_ + ".2"));
    EXPECT_THAT(steps(), ElementsAre("a0", "a1", "a2", "a3", "a4"));
}

TEST_F(StepLogTest, a_file_goes_when_the_last_conversation_in_it_has_finished) {
    const auto log = open();
    for (const char* id : {"a", "b", "c"}) {
        ASSERT_TRUE(log->append({id, 0, data_}));
    }
    log->forget("a");
    EXPECT_THAT(step_files(first_), ElementsAre(first_, first_ + ".1"));
    log->forget("b");
    EXPECT_THAT(step_files(first_), ElementsAre(first_ + ".1"));
    log->forget("c");
    ASSERT_TRUE(log->append({"d", 0, data_}));
    EXPECT_THAT(steps(), testing::Contains("d0"));
}

TEST_F(StepLogTest, nothing_stays_when_everything_has_finished) {
    {
        const auto log = open();
        for (int i = 0; i < 5; ++i) {
            ASSERT_TRUE(log->append({"a", i, data_}));
        }
        log->forget("a");
    }
    EXPECT_THAT(step_files(first_), IsEmpty());
}

TEST_F(StepLogTest, a_later_process_goes_on_in_the_newest_file_and_drops_what_has_finished) {
    {
        const auto log = open();
        for (const char* id : {"a", "b", "c"}) {
            ASSERT_TRUE(log->append({id, 0, data_}));
        }
    }
    const auto log = open(200, {"a", "b"});
    EXPECT_THAT(step_files(first_), ElementsAre(first_ + ".1"));
    ASSERT_TRUE(log->append({"c", 1, data_}));
    ASSERT_TRUE(log->append({"c", 2, data_}));
    EXPECT_THAT(steps(), ElementsAre("c0", "c1", "c2"));
    EXPECT_THAT(step_files(first_), ElementsAre(first_ + ".1", first_ + ".2"));
}

TEST_F(StepLogTest, files_of_other_runs_are_left_alone) {
    write_bytes(first_ + "0", "run 10");
    write_bytes(first_ + ".x", "something else");
    write_bytes(first_ + ".01x", "something else");
    {
        const auto log = open();
        ASSERT_TRUE(log->append({"a", 0, data_}));
        log->forget("a");
    }
    EXPECT_EQ(read_bytes(first_ + "0"), "run 10");
    EXPECT_EQ(read_bytes(first_ + ".x"), "something else");
    EXPECT_EQ(read_bytes(first_ + ".01x"), "something else");
}

// Whatever is appended, forgotten and opened again: every step of an unfinished conversation is read back.
TEST_F(StepLogTest, steps_that_are_needed_are_there_after_any_history) {
    Random random(11, "step-log");
    std::map<std::string, int> next;  // unfinished conversations
    std::set<std::string> finished;
    auto log = open(1000);
    for (int i = 0; i < 2000; ++i) {
        const std::string id = "c" + std::to_string(random.below(30));
        if (finished.contains(id)) {
            continue;
        }
        if (random.below(20) == 0 && next.contains(id)) {
            log->forget(id);
            next.erase(id);
            finished.insert(id);
        } else {
            ASSERT_TRUE(log->append({id, next[id]++, std::string(random.below(300), 'x')}));
        }
        if (random.below(100) == 0) {
            log.reset();
            log = open(1000, finished);
        }
    }
    std::map<std::string, int> read;
    EXPECT_TRUE(read_step_log(first_, [&](const JournalEntry& entry) {
        if (next.contains(entry.conversation)) {
            EXPECT_EQ(entry.step, read[entry.conversation]++);
        }
    }));
    EXPECT_EQ(read, next);
}

}  // namespace
}  // namespace sosia::storage
