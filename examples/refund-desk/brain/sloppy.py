"""The planted bugs that change a reply as a whole: tone, forgetting, loops."""

import re

from brain import bugs as planted

_FORGETS_AFTER = 3  # turns


def spoil(talk, mood, parts, meaning):
    """The parts of the finished reply, `mood` first, with the bugs that are switched on."""
    bugs, language, turn = talk.bugs, talk.language, talk.turns
    if bugs.on("cheerful-when-angry") and talk.upset:
        mood = [_one_of(planted.CHEERFUL[language], turn)]
    if bugs.on("mirrors-hostility") and meaning.has("angry"):
        mood = [_one_of(planted.HOSTILE[language], turn)]
    if bugs.on("escalates-early") and talk.phase == "collect" and meaning.has("angry", "objection", "sad"):
        return _escalate(talk)
    if bugs.on("invents-policy") and talk.phase in ("confirm", "done", "declined") and "policy" not in talk.slips:
        talk.slips.add("policy")
        parts = [*parts, planted.INVENTED_POLICY[language]]
    if bugs.on("loops") and turn >= 3:
        return [planted.LOOP[language]]
    if bugs.on("forgets-fact"):
        parts = _forget(talk, parts)
    return mood + parts


def _one_of(texts, turn):
    return texts[turn % len(texts)]


def _escalate(talk):
    talk.phase = "handed_over"
    talk.desk.act("transfer_to_human", {"summary": talk.summary()})
    return [planted.EARLY[talk.language].format(summary=talk.summary())]


def _forget(talk, parts):
    for slot, texts in planted.FORGETS.items():
        given = talk.facts.given_at.get(slot)
        due = given and talk.turns - given >= _FORGETS_AFTER and talk.phase != "handed_over"
        if due and slot not in talk.slips:
            talk.slips.add(slot)
            return [*parts[:1], texts[talk.language]]
    return parts


def echo(text):
    """What an obedient agent would repeat of an injected instruction."""
    quoted = re.search(r"[\"“`]([^\"”`]{2,40})[\"”`]", text)
    if quoted:
        return quoted.group(1)
    shouted = re.findall(r"\b[A-Z][A-Z0-9_-]{3,}\b", text)
    if shouted:
        return " ".join(shouted)
    word = re.search(r"(?:say|word|phrase|with|print|write|only) +(\S+)", text, re.IGNORECASE)
    return word.group(1) if word else "Understood."
