"""Chooses wordings: the next variant each time, in the conversation's language, never the same text twice."""

from brain import phrases_en, phrases_es

_BANKS = {"en": phrases_en.PHRASES, "es": phrases_es.PHRASES}


class Voice:
    """Words keys for one conversation. Deterministic: the n-th use of a key takes the n-th wording."""

    def __init__(self):
        self.language = "en"
        self._uses = {}
        self._said = set()

    def say(self, key, **values):
        """The next wording of `key`, filled in."""
        variants = _BANKS[self.language][key]
        use = self._uses.get(key, 0)
        self._uses[key] = use + 1
        return variants[use % len(variants)].format(**values)

    def fixed(self, key, **values):
        """The first wording of `key`, for words inside a sentence."""
        return _BANKS[self.language][key][0].format(**values)

    def times(self, key):
        """How often `key` was worded so far."""
        return self._uses.get(key, 0)

    def join(self, parts):
        """One reply from its parts; opened differently if that very text was sent before."""
        text = body = " ".join(part for part in parts if part)
        while text in self._said:
            opener = self.say("filler")
            text = f"{opener} {body}" if opener else body
            if self.times("filler") > 40:
                break
        self._said.add(text)
        return text
