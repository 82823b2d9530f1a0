// What every store promises, run against each of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "storage/store_for_tests.h"

namespace sosia::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class AnyStore : public testing::TestWithParam<const char*> {
  protected:
    AnyStore() {
        if (std::string_view(GetParam()) == "memory") {
            store_ = open_memory();
        } else {
            Result<Store> opened = open_sqlite(folder_.file("runs.db"), Access::read_write);
            EXPECT_TRUE(opened) << opened.error().message;
            store_ = *std::move(opened);
        }
    }

    RunStore& writer() { return *store_.write; }
    RunReader& reader() { return *store_.read; }

    TestFolder folder_;
    Store store_;
};

INSTANTIATE_TEST_SUITE_P(stores, AnyStore, testing::Values("memory", "sqlite"),
                         [](const auto& info) { return std::string(info.param); });

std::vector<std::string> run_ids(RunReader& reader) {
    std::vector<std::string> ids;
    for (const RunInfo& run : reader.runs().value()) {
        ids.push_back(run.id);
    }
    return ids;
}

std::vector<std::string> all_records(RunReader& reader, std::string_view run) {
    std::vector<std::string> records;
    const auto add = [&records](std::string_view record) {
        records.emplace_back(record);
        return true;
    };
    EXPECT_TRUE(reader.records(run, add));
    return records;
}

std::vector<std::string> journal_keys(RunReader& reader, std::string_view run) {
    std::vector<std::string> keys;
    for (const JournalEntry& entry : reader.journal(run).value()) {
        keys.push_back(entry.conversation + "/" + std::to_string(entry.step) + "=" + entry.data);
    }
    return keys;
}

TEST_P(AnyStore, a_new_store_has_no_runs) {
    EXPECT_THAT(reader().runs().value(), IsEmpty());
    const Result<RunInfo> latest = reader().run("latest");
    ASSERT_FALSE(latest);
    EXPECT_EQ(latest.error().kind, ErrorKind::usage);
    EXPECT_THAT(latest.error().message, HasSubstr("no runs"));
}

TEST_P(AnyStore, a_run_is_read_back_as_it_was_created) {
    RunInfo run = sample_run("r1", 1000);
    run.spec = {{"suite", "sosia.yaml"}, {"seed", 7}, {"text", "naïve \"quotes\"\n"}};
    ASSERT_TRUE(writer().create_run(run));
    const RunInfo read = reader().run("r1").value();
    EXPECT_EQ(read.id, "r1");
    EXPECT_EQ(read.suite, run.suite);
    EXPECT_EQ(read.suite_hash, run.suite_hash);
    EXPECT_EQ(read.started_ms, 1000);
    EXPECT_EQ(read.finished_ms, 0);
    EXPECT_EQ(read.state, RunState::running);
    EXPECT_EQ(read.planned, run.planned);
    EXPECT_EQ(read.spec, run.spec);
    EXPECT_TRUE(read.summary.empty());
}

TEST_P(AnyStore, an_updated_run_is_read_back_as_updated) {
    RunInfo run = sample_run("r1", 1000);
    ASSERT_TRUE(writer().create_run(run));
    run.state = RunState::finished;
    run.finished_ms = 2000;
    run.summary = {{"passed", 3}};
    ASSERT_TRUE(writer().update_run(run));
    const RunInfo read = reader().run("r1").value();
    EXPECT_EQ(read.state, RunState::finished);
    EXPECT_EQ(read.finished_ms, 2000);
    EXPECT_EQ(read.summary, run.summary);
    run.state = RunState::running;  // resumed
    ASSERT_TRUE(writer().update_run(run));
    EXPECT_EQ(reader().run("r1").value().state, RunState::running);
}

TEST_P(AnyStore, an_id_that_is_taken_is_a_conflict) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    const Result<void> again = writer().create_run(sample_run("r1", 2));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::conflict);
    EXPECT_EQ(reader().run("r1").value().started_ms, 1);
}

