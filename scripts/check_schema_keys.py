#!/usr/bin/env python3
"""Every key the loader reads is in the published schema, and every key of the schema is read by something.

The loader's keys are found in its source: what is asked for by name (`fields.text("name")`, `args.flag("stream")`), and every other text
in quotes that looks like a key. A key nobody asks for would be accepted and ignored; a key the schema lacks would be refused although the
code behind it is there.
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SPEC = ROOT / "src/spec"
ASKED = re.compile(r"\b(?:has|find|place|key_place|text|maybe_text|texts|boolean|integer|number|duration_ms|share|text_map|bind_shares"
                   r"|bind_conditions|bind_unit|bind_chance|positive_ms|bind_engine|flag|pointer|url|value|number_arg|text_arg|bool_arg|pointer_arg)"
                   r'\((?:\*?\w+(?:\.\w+|->\w+)*,\s*)?"([a-z_]+)"')
TEXT = re.compile(r'"([a-z][a-z0-9_]*)"')
# What each kind of file is read by.
READ_BY = {
    "suite": [SPEC / "bind_suite.cpp", SPEC / "bind_matrix.cpp", SPEC / "bind_agent.cpp", SPEC / "load.cpp", SPEC / "references.cpp",
              *sorted((ROOT / "src/agent").rglob("*.cpp"))],
    "persona": [SPEC / "bind_persona.cpp", ROOT / "src/generate/draft.cpp"],
    "scenario": [SPEC / "bind_scenario.cpp", ROOT / "src/generate/draft.cpp", SPEC / "references.cpp", SPEC / "bind_world_expectation.cpp",
                 *(ROOT / "src/world" / f"{name}.cpp" for name in ("expectations", "where", "compare"))],
    "world": [SPEC / "bind_world.cpp", SPEC / "bind_world_tools.cpp", ROOT / "src/world/actions.cpp"],
    "adversary": [SPEC / "bind_adversary.cpp"],
    "scorecard": [SPEC / "bind_scorecard.cpp"],
    "axes": [SPEC / "personas_axes.cpp", SPEC / "bind_matrix.cpp", SPEC / "personas_generate.cpp"],
}
# Read where the key is part of another file's kind, or of the file's text as such.
ALSO_READ = {
    # what these ways in need is read by their own code once they are built; until then naming them is an error
    "suite": {"description", "name", "temperature", "votes"},
    "scorecard": {"name", "description"},
    "scenario": {"happy_path"},  # for readers of the file
    # big_five takes its members as they come
    "persona": {"openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"},
}
# Asked for in the same source, but of another file's mapping or of a message on the wire.
NOT_IN_THE_FILE = {
    "suite": {"id", "goal", "not", "probes", "only_in", "draft", "function", "content", "refusal", "tool_calls", "location", "text"},
    "scenario": {"only_in", "goal", "matrix", "rules", "weights", "if", "then", "not", "gate", "by"},
    "scorecard": {"id"},
    "world": {"world"},  # of a scenario
    "axes": {"id", "t", "runs", "tags", "skip_tags"},
}


def keys_of(schema):
    found = set()
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            found |= set(properties)
        for value in schema.values():
            found |= keys_of(value)
    elif isinstance(schema, list):
        for item in schema:
            found |= keys_of(item)
    return found


def main():
    problems = []
    for kind, files in READ_BY.items():
        name = f"schemas/{kind}.schema.json"
        published = keys_of(json.loads((ROOT / name).read_text()))
        sources = [path.read_text() for path in [*files, SPEC / "fields.cpp"] if not path.stem.endswith("_test")]
        asked = {key for text in sources for key in ASKED.findall(text)} - NOT_IN_THE_FILE.get(kind, set())
        written = {key for text in sources for key in TEXT.findall(text)} | ALSO_READ.get(kind, set())
        problems += [f"{name}: \"{key}\" is read by the loader, but the schema lacks it" for key in sorted(asked - published)]
        problems += [f"{name}: \"{key}\" is in the schema, but nothing reads it" for key in sorted(published - written)]
    for problem in problems:
        print(problem)
    print(f"schema keys: {len(READ_BY)} schemas, {'fine' if not problems else str(len(problems)) + ' problems'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
