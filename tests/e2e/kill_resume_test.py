"""Kill -9 at random instants, again and again: after resume every conversation is there exactly once and equal to an uninterrupted run."""
import os
import random
import subprocess
import sys
import time
import unittest

import support

KILLS = int(os.environ.get("SOSIA_TEST_KILLS", "200"))


class KillResume(unittest.TestCase):
    def test_every_conversation_is_there_once_whatever_is_killed_when(self):
        rng = random.Random(20)
        with support.agent(support.refund_desk, delay=0.002) as url, support.suite("desk", url) as (folder, env):
            whole = support.sosia("run", "desk", "-q", "--runs", 20, "--out", "whole", cwd=folder, env=env)
            self.assertIn(whole.returncode, (0, 1), whole.stderr)
            expected = support.comparable(folder / "whole")
            self.assertEqual(len(expected), len({c for c in expected}))
            kills = 0
            rounds = 0
            while kills < KILLS:
                rounds += 1
                store = {**env, "SOSIA_STORE": str(folder / f"store{rounds}.db")}
                arguments = ["run", "desk", "-q", "--runs", 20, "--out", "cut"]
                longest = 0.25  # grows with every kill, so that a slow machine gets to the end of a round too
                while True:
                    process = support.start_sosia(*arguments, cwd=folder, env=store)
                    try:
                        process.wait(timeout=rng.uniform(0.02, longest))
                        out, err = process.communicate()
                        if process.returncode == 4 and "no run" in err.lower():
                            arguments = ["run", "desk", "-q", "--runs", 20, "--out", "cut"]  # killed before the run was written down
                            continue
                        self.assertIn(process.returncode, (0, 1), err)
                        break
                    except subprocess.TimeoutExpired:
                        process.kill()
                        process.communicate()
                        kills += 1
                        longest *= 1.1
                        has_run = support.sosia("list", cwd=folder, env=store)
                        arguments = ["resume", "-q", "--out", "cut"] if "interrupted" in has_run.stdout else ["run", "desk", "-q", "--runs", 20, "--out", "cut"]
                self.assertEqual(support.comparable(folder / "cut"), expected)
            print(f"{kills} kills in {rounds} rounds of {len(expected)} conversations", file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
