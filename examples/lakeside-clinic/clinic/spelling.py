"""Repairs typos in the words the receptionist listens for ("appointmnet", "resutls"); everything else stays as typed."""
import re

KEYWORDS = """
appointment appointments booking cancel cancellation reschedule prescription renewal results insurance supervisor manager
person human someone nurse doctor parking morning afternoon anytime please thanks where source policy correct
wrong ridiculous useless unacceptable worried scared chest breathe breathing blood ibuprofen paracetamol dosage instructions
system ignore verification exception minutes bring price monday tuesday wednesday thursday friday already
private termin vereinbaren absagen verschieben rezept befund vormittag nachmittag warum mitbringen kostet parken mitarbeiter
""".split()
LEFT_ALONE = {"were", "ring", "wong", "bing", "huma", "rice", "cancer", "results", "result", "person", "persons", "personal", "doctors", "where", "there", "moving", "bought",
              "bringing", "broken", "prices", "correctly", "incorrect", "human", "humane", "humans", "nurses", "nursed", "wrongs",
              "system", "systems", "please", "pleased", "pleases", "bring", "brings", "being", "manage", "managed", "warm", "worries",
              "private", "privat", "thank", "tanks", "park", "parked", "price", "prince", "minute", "source", "sources", "scare",
              "cancels", "morgen", "termine", "kosten", "koste", "breath", "breathes", "policy", "police", "blood", "bloody",
              "appoint", "chest", "chess", "cheat", "ignored", "ignores", "already", "dose", "insured", "insurer"}


def _deletes(word):
    return {word[:i] + word[i + 1:] for i in range(len(word))}


_KNOWN = set(KEYWORDS) | LEFT_ALONE
_BY_DELETE = {}
for _word in KEYWORDS:
    for _form in _deletes(_word) | {_word}:
        _BY_DELETE.setdefault(_form, _word)


def corrected(text):
    """Lower-case text in which words one slip away from a keyword are that keyword."""
    return re.sub(r"[a-zäöüß]{4,}", lambda match: _repair(match[0]), text.lower().replace("’", "'"))


def _repair(word):
    if word in _KNOWN:
        return word
    candidate = _BY_DELETE.get(word)
    if candidate is None and len(word) > 4:
        candidate = next((_BY_DELETE[form] for form in _deletes(word) if form in _BY_DELETE), None)
    close = candidate and candidate[0] == word[0] and abs(len(candidate) - len(word)) <= 1
    return candidate if close else word