TEST_P(AnyStore, a_run_that_is_not_there_is_an_error_everywhere) {
    EXPECT_EQ(writer().update_run(sample_run("nope", 1)).error().kind, ErrorKind::usage);
    EXPECT_EQ(writer().write("nope", {}).error().kind, ErrorKind::usage);
    EXPECT_EQ(writer().delete_run("nope").error().kind, ErrorKind::usage);
    EXPECT_EQ(reader().run("nope").error().kind, ErrorKind::usage);
    EXPECT_EQ(reader().briefs("nope").error().kind, ErrorKind::usage);
    EXPECT_EQ(reader().finished_ids("nope").error().kind, ErrorKind::usage);
    EXPECT_EQ(reader().finished_count("nope").error().kind, ErrorKind::usage);
    EXPECT_EQ(reader().journal("nope").error().kind, ErrorKind::usage);
    EXPECT_EQ(reader().find("a", "nope").error().kind, ErrorKind::usage);
    EXPECT_EQ(reader().records("nope", [](std::string_view) { return true; }).error().kind, ErrorKind::usage);
}

TEST_P(AnyStore, runs_come_newest_first) {
    ASSERT_TRUE(writer().create_run(sample_run("b", 2000)));
    ASSERT_TRUE(writer().create_run(sample_run("a", 3000)));
    ASSERT_TRUE(writer().create_run(sample_run("c", 1000)));
    ASSERT_TRUE(writer().create_run(sample_run("d", 2000)));
    EXPECT_THAT(run_ids(reader()), ElementsAre("a", "d", "b", "c"));
    EXPECT_EQ(reader().run("latest").value().id, "a");
}

TEST_P(AnyStore, a_unique_prefix_names_a_run) {
    for (const char* id : {"20260101-aaaa", "20260101-aabb", "20260102-cccc"}) {
        ASSERT_TRUE(writer().create_run(sample_run(id, 1)));
    }
    EXPECT_EQ(reader().run("20260102").value().id, "20260102-cccc");
    EXPECT_EQ(reader().run("20260101-aab").value().id, "20260101-aabb");
    const Result<RunInfo> ambiguous = reader().run("20260101");
    ASSERT_FALSE(ambiguous);
    EXPECT_EQ(ambiguous.error().kind, ErrorKind::usage);
    EXPECT_THAT(ambiguous.error().message, HasSubstr("20260101-aaaa, 20260101-aabb"));
    EXPECT_EQ(reader().run("x").error().kind, ErrorKind::usage);
}

TEST_P(AnyStore, an_id_wins_over_longer_ids_that_start_with_it) {
    ASSERT_TRUE(writer().create_run(sample_run("ab", 1)));
    ASSERT_TRUE(writer().create_run(sample_run("abc", 2)));
    EXPECT_EQ(reader().run("ab").value().id, "ab");
}

TEST_P(AnyStore, a_finished_conversation_is_read_back_whole) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    RunStore::Batch::Finished finished = sample_finished("c0ffee000001", 4);
    finished.brief.cell = {"sandra", "duplicate-charge", "window-expired", "objection-ladder", 2, "gpt"};
    finished.brief.outcome = Outcome::failed;
    finished.brief.fault = Fault::agent;
    finished.brief.ended = Ending::user_gave_up;
    finished.brief.user_turns = 6;
    finished.brief.duration_ms = 12'345;
    finished.brief.score = 3.25;
    finished.brief.failed_checks = {"claims", "context.repeated-question", "odd \"name\", with\nbreaks"};
    ASSERT_TRUE(writer().write("r1", {{}, {finished}}));

    const std::vector<ConversationBrief> briefs = reader().briefs("r1").value();
    ASSERT_EQ(briefs.size(), 1U);
    const ConversationBrief& brief = briefs.front();
    EXPECT_EQ(brief.id, "c0ffee000001");
    EXPECT_EQ(brief.ordinal, 4U);
    EXPECT_EQ(brief.cell, finished.brief.cell);
    EXPECT_EQ(brief.outcome, Outcome::failed);
    EXPECT_EQ(brief.fault, Fault::agent);
    EXPECT_EQ(brief.ended, Ending::user_gave_up);
    EXPECT_EQ(brief.user_turns, 6);
    EXPECT_EQ(brief.duration_ms, 12'345);
    EXPECT_EQ(brief.score, 3.25);
    EXPECT_EQ(brief.failed_checks, finished.brief.failed_checks);
    EXPECT_THAT(all_records(reader(), "r1"), ElementsAre(finished.record));
}

