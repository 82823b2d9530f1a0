"""Agents that Sosia starts itself: ports that are taken, start-ups that fail or are interrupted, processes that stay behind."""
import os
import signal
import unittest

import support


def with_start(folder, url, start, more=""):
    """Lets the suite start its agent with a command."""
    path = folder / "desk/sosia.yaml"
    text = path.read_text()
    assert 'agent: { url: "${AGENT_URL}" }' in text
    path.write_text(text.replace('agent: { url: "${AGENT_URL}" }', f'agent: {{ url: "{url}", start: "{start}"{more} }}'))


def dead_url():
    return f"http://127.0.0.1:{support.free_port()}/chat"


class Start(unittest.TestCase):
    def test_a_taken_port_is_refused_and_told_with_who_holds_it(self):
        with support.agent(support.refund_desk) as url, support.suite("desk", url) as (folder, env):
            with_start(folder, url, "sleep 1000")
            run = support.sosia("run", "desk", cwd=folder, env=env)
            self.assertEqual(run.returncode, 3, run.stdout + run.stderr)
            self.assertIn(f"port {url.split(':')[2].split('/')[0]}", run.stderr)
            self.assertIn(f"process {os.getpid()}", run.stderr)
            self.assertIn("agent.start", run.stderr)
            self.assertIn("no runs yet", support.sosia("list", cwd=folder, env=env).stdout)

    def test_an_agent_that_dies_at_once_is_told_with_its_last_words(self):
        url = dead_url()
        with support.suite("desk", url) as (folder, env):
            with_start(folder, url, "echo no module named flask >&2; exit 1")
            run = support.sosia("run", "desk", cwd=folder, env=env)
            self.assertEqual(run.returncode, 3, run.stdout + run.stderr)
            self.assertIn("exit code 1", run.stderr)
            self.assertIn("no module named flask", run.stderr)
            self.assertIn("no runs yet", support.sosia("list", cwd=folder, env=env).stdout)

    def test_one_interrupt_ends_a_start_that_takes_its_time(self):
        url = dead_url()
        with support.suite("desk", url) as (folder, env):
            with_start(folder, url, "echo $$ > up; exec sleep 1000")
            process = support.start_sosia("run", "desk", cwd=folder, env=env)
            support.wait_until(lambda: (folder / "desk/up").exists() and (folder / "desk/up").read_text().strip())
            agent = int((folder / "desk/up").read_text())
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 130, out + err)
            self.assertIn("interrupted", out)
            self.assertIn("sosia resume", out)
            with self.assertRaises(ProcessLookupError):
                os.kill(agent, 0)

    def test_a_replay_whose_start_is_refused_says_so_too(self):
        with support.agent(support.refund_desk) as url, support.suite("desk", url) as (folder, env):
            support.sosia("run", "desk", "-q", "--runs", 1, "--out", "results", cwd=folder, env=env)
            with_start(folder, url, "sleep 1000")
            replay = support.sosia("replay", support.conversations(folder / "results")[0]["id"], cwd=folder, env=env)
            self.assertEqual(replay.returncode, 3, replay.stdout + replay.stderr)
            self.assertIn("already listens", replay.stderr)


if __name__ == "__main__":
    unittest.main()
