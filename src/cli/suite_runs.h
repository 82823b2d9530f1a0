// Runs that `sosia serve` starts and stops: those of the suites it was started on, and of no other.
#pragma once
#include <list>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/run_process.h"
#include "server/control.h"

namespace sosia::cli {

class SuiteRuns final : public server::Controls {
  public:
    // Loads every suite; an error names the one that cannot be.
    static Result<std::unique_ptr<SuiteRuns>> of(const Context& context, const std::vector<std::string>& paths);

    std::vector<std::string> actions(const storage::RunInfo& run) override;
    Result<void> act(const storage::RunInfo& run, const std::string& action) override;
    boost::json::array suites() override;
    Result<void> start(std::size_t suite) override;

  private:
    struct Served {
        std::string name;
        std::string file;       // absolute
        std::string directory;  // absolute
        std::string words;      // why the last one that was started here came to nothing
        std::vector<Spawned> processes;
    };

    explicit SuiteRuns(std::string store) : store_(std::move(store)) {}
    Served* suite_of(const storage::RunInfo& run);
    Result<void> spawn(Served& suite, std::vector<std::string> arguments);
    static void take_note(Served& suite);

    std::string store_;  // absolute
    std::vector<Served> suites_;
};

}  // namespace sosia::cli