TEST_P(AnyStore, every_outcome_fault_and_ending_survives) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    RunStore::Batch batch;
    for (int i = 0; i <= static_cast<int>(Ending::internal_error); ++i) {
        RunStore::Batch::Finished finished = sample_finished("id" + std::to_string(i), static_cast<std::uint64_t>(i));
        finished.brief.ended = static_cast<Ending>(i);
        finished.brief.outcome = static_cast<Outcome>(i % 3);
        finished.brief.fault = static_cast<Fault>(i % 6);
        finished.brief.score = std::nullopt;
        batch.finished.push_back(finished);
    }
    ASSERT_TRUE(writer().write("r1", batch));
    const std::vector<ConversationBrief> briefs = reader().briefs("r1").value();
    ASSERT_EQ(briefs.size(), batch.finished.size());
    for (std::size_t i = 0; i < briefs.size(); ++i) {
        EXPECT_EQ(briefs[i].ended, batch.finished[i].brief.ended);
        EXPECT_EQ(briefs[i].outcome, batch.finished[i].brief.outcome);
        EXPECT_EQ(briefs[i].fault, batch.finished[i].brief.fault);
        EXPECT_EQ(briefs[i].score, std::nullopt);
    }
}

TEST_P(AnyStore, lists_are_in_plan_order_whatever_the_order_of_finishing) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    ASSERT_TRUE(writer().write("r1", {{}, {sample_finished("aa", 20), sample_finished("bb", 3)}}));
    ASSERT_TRUE(writer().write("r1", {{}, {sample_finished("cc", 10)}}));
    std::vector<std::uint64_t> ordinals;
    for (const ConversationBrief& brief : reader().briefs("r1").value()) {
        ordinals.push_back(brief.ordinal);
    }
    EXPECT_THAT(ordinals, ElementsAre(3, 10, 20));
    EXPECT_THAT(reader().finished_ids("r1").value(), ElementsAre("bb", "cc", "aa"));
    EXPECT_EQ(reader().finished_count("r1").value(), 3U);
    EXPECT_THAT(all_records(reader(), "r1"),
                ElementsAre(sample_finished("bb", 3).record, sample_finished("cc", 10).record,
                            sample_finished("aa", 20).record));
}

TEST_P(AnyStore, a_conversation_finished_twice_counts_once) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    RunStore::Batch::Finished finished = sample_finished("aa", 0);
    ASSERT_TRUE(writer().write("r1", {{}, {finished, finished}}));
    finished.record = "{\"other\":true}";
    finished.brief.outcome = Outcome::failed;
    ASSERT_TRUE(writer().write("r1", {{}, {finished}}));
    EXPECT_EQ(reader().briefs("r1").value().size(), 1U);
    EXPECT_EQ(reader().briefs("r1").value().front().outcome, Outcome::passed);
    EXPECT_THAT(all_records(reader(), "r1"), ElementsAre(sample_finished("aa", 0).record));
}

TEST_P(AnyStore, the_same_conversation_may_be_in_several_runs) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    ASSERT_TRUE(writer().create_run(sample_run("r2", 2)));
    ASSERT_TRUE(writer().write("r1", {{}, {sample_finished("aa", 0)}}));
    ASSERT_TRUE(writer().write("r2", {{}, {sample_finished("aa", 0)}}));
    EXPECT_EQ(reader().briefs("r1").value().size(), 1U);
    EXPECT_EQ(reader().briefs("r2").value().size(), 1U);
}

TEST_P(AnyStore, the_journal_keeps_the_steps_of_unfinished_conversations) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    ASSERT_TRUE(writer().write("r1", {{{"bb", 0, "b0"}, {"aa", 0, "a0"}}, {}}));
    ASSERT_TRUE(writer().write("r1", {{{"aa", 1, "a1"}}, {}}));
    EXPECT_THAT(journal_keys(reader(), "r1"), ElementsAre("aa/0=a0", "aa/1=a1", "bb/0=b0"));
    ASSERT_TRUE(writer().write("r1", {{}, {sample_finished("aa", 0)}}));
    EXPECT_THAT(journal_keys(reader(), "r1"), ElementsAre("bb/0=b0"));
}

