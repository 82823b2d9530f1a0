// A store in a file, for the tests that break it.
#pragma once
#include <gtest/gtest.h>

#include "storage/sqlite_store.h"
#include "storage/store_for_tests.h"

namespace sosia::storage {

class StoreFile : public testing::Test {
  protected:
    Store open(Access access = Access::read_write, const SqliteOptions& options = {}) {
        Result<Store> store = open_sqlite(file_, access, options);
        EXPECT_TRUE(store) << store.error().message;
        return *std::move(store);
    }

    Store open_with_run(const SqliteOptions& options = {}) {
        Store store = open(Access::read_write, options);
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

// Conversations and a journalled one, all new for each number.
inline RunStore::Batch batch_of(std::uint64_t number, std::uint64_t size) {
    RunStore::Batch batch;
    for (std::uint64_t i = 0; i < size; ++i) {
        const std::uint64_t ordinal = number * size + i;
        batch.finished.push_back(sample_finished("c" + std::to_string(ordinal), ordinal));
        batch.finished.back().record.append(2000, 'x');
        batch.journal.push_back({"j" + std::to_string(number), static_cast<int>(i), std::string(500, 'y')});
    }
    return batch;
}

}  // namespace sosia::storage
