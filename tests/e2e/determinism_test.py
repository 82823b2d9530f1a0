"""Same seed, same bytes at concurrency 1, 64 and 1,024; another seed gives other conversations."""
import unittest

import support


class Determinism(unittest.TestCase):
    def test_concurrency_changes_nothing(self):
        with support.agent(support.refund_desk) as url, support.suite("desk", url) as (folder, env):
            results = []
            for concurrency in (1, 64, 1024):
                done = support.sosia("run", "desk", "-q", "--runs", 100, "--concurrency", concurrency, "--out", f"c{concurrency}", cwd=folder, env=env)
                self.assertIn(done.returncode, (0, 1), done.stderr)
                results.append(support.comparable(folder / f"c{concurrency}"))
            self.assertEqual(len(results[0]), 1200)
            self.assertEqual(results[0], results[1])
            self.assertEqual(results[0], results[2])
            for name in ("cells.csv",):
                self.assertEqual((folder / "c1" / name).read_bytes(), (folder / "c1024" / name).read_bytes())

    def test_another_seed_gives_other_words(self):
        with support.agent(support.refund_desk) as url, support.suite("desk", url) as (folder, env):
            for seed in (1, 2):
                support.sosia("run", "desk", "-q", "--seed", seed, "--out", f"s{seed}", cwd=folder, env=env)
            self.assertNotEqual(support.comparable(folder / "s1"), support.comparable(folder / "s2"))


if __name__ == "__main__":
    unittest.main()
