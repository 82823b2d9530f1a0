// Small things the tests of this room share.
#pragma once
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>

#include "storage/store.h"

namespace sosia::storage {

// A folder that goes away with the test.
class TestFolder {
  public:
    TestFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "sosia-store-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("cannot make a temporary folder");
        }
        path_ = name;
    }
    ~TestFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;

    std::string file(const std::string& name) const { return (path_ / name).string(); }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

inline std::string read_bytes(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const std::string& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
}

inline pid_t start_child(const std::function<int()>& work) {
    std::fflush(nullptr);  // or the child would print it again
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(work());
    }
    return child;
}

// The exit code, or minus the signal that ended it.
inline int wait_for_child(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// The exit code of work() in another process.
inline int in_child(const std::function<int()>& work) {
    return wait_for_child(start_child(work));
}

// The same without root's right to write everywhere.
inline int in_unprivileged_child(const std::function<int()>& work) {
    return in_child([&work] {
        constexpr unsigned nobody = 65534;
        if (::getuid() == 0 && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) {
            return 99;
        }
        return work();
    });
}

inline RunInfo sample_run(const std::string& id, std::int64_t started_ms) {
    RunInfo run;
    run.id = id;
    run.suite = "refund-desk";
    run.suite_hash = "0123456789abcdef";
    run.started_ms = started_ms;
    run.planned = 100;
    return run;
}

inline RunStore::Batch::Finished sample_finished(const std::string& id, std::uint64_t ordinal) {
    RunStore::Batch::Finished finished;
    finished.brief.id = id;
    finished.brief.ordinal = ordinal;
    finished.brief.cell = {"sandra", "duplicate-charge", "", "cooperative", 0};
    finished.brief.outcome = Outcome::passed;
    finished.brief.ended = Ending::user_satisfied;
    finished.brief.user_turns = 5;
    finished.brief.duration_ms = 250;
    finished.brief.score = 4.5;
    finished.record = R"({"id":")" + id + R"(","outcome":"passed"})";
    return finished;
}

}  // namespace sosia::storage
