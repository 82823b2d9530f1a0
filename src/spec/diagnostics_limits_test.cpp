// Files that are too large, too many mistakes, and files that are no files: a clear report, in time.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/clock.h"
#include "spec/test_suite.h"

namespace sosia::spec {
namespace {

TEST(diagnostics, a_fifty_megabyte_file_is_refused_unread) {
    const TestFolder folder;
    folder.write("sosia.yaml", small_suite);
    folder.write("scenarios/refund.yaml", small_scenario);
    folder.write("personas/huge.yaml", "");
    std::filesystem::resize_file(folder.path() / "personas/huge.yaml", 50'000'000);
    const SystemClock clock;
    const auto begin = clock.steady_us();
    EXPECT_EQ(folder.report(folder.load()),
              "personas/huge.yaml: the file has 50000000 bytes; at most 1048576 are read\n");
    EXPECT_LT(clock.steady_us() - begin, 1'000'000);
}

std::size_t lines_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

TEST(diagnostics, a_file_full_of_mistakes_is_reported_in_part_and_in_time) {
    std::string persona;
    std::string scenario = "id: refund\nintent: x\npersonas: [";
    for (int i = 0; i < 50'000; ++i) {
        persona += "unknown_key" + std::to_string(i) + ": 1\n";
    }
    for (int i = 0; i < 900; ++i) {
        scenario += "nobody" + std::to_string(i) + ", ";
    }
    const SystemClock clock;
    const auto begin = clock.steady_us();
    const std::string report = report_with("personas/ann.yaml", persona);
    EXPECT_NE(report.find("personas/ann.yaml: and at least 50 more problems in this file"), std::string::npos)
        << report.substr(0, 500);
    EXPECT_EQ(lines_of(report), 3U * 100 + 1);
    EXPECT_LT(lines_of(report_with("scenarios/refund.yaml", scenario + "]\n")), 310U);
    EXPECT_LT(clock.steady_us() - begin, 8'000'000);  // about 0.3 s in a release build
}

TEST(diagnostics, lists_longer_than_anybody_writes_are_refused) {
    std::string scenario = "id: refund\nintent: x\nedge_cases:\n";
    for (int i = 0; i < 300; ++i) {
        scenario += "  - id: e" + std::to_string(i) + "\n";
    }
    EXPECT_EQ(report_with("scenarios/refund.yaml", scenario),
              "scenarios/refund.yaml:4:3: expected at most 200 entries, found 300\n    - id: e0\n    ^\n");
}

TEST(diagnostics, devices_pipes_and_links_in_a_circle_are_refused) {
    const TestFolder folder;
    folder.write("sosia.yaml", "agent: http://x/\npersonas: [loop/a.yaml, /dev/zero]\n");
    folder.write("scenarios/refund.yaml", small_scenario);
    std::filesystem::create_symlink(folder.path() / "loop", folder.path() / "loop");
    std::filesystem::create_directory_symlink(folder.path(), folder.path() / "scenarios" / "up");
    const std::string report = folder.report(folder.load());
    EXPECT_NE(report.find("sosia.yaml:2:12: there is no file or folder \"loop/a.yaml\""), std::string::npos) << report;
    EXPECT_NE(report.find("sosia.yaml:2:25: \"/dev/zero\" is neither a file nor a folder"), std::string::npos)
        << report;
}

}  // namespace
}  // namespace sosia::spec
