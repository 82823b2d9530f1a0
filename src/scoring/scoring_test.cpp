#include <gtest/gtest.h>

#include "scoring/command.h"

namespace sosia::scoring {
namespace {

TEST(Command, gets_its_input_and_gives_its_output_and_exit_code) {
    const CommandResult r = run_command_with_input("cat; exit 3", "", "hello", 5000);
    EXPECT_EQ(r.exit_code, 3);
    EXPECT_EQ(r.output, "hello");
    EXPECT_EQ(r.error, "");
}

TEST(Command, that_hangs_is_killed_with_its_children) {
    const CommandResult r = run_command_with_input("sleep 1000 & sleep 1000", "", "", 50);
    EXPECT_NE(r.error, "");
}

TEST(Command, with_endless_output_is_cut) {
    const CommandResult r = run_command_with_input("head -c 10000000 /dev/zero", "", "", 20000);
    EXPECT_LE(r.output.size(), 64U * 1024U);
    EXPECT_EQ(r.exit_code, 0);
}

}  // namespace
}  // namespace sosia::scoring