TEST_P(AnyStore, a_step_and_the_finish_of_its_conversation_may_share_a_batch) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    ASSERT_TRUE(writer().write("r1", {{{"aa", 0, "a0"}, {"bb", 0, "b0"}}, {sample_finished("aa", 0)}}));
    EXPECT_THAT(journal_keys(reader(), "r1"), ElementsAre("bb/0=b0"));
}

TEST_P(AnyStore, a_step_written_again_drops_the_later_ones) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    ASSERT_TRUE(writer().write("r1", {{{"aa", 0, "a0"}, {"aa", 1, "a1"}, {"aa", 2, "a2"}, {"bb", 1, "b1"}}, {}}));
    ASSERT_TRUE(writer().write("r1", {{{"aa", 1, "again"}}, {}}));
    EXPECT_THAT(journal_keys(reader(), "r1"), ElementsAre("aa/0=a0", "aa/1=again", "bb/1=b1"));
}

TEST_P(AnyStore, a_step_that_comes_after_the_finish_is_not_read) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    ASSERT_TRUE(writer().write("r1", {{}, {sample_finished("aa", 0)}}));
    ASSERT_TRUE(writer().write("r1", {{{"aa", 0, "late"}}, {}}));
    EXPECT_THAT(journal_keys(reader(), "r1"), IsEmpty());
}

TEST_P(AnyStore, a_journal_that_was_handed_over_is_written_by_its_holder_alone) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    ASSERT_TRUE(writer().write("r1", {{{"aa", 0, "a0"}}, {}}));
    {
        const std::unique_ptr<Journal> journal = writer().open_journal("r1").value();
        ASSERT_TRUE(journal->append({"aa", 1, "a1"}));
        ASSERT_TRUE(journal->append({"bb", 0, "b0"}));
        EXPECT_THAT(journal_keys(reader(), "r1"), ElementsAre("aa/0=a0", "aa/1=a1", "bb/0=b0"));
        EXPECT_EQ(writer().write("r1", {{{"cc", 0, "c0"}}, {}}).error().kind, ErrorKind::conflict);
        EXPECT_EQ(writer().open_journal("r1").error().kind, ErrorKind::conflict);
        ASSERT_TRUE(writer().write("r1", {{}, {sample_finished("aa", 0)}}));
        journal->forget("aa");
        EXPECT_THAT(journal_keys(reader(), "r1"), ElementsAre("bb/0=b0"));
    }
    RunInfo run = sample_run("r1", 1);
    run.state = RunState::interrupted;
    ASSERT_TRUE(writer().update_run(run));
    EXPECT_THAT(journal_keys(reader(), "r1"), ElementsAre("bb/0=b0"));
    run.state = RunState::running;  // resumed
    ASSERT_TRUE(writer().update_run(run));
    EXPECT_TRUE(writer().open_journal("r1"));
    EXPECT_EQ(writer().open_journal("nope").error().kind, ErrorKind::usage);
}

TEST_P(AnyStore, texts_keep_every_byte) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    using namespace std::string_literals;
    const std::string odd = "zero \0 byte, emoji \xF0\x9F\x98\x80, end"s;
    RunStore::Batch::Finished finished = sample_finished("aa", 0);
    finished.record = odd;
    ASSERT_TRUE(writer().write("r1", {{{"bb", 0, odd}, {"bb", 1, ""}}, {finished}}));
    EXPECT_THAT(all_records(reader(), "r1"), ElementsAre(odd));
    EXPECT_EQ(reader().journal("r1").value()[0].data, odd);
    EXPECT_EQ(reader().journal("r1").value()[1].data, "");
}

TEST_P(AnyStore, reading_records_stops_when_the_callback_says_so) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    ASSERT_TRUE(writer().write("r1", {{}, {sample_finished("aa", 0), sample_finished("bb", 1)}}));
    int seen = 0;
    ASSERT_TRUE(reader().records("r1", [&seen](std::string_view) { return ++seen < 1; }));
    EXPECT_EQ(seen, 1);
}

TEST_P(AnyStore, the_callback_may_read_and_write_the_store) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    ASSERT_TRUE(writer().write("r1", {{}, {sample_finished("aa", 0), sample_finished("bb", 1)}}));
    std::size_t inner = 0;
    const auto each = [&](std::string_view) {
        inner += all_records(reader(), "r1").size();
        EXPECT_TRUE(reader().find("aa", "r1"));
        EXPECT_TRUE(writer().write("r1", {{{"cc", 0, "data"}}, {}}));
        return true;
    };
    ASSERT_TRUE(reader().records("r1", each));
    EXPECT_EQ(inner, 4U);
}

