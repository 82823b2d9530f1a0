#!/usr/bin/env python3
"""Compares every #include "room/..." below src/ with the rooms its CMakeLists.txt allows, and looks for cycles.

Also refuses what belongs to one room only: reading the clock, the environment, standard output, curl, Beast, SQLite.
"""
import pathlib
import re
import sys

SRC = pathlib.Path(__file__).resolve().parent.parent / "src"
# text that may only appear in these rooms
RESERVED = {
    r"\bgetenv\s*\(": {"app"},
    r"\bstd::c(out|err)\b": {"app"},
    r"system_clock::now": {"base"},
    r"#include <curl/": {"net"},
    r"#include <boost/beast": {"net", "server"},
    r"#include <sqlite3": {"storage"},
    r"#include <boost/asio\.hpp>": set(),
}


def allowed_rooms():
    rooms = {}
    for cmake in sorted(SRC.glob("*/CMakeLists.txt")):
        text = re.sub(r"#.*", "", cmake.read_text())
        match = re.search(r"sosia_room\(\s*(\w+)(.*?)\)", text, re.S)
        name = cmake.parent.name
        if not match:
            rooms[name] = None  # the composition root
            continue
        uses = re.search(r"\bUSES\b(.*?)(\bLINKS\b|$)", match.group(2), re.S)
        rooms[name] = set(uses.group(1).split()) if uses else set()
    return rooms


def reachable(rooms, name, seen):
    for used in rooms.get(name) or ():
        if used not in seen:
            seen.add(used)
            reachable(rooms, used, seen)
    return seen


def main():
    rooms = allowed_rooms()
    problems = []
    for name in rooms:
        if name in reachable(rooms, name, set()):
            problems.append(f"src/{name}/CMakeLists.txt: the room uses itself through other rooms")
    for path in sorted(SRC.rglob("*")):
        if path.suffix not in {".h", ".cpp"}:
            continue
        room = path.relative_to(SRC).parts[0]
        allowed = None if rooms.get(room) is None else reachable(rooms, room, set()) | {room}
        is_test = path.stem.endswith("_test") or "test" in path.stem
        for number, line in enumerate(path.read_text().splitlines(), 1):
            include = re.match(r'\s*#include "(\w+)/', line)
            if include and include.group(1) in rooms and allowed is not None and include.group(1) not in allowed:
                problems.append(f"{path.relative_to(SRC.parent)}:{number}: room {room} may not include {include.group(1)}/")
            for pattern, only in RESERVED.items():
                if not is_test and room not in only and re.search(pattern, line):
                    problems.append(f"{path.relative_to(SRC.parent)}:{number}: {line.strip()[:60]} is reserved to {', '.join(sorted(only)) or 'nobody'}")
    for problem in problems:
        print(problem)
    print(f"rooms: {len(rooms)} rooms, {'fine' if not problems else str(len(problems)) + ' problems'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
