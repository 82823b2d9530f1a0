"""`sosia delete`: by name, by number and by age; what is left, what is given back, what is refused."""
import unittest

import support


class Delete(unittest.TestCase):
    def runs(self, folder, env):
        out = support.sosia("list", cwd=folder, env=env).stdout
        return [line.split()[0] for line in out.splitlines() if line.startswith("r") and not line.startswith("run ")]

    def test_runs_go_by_name_number_and_age(self):
        with support.agent(support.refund_desk) as url, support.suite("desk", url) as (folder, env):
            for seed in range(5):
                support.sosia("run", "desk", "-q", "--runs", 3, "--seed", seed, cwd=folder, env=env)
            runs = self.runs(folder, env)
            self.assertEqual(len(runs), 5)
            store = folder / ".sosia/runs.db"
            size = store.stat().st_size
            (folder / f".sosia/agent-{runs[4]}.log").write_text("what the agent wrote")

            self.assertEqual(support.sosia("delete", cwd=folder, env=env).returncode, 4)
            self.assertEqual(support.sosia("delete", "nope", cwd=folder, env=env).returncode, 4)
            self.assertEqual(support.sosia("delete", "--older-than", "30", cwd=folder, env=env).returncode, 4)
            self.assertIn("nothing to delete", support.sosia("delete", "--older-than", "1d", cwd=folder, env=env).stdout)
            dry = support.sosia("delete", runs[4], "--dry-run", cwd=folder, env=env)
            self.assertIn(f"would delete {runs[4]}", dry.stdout)
            self.assertEqual(self.runs(folder, env), runs)

            done = support.sosia("delete", runs[4], runs[4], cwd=folder, env=env)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout.count("deleted"), 1)
            self.assertEqual(self.runs(folder, env), runs[:4])
            self.assertFalse((folder / f".sosia/agent-{runs[4]}.log").exists())
            self.assertEqual(support.sosia("list", runs[4], cwd=folder, env=env).returncode, 4)

            done = support.sosia("delete", "--keep", 1, "--older-than", "0ms", cwd=folder, env=env)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.runs(folder, env), runs[:1])
            self.assertLess(store.stat().st_size, size / 2)
            self.assertIn("36 of 36", support.sosia("list", "latest", cwd=folder, env=env).stdout)

    def test_a_run_that_is_being_written_is_left_alone(self):
        with support.agent(support.refund_desk, delay=0.05) as url, support.suite("desk", url) as (folder, env):
            process = support.start_sosia("run", "desk", "-q", "--runs", 30, cwd=folder, env=env)
            support.wait_until(lambda: self.runs(folder, env))
            run = self.runs(folder, env)[0]
            named = support.sosia("delete", run, cwd=folder, env=env)
            self.assertEqual(named.returncode, 3, named.stdout)
            self.assertIn(f"process {process.pid}", named.stderr)
            self.assertIn("nothing to delete", support.sosia("delete", "--keep", 0, cwd=folder, env=env).stdout)
            process.kill()
            process.communicate()
            self.assertEqual(support.sosia("delete", run, cwd=folder, env=env).returncode, 0)
            self.assertEqual(self.runs(folder, env), [])
            self.assertEqual([f.name for f in (folder / ".sosia").iterdir() if "steps" in f.name], [])


if __name__ == "__main__":
    unittest.main()