TEST_P(AnyStore, a_conversation_is_found_by_unique_prefix) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    ASSERT_TRUE(writer().write(
        "r1", {{}, {sample_finished("abc1", 0), sample_finished("abc2", 1), sample_finished("def", 2)}}));
    const RunReader::Found found = reader().find("d", "").value();
    EXPECT_EQ(found.run, "r1");
    EXPECT_EQ(found.record, sample_finished("def", 2).record);
    EXPECT_EQ(reader().find("abc2", "latest").value().record, sample_finished("abc2", 1).record);
    const auto ambiguous = reader().find("abc", "");
    ASSERT_FALSE(ambiguous);
    EXPECT_EQ(ambiguous.error().kind, ErrorKind::usage);
    EXPECT_THAT(ambiguous.error().message, HasSubstr("abc1, abc2"));
    const auto none = reader().find("xyz", "");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ErrorKind::usage);
}

TEST_P(AnyStore, a_conversation_is_looked_for_in_the_newest_run_that_has_it) {
    ASSERT_TRUE(writer().create_run(sample_run("old", 1)));
    ASSERT_TRUE(writer().create_run(sample_run("new", 2)));
    ASSERT_TRUE(writer().create_run(sample_run("newest", 3)));
    ASSERT_TRUE(writer().write("old", {{}, {sample_finished("aa", 0), sample_finished("bb", 1)}}));
    ASSERT_TRUE(writer().write("new", {{}, {sample_finished("aa", 0)}}));
    EXPECT_EQ(reader().find("aa", "").value().run, "new");
    EXPECT_EQ(reader().find("bb", "").value().run, "old");
    EXPECT_EQ(reader().find("aa", "old").value().run, "old");
    EXPECT_FALSE(reader().find("bb", "new"));  // "new" is an id, although "newest" starts with it
    EXPECT_FALSE(reader().find("aa", "newest"));
}

TEST_P(AnyStore, a_deleted_run_is_gone_and_the_others_stay) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    ASSERT_TRUE(writer().create_run(sample_run("r2", 2)));
    ASSERT_TRUE(writer().write("r1", {{{"cc", 0, "c0"}}, {sample_finished("aa", 0)}}));
    ASSERT_TRUE(writer().write("r2", {{{"cc", 0, "c0"}}, {sample_finished("aa", 0)}}));
    ASSERT_TRUE(writer().delete_run("r2"));
    EXPECT_THAT(run_ids(reader()), ElementsAre("r1"));
    EXPECT_FALSE(reader().briefs("r2"));
    EXPECT_EQ(reader().find("aa", "").value().run, "r1");
    EXPECT_THAT(journal_keys(reader(), "r1"), ElementsAre("cc/0=c0"));
    ASSERT_TRUE(writer().create_run(sample_run("r2", 3)));
    EXPECT_THAT(reader().briefs("r2").value(), IsEmpty());
    EXPECT_THAT(journal_keys(reader(), "r2"), IsEmpty());
    EXPECT_TRUE(writer().compact());
    EXPECT_EQ(all_records(reader(), "r1").size(), 1U);
}

TEST_P(AnyStore, a_reader_on_another_thread_sees_whole_batches_only) {
    ASSERT_TRUE(writer().create_run(sample_run("r1", 1)));
    constexpr std::uint64_t batches = 50;
    std::thread writing([this] {
        for (std::uint64_t i = 0; i < batches; ++i) {
            const std::string first = "a" + std::to_string(i);
            const std::string second = "b" + std::to_string(i);
            ASSERT_TRUE(writer().write("r1", {{{"z", static_cast<int>(i), "step"}},
                                              {sample_finished(first, 2 * i), sample_finished(second, 2 * i + 1)}}));
            writer().tidy();
        }
    });
    std::size_t seen = 0;
    while (seen < 2 * batches) {
        seen = reader().briefs("r1").value().size();
        EXPECT_EQ(seen % 2, 0U);
    }
    writing.join();
    EXPECT_EQ(reader().journal("r1").value().size(), batches);
}

}  // namespace
}  // namespace sosia::storage
