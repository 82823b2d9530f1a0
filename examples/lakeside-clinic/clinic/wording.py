"""Chooses the words. Every key has several phrasings; each use takes the next one, so that no answer comes twice."""
from clinic import wording_de, wording_en

PHRASES = {"en": wording_en.PHRASES, "de": wording_de.PHRASES}


class Wording:
    def __init__(self):
        self.used = {}
        self.said = set()

    def say(self, language, key, fields=None):
        phrasings = PHRASES[language][key]
        turn = self.used.get(key, 0)
        self.used[key] = turn + 1
        return phrasings[turn % len(phrasings)].format_map(fields or {})

    def finish(self, language, parts):
        """Joins the parts of an answer; one that was given before gets another beginning."""
        text = " ".join(part for part in parts if part)
        plain = text
        for _ in PHRASES[language]["lead_in"]:
            if text not in self.said:
                break
            text = f"{self.say(language, 'lead_in')} {plain}"
        self.said.add(text)
        return text
