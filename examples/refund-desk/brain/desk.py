"""The desk's tools. They read the customer's record, which arrives as `context.customer` with every request."""

from brain.words import date_text, localised


class Desk:
    """Runs tools for one turn and remembers the calls, as reported in the reply."""

    def __init__(self, context, silent=()):
        self._record = context.get("customer") or {}
        self.today = (context.get("agent") or {}).get("today", "")
        self._silent = silent  # tools whose calls do not happen: a planted bug
        self.calls = []

    def has(self, key):
        """Whether the customer's record has a section of this name."""
        return bool(self._record.get(key))

    def section(self, key):
        """A section of the customer's record, empty when it is not there."""
        return self._record.get(key) or {}

    def look_up(self, tool, key, facts, language):
        """Calls a look-up tool and returns what it found."""
        arguments = spoken(facts, language)
        found = self.section(key)
        self._call(tool, arguments, {"found": bool(found), key: found})
        return found

    def act(self, tool, arguments):
        """Calls a tool that changes something."""
        self._call(tool, arguments, {"status": "ok"})

    def _call(self, tool, arguments, result):
        if tool not in self._silent:
            self.calls.append({"name": tool, "arguments": arguments, "result": result})


def spoken(facts, language):
    """Facts as tool arguments: dates in words, the rest as it is."""
    return {
        name: date_text(value, language) if isinstance(value, tuple) else value for name, value in facts.items()
    }


def in_language(record, name, language):
    """A text field of a record in the conversation's language (`item_es` beside `item`), dates included."""
    return record.get(f"{name}_{language}") or localised(record.get(name, ""), language)
