#!/usr/bin/env python3
"""Runs every benchmark several times and prints the medians with their spread, as ratios within one run.

  bench/run.py            all, five runs each (about eight minutes)
  bench/run.py --quick    all, one run each
"""
import argparse
import json
import math
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = pathlib.Path(__file__).resolve().parent.parent / "build" / "release"
WRK_SCRIPT = 'wrk.method = "POST"\nwrk.body = string.rep("x", 4096)\nwrk.headers["Content-Type"] = "application/json"\n'


class Agent:
    """The mock agent in a process of its own."""

    def __init__(self, delay_ms, body=4096, path="/chat", record=None):
        command = [BUILD / "mock_agent", str(delay_ms), str(body), *([record] if record else [])]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{self.process.stdout.readline().strip()}{path}"

    def __enter__(self):
        return self.url

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def engine(*arguments):
    out = subprocess.run([BUILD / "engine_bench", *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(out)


def spread(values, form="{:.3f}"):
    middle = statistics.median(values)
    return f"{form.format(middle)}  ({form.format(min(values))} .. {form.format(max(values))}, n={len(values)})"


def row(name, values, bound, form="{:.3f}", at_least=False):
    middle = statistics.median(values)
    good = middle >= bound if at_least else middle <= bound
    print(f"  {name:<58} {spread(values, form):<44} {'>=' if at_least else '<='} {bound:<9} {'ok' if good else 'MISSED'}", flush=True)
    return good


def scheduling(runs):
    print("wall over ideal (ideal = ceil(N / at once) x calls x latency), six calls a conversation, 4 KB bodies")
    good = True
    for delay, at_once, rounds, bound in ((50, 64, 6, 1.03), (50, 256, 5, 1.05), (50, 512, 4, 1.10), (1000, 4096, 3, 1.03)):
        ratios = []
        for _ in range(runs if delay < 1000 else min(runs, 5)):
            n = at_once * rounds
            with Agent(delay) as url:
                ideal = math.ceil(n / at_once) * 6 * delay
                ratios.append(engine("http", url, n, at_once, 6)["wall_ms"] / ideal)
        good &= row(f"{at_once} at once, {delay} ms a call, {n} conversations", ratios, bound)
    return good


def cost(runs):
    print("CPU of one conversation of six calls over HTTP, checks and storage included, beside the least a client can spend")
    ours, bare, wrk = [], [], []
    for _ in range(runs):
        with Agent(0) as url:
            ours.append(engine("http", url, 3000, 64, 6)["cpu_ms_per_conversation"])
            out = subprocess.run([BUILD / "bare_client", url, "18000", "64"], check=True, stdout=subprocess.PIPE, text=True).stdout
            bare.append(float(out) * 6 / 1000)
            if shutil.which("wrk"):
                wrk.append(wrk_cost(url) * 6 / 1000)
    good = row("sosia, ms of CPU a conversation", ours, 0.6)
    print(f"  {'bare libcurl multi, ms of CPU for six calls':<58} {spread(bare)}")
    if wrk:
        print(f"  {'wrk, ms of CPU for six calls':<58} {spread(wrk)}")
    print(f"  {'sosia over bare libcurl':<58} {spread([a / b for a, b in zip(ours, bare)])}")
    return good


def models_bench(*arguments):
    out = subprocess.run([BUILD / "models_bench", *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True).stdout
    figures = json.loads(out)
    if figures["invalid"] or figures["model_calls"] < 6.9 * figures["done"]:  # few end a turn early
        raise SystemExit(f"this is not what is to be measured: {out}")
    return figures


def models(runs):
    """A user, an agent and a judge that are models: 6 + 6 + 1 calls a conversation."""
    print("models play user, agent and judge: 13 calls a conversation, answers kept, all stored")
    good = True
    for delay, at_once, rounds, bound in ((50, 256, 4, 1.05), (500, 2000, 2, 1.05)):
        ratios = []
        for _ in range(runs):
            with Agent(delay, path="/v1") as url:
                n = at_once * rounds
                ratios.append(models_bench("run", url, n, at_once, 6)["wall_ms"] / (rounds * 13 * delay))
        good &= row(f"wall over ideal, {at_once} at once, {delay} ms a call, {n} conversations", ratios, bound)
    good &= models_cost(runs)
    return models_beside(runs) and good


def models_cost(runs):
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        bodies = pathlib.Path(folder) / "bodies"
        with Agent(0, path="/v1", record=bodies) as url:
            models_bench("run", url, 1, 1, 6)
        for _ in range(runs):
            with Agent(0, path="/v1") as url:
                ours.append(models_bench("run", url, 2000, 64, 6)["cpu_ms_per_conversation"])
                out = subprocess.run([BUILD / "bare_client", f"{url}/chat/completions", "26000", "64", bodies], check=True, stdout=subprocess.PIPE, text=True).stdout
                bare.append(float(out) * 13 / 1000)
    good = row("sosia, ms of CPU a conversation", ours, 1.2)
    print(f"  {'bare libcurl multi, ms of CPU for the same 13 calls':<58} {spread(bare)}")
    print(f"  {'sosia over bare libcurl':<58} {spread([a / b for a, b in zip(ours, bare)])}")
    return good


def models_beside(runs):
    ratios, paces = [], []
    for _ in range(runs):
        with Agent(50, path="/v1") as url:
            alone = models_bench("run", url, 256, 64, 6)["wall_ms"]
        with Agent(50, path="/v1") as url:
            both = models_bench("beside", url, 256, 64, 6, 5)
            ratios.append(both["wall_ms"] / alone)
            paces.append(both["slow_calls"] / both["slow_wall_ms"] * 1e3)
    good = row("wall beside a provider with 5 requests a second, over alone", ratios, 1.05)
    print(f"  {'calls a second of that provider, of its two models':<58} {spread(paces)}")
    return good


def wrk_cost(url):
    """CPU microseconds a request, from the rusage of the child."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(WRK_SCRIPT)
        script.flush()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        out = subprocess.run(["wrk", "-t1", "-c64", "-d2s", "-s", script.name, url], check=True, stdout=subprocess.PIPE, text=True).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    requests = next(int(line.split()[0]) for line in out.splitlines() if "requests in" in line)
    return ((after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)) * 1e6 / requests


def memory(runs):
    print("memory per conversation in flight, 4,096 at once")
    values = []
    for _ in range(min(runs, 5)):
        with Agent(300) as url:
            values.append(engine("http", url, 8192, 4096, 6)["bytes_per_conversation_in_flight"] / 1024)
    return row("KB per conversation in flight", values, 64, "{:.1f}")


def inprocess(runs):
    print("built-in users against an agent inside the process, checks and storage included")
    values = [engine("inprocess", 20000, 64)["conversations_per_cpu_second"] for _ in range(runs)]
    good = row("conversations a second of CPU", values, 5000, "{:.0f}", at_least=True)
    steps = [engine("policy", 200000)["steps_per_second"] for _ in range(runs)]
    return row("policy steps a second (read, decide, word)", steps, 100000, "{:.0f}", at_least=True) and good


def growth(runs):
    print("growth from 1,000 to 100,000 conversations")
    time_ratio, memory_ratio = [], []
    for _ in range(min(runs, 5)):
        small, large = engine("inprocess", 10000, 64), engine("inprocess", 100000, 64)
        time_ratio.append(large["wall_ms"] / small["wall_ms"] / 10)
        memory_ratio.append(large["peak_bytes"] / small["peak_bytes"])
    good = row("time per conversation, 100,000 against 10,000", time_ratio, 1.10)
    return row("peak memory, 100,000 against 10,000", memory_ratio, 1.25) and good


def reading(runs):
    print("reading a stored run of 100,000 conversations")
    suite = """name: big
agent: { url: "http://127.0.0.1:9/none" }
limits: { turns: 4, reruns: 0, concurrency: 64, retries: 0 }
matrix: { runs: 100000, seed: 3 }
"""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "sosia.yaml").write_text(suite.replace('"http://127.0.0.1:9/none"', '"URL"'))
        (root / "personas").mkdir()
        (root / "scenarios").mkdir()
        (root / "personas/ann.yaml").write_text("id: ann\nname: Ann Lee\ngoal: get a charge refunded\n")
        (root / "scenarios/refund.yaml").write_text("id: refund\nintent: refund a charge\n")
        sosia = [str(BUILD / "sosia")]
        with Agent(0, 400) as url:
            (root / "sosia.yaml").write_text((root / "sosia.yaml").read_text().replace("URL", url))
            subprocess.run([*sosia, "run", "-q"], cwd=root, stdout=subprocess.DEVNULL, check=False)
        listing = subprocess.run([*sosia, "list", "latest", "--most", "100000"], cwd=root, stdout=subprocess.PIPE, text=True, check=True).stdout
        one = listing.splitlines()[50000].split()[0]
        good = True
        for name, arguments in (("sosia list", ["list"]), ("sosia list latest", ["list", "latest"]), ("sosia show", ["show", one])):
            values = []
            for _ in range(runs):
                began = time.monotonic()
                subprocess.run([*sosia, *arguments], cwd=root, stdout=subprocess.DEVNULL, check=True)
                values.append(time.monotonic() - began)
            good &= row(f"{name}, seconds", values, 1.0)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one run each")
    parser.add_argument("--only", help="scheduling, cost, memory, inprocess, growth, reading or models")
    options = parser.parse_args()
    parts = {f.__name__: f for f in (scheduling, cost, memory, inprocess, growth, reading, models)}
    chosen = [parts[options.only]] if options.only else parts.values()
    results = [part(1 if options.quick else 5) for part in chosen]
    print("all bounds met" if all(results) else "some bounds were missed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
