#include "storage/answer_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace sosia::storage {
namespace {

namespace fs = std::filesystem;
using testing::Optional;

class answer_file : public testing::Test {
  protected:
    answer_file() : folder_(fs::path(testing::TempDir()) / ("answers_" + std::to_string(getpid()))) {
        fs::remove_all(folder_);
        fs::create_directory(folder_);
    }
    ~answer_file() override { fs::remove_all(folder_); }

    std::unique_ptr<AnswerFile> open() {
        auto file = AnswerFile::open((folder_ / "below" / "answers.db").string());
        EXPECT_TRUE(file) << file.error().message;
        return std::move(*file);
    }

    std::string found(AnswerFile& file, const AnswerKey& key) {
        const auto answer = file.find(key);
        EXPECT_TRUE(answer);
        return answer->value_or("-");
    }

    fs::path folder_;
    AnswerKey key_{"openai", "gpt", "abc", 0};
};

TEST_F(answer_file, keeps_answers_by_provider_model_question_and_repetition) {
    const auto file = open();
    ASSERT_TRUE(file->keep(key_, "one", 1));
    ASSERT_TRUE(file->keep({"openai", "gpt", "abc", 1}, "two", 2));
    EXPECT_EQ(found(*file, key_), "one");
    EXPECT_EQ(found(*file, {"openai", "gpt", "abc", 1}), "two");
    EXPECT_EQ(found(*file, {"openai", "gpt", "abd", 0}), "-");
    EXPECT_EQ(found(*file, {"openai", "other", "abc", 0}), "-");
    EXPECT_EQ(found(*file, {"azure", "gpt", "abc", 0}), "-");
}

TEST_F(answer_file, keeps_them_over_the_end_of_the_process_and_replaces_what_is_kept_again) {
    {
        const auto file = open();
        ASSERT_TRUE(file->keep(key_, "old", 1));
        ASSERT_TRUE(file->keep(key_, "new", 2));
    }
    const auto file = open();
    EXPECT_EQ(found(*file, key_), "new");
    const auto groups = file->groups();
    ASSERT_TRUE(groups);
    ASSERT_EQ(groups->size(), 1U);
    EXPECT_EQ(groups->front().answers, 1);
    EXPECT_EQ(groups->front().bytes, 3);
    EXPECT_EQ(groups->front().uses, 1);
    EXPECT_EQ(groups->front().newest_ms, 2);
}

TEST_F(answer_file, prunes_by_age_and_model) {
    const auto file = open();
    ASSERT_TRUE(file->keep({"openai", "gpt", "a", 0}, "12345", 100));
    ASSERT_TRUE(file->keep({"openai", "gpt", "b", 0}, "12345", 200));
    ASSERT_TRUE(file->keep({"anthropic", "claude", "a", 0}, "123", 100));
    const auto of_model = file->prune_older(150, "claude");
    ASSERT_TRUE(of_model);
    EXPECT_EQ(of_model->answers, 1);
    EXPECT_EQ(of_model->bytes, 3);
    const auto older = file->prune_older(150);
    ASSERT_TRUE(older);
    EXPECT_EQ(older->answers, 1);
    EXPECT_EQ(found(*file, {"openai", "gpt", "b", 0}), "12345");
    EXPECT_TRUE(file->compact());
}

TEST_F(answer_file, prunes_the_oldest_down_to_a_size) {
    const auto file = open();
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(file->keep({"openai", "gpt", std::to_string(i), 0}, "1234567890", i));
    }
    const auto pruned = file->prune_to(35);
    ASSERT_TRUE(pruned);
    EXPECT_EQ(pruned->answers, 7);
    EXPECT_EQ(pruned->bytes, 70);
    EXPECT_EQ(found(*file, {"openai", "gpt", "6", 0}), "-");
    EXPECT_EQ(found(*file, {"openai", "gpt", "7", 0}), "1234567890");
}

TEST_F(answer_file, says_what_is_wrong_with_a_file_that_is_none) {
    std::ofstream(folder_ / "text.db") << std::string(4096, 'x');
    const auto file = AnswerFile::open((folder_ / "text.db").string());
    ASSERT_FALSE(file);
    EXPECT_THAT(file.error().message, testing::HasSubstr("text.db"));
}

TEST(answer_file_of, lies_beside_the_store) {
    EXPECT_EQ(answer_file_of(".sosia/runs.db"), ".sosia/answers.db");
    EXPECT_EQ(answer_file_of("runs.db"), "answers.db");
}

}  // namespace
}  // namespace sosia::storage
