"""Keeps the facts of a conversation: takes new ones, follows corrections, does not fall for loose talk."""

from brain.slots import choose
from brain.words import date_text


class Facts:
    """What the user told the desk."""

    def __init__(self):
        self.values = {}
        self.given_at = {}  # slot -> number of the user turn
        self._doubted = {}  # slot -> another value, mentioned once

    def take(self, meaning, turn, asked, relevant):
        """Takes the facts of a message. Returns (new, corrected, kept): lists of slots; kept only of those relevant."""
        new, corrected, kept = [], [], []
        for slot, found in meaning.facts.items():
            current = self.values.get(slot)
            value = choose(found, current)
            if value is None or value == current:
                continue
            if current is None:
                if meaning.has("paste") and asked != slot:
                    continue
                new.append(slot)
            elif self._means_it(meaning, slot, value):
                corrected.append(slot)
            else:
                self._doubted[slot] = value
                if slot in relevant:
                    kept.append(slot)
                continue
            self.values[slot] = value
            self.given_at[slot] = turn
        return new, corrected, kept

    def _means_it(self, meaning, slot, value):
        """Whether another value replaces the one known: not when the user only muses ("maybe it was ...")."""
        musing = meaning.has("tentative") and not meaning.has("correction")
        return not musing or self._doubted.get(slot) == value

    def take_free_address(self, meaning, turn):
        """A reply to "which address?" that fits no known form of address."""
        text = meaning.text.strip()
        words = text.split()
        too_long = len(words) > 12 or meaning.facts or meaning.has("objection", "citation", "repeated")
        known = "new_address" in self.values
        if known or too_long or len(words) < 3 or "?" in text or not any(c.isdigit() for c in text):
            return False
        self.values["new_address"] = text
        self.given_at["new_address"] = turn
        return True

    def text(self, slot, language):
        """A fact as the desk writes it."""
        value = self.values[slot]
        return date_text(value, language) if isinstance(value, tuple) else str(value)
