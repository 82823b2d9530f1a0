#!/usr/bin/env python3
"""Reception agent of the (invented) Lakeside Clinic, as a JSON-over-HTTP service.

    python3 agent.py --port 8741
    python3 agent.py --bug forgets-fact --bug loops --bug-rate 0.2
    python3 agent.py --list-bugs

The brain is in clinic/receptionist.py; this file only reads the command line.
"""
import argparse
import os
import sys

from clinic.bugs import BUGS, BugSwitch
from clinic.server import serve


def command_line(arguments):
    parser = argparse.ArgumentParser(description="Reception agent of the Lakeside Clinic")
    parser.add_argument("--port", type=int, default=8741, help="port on 127.0.0.1 (default 8741)")
    parser.add_argument("--bug", action="append", default=[], metavar="NAME", help="plant this bug; may be repeated")
    parser.add_argument("--bug-rate", type=float, default=1.0, metavar="SHARE",
                        help="share of conversations that have the bugs, chosen by conversation id (default 1)")
    parser.add_argument("--bug-seed", default="", metavar="TEXT", help="another choice of conversations for each text")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="wait this long before each answer")
    parser.add_argument("--list-bugs", action="store_true", help="print the bugs that can be planted")
    options = parser.parse_args(arguments)
    options.bug += [name for name in os.environ.get("BUG", "").replace(",", " ").split() if name]
    unknown = [name for name in options.bug if name not in BUGS]
    if unknown:
        parser.error(f"unknown bug {', '.join(unknown)}; --list-bugs prints them all")
    return options


def main(arguments=None):
    options = command_line(arguments)
    if options.list_bugs:
        for name, what in BUGS.items():
            print(f"{name:24} {what}")
        return 0
    serve(options.port, BugSwitch(options.bug, options.bug_rate, options.bug_seed), options.latency_ms / 1000)
    return 0


if __name__ == "__main__":
    sys.exit(main())
