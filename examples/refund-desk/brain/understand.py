"""What one user message means: signals, questions, intents and facts. No state except what was asked last."""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from brain import lexicon_signals as lex
from brain import lexicon_topics as topics
from brain.slots import FINDERS
from brain.words import plain, repaired

_SEGMENT = re.compile(r"\n+|(?<=[.!?])\s+")
_SILENT = re.compile(r"^[\W_]*$")
_HELLO = re.compile(
    r"^(hello+|hola|hey|anyone|anybody|you there|are you there|still there|u there|alguien|sigue ahi|estas ahi|h*m+|u+m+|e+h+|u+h+|a ver|h+m+,? ok|"
    r"well|and|so|huh|what|mhm|que|eh|pues|bueno|entonces)[ ?!.]*(there|here|ahi)?[?!. ]*$"
)
_QUESTION_START = re.compile(
    r"^(and |so |but |ok |y )?(what|when|where|who|why|how|which|can|could|do|does|did|is|are|will|would|should|que|cuando|donde|quien|por que|como|cual|puedo|pueden)\b"
)
_BARE = 6  # a message of at most so many tokens around a value is an answer, not a story


@dataclass
class Meaning:
    """One message, read."""

    text: str
    low: str
    signals: set = field(default_factory=set)
    questions: list = field(default_factory=list)
    intents: list = field(default_factory=list)
    hints: list = field(default_factory=list)  # kinds of request that a single word points to
    beyond: list = field(default_factory=list)
    facts: dict = field(default_factory=dict)  # slot -> list of slots.Found
    unclear_question: bool = False
    short: bool = False

    def has(self, *names):
        """Whether any of the signals is there."""
        return any(name in self.signals for name in names)


_GUARDS = (("injection", lex.INJECTION), ("social", lex.SOCIAL), ("third_party", lex.THIRD_PARTY))
_SIGNALS = tuple(
    (name, getattr(lex, name.upper()))
    for name in (
        "human", "threat", "bye", "thanks", "objection", "citation", "repeated", "withhold", "unknown_fact",
        "wait", "hurry", "paste", "correction", "tentative", "insist",
    )
)


def understand(text):
    """Reads one user message (possibly several lines sent in a row)."""
    meaning = _read(text)
    return replace(meaning, facts=dict(meaning.facts))


@lru_cache(maxsize=8192)
def _read(text):
    """A pure function of the text, so remembering it spares reading the whole history again on every turn."""
    low = repaired(plain(text))
    meaning = Meaning(text=text, low=low, short=len(low.split()) <= _BARE)
    _read_mood(meaning)
    if _SILENT.match(low) or _HELLO.match(low):
        meaning.signals.add("silence")
        return meaning
    safe = _read_guards(meaning)
    _read_facts(meaning, safe)
    low_safe = repaired(plain("\n".join(safe)))
    for name, pattern in _SIGNALS:
        if pattern.search(low_safe):
            meaning.signals.add(name)
    _read_answers(meaning, low_safe)
    _read_topics(meaning, low_safe)
    return meaning


def _read_mood(meaning):
    shouted = sum(1 for w in re.findall(r"[A-Za-z]{3,}", meaning.text) if w.isupper())
    if lex.ANGRY.search(meaning.low) or shouted >= 2:
        meaning.signals.add("angry")
    if lex.SAD.search(meaning.low):
        meaning.signals.add("sad")


def _read_guards(meaning):
    """Marks attempts to steer or to pry; returns the segments that are none of these."""
    safe = []
    segments = [s for s in _SEGMENT.split(meaning.text) if s.strip()]
    for segment in segments:
        low = repaired(plain(segment))
        hits = [name for name, pattern in _GUARDS if pattern.search(low)]
        meaning.signals.update(hits[:1])
        if not hits:
            safe.append(segment)
    if meaning.has("injection", "third_party"):
        return []  # whatever stands beside it may belong to it
    return safe


def _read_facts(meaning, segments):
    text = "\n".join(segments)
    for slot, finder in FINDERS.items():
        found = finder(text)
        if found:
            meaning.facts[slot] = found


def _read_answers(meaning, low):
    first = low.lstrip("-*. ,")
    if lex.YES.match(first):
        meaning.signals.add("yes")
    elif lex.NO.match(first):
        meaning.signals.add("no")
    if lex.GREETING.match(first):
        meaning.signals.add("greeting")


def _read_topics(meaning, low):
    meaning.intents = [name for name, pattern in topics.INTENTS.items() if pattern.search(low)]
    meaning.hints = [name for name, pattern in topics.WEAK.items() if pattern.search(low)]
    meaning.beyond = [name for name, pattern in topics.BEYOND.items() if pattern.search(low)]
    if meaning.has("threat"):
        meaning.beyond = [b for b in meaning.beyond if b != "legal"]
    meaning.questions = [name for name, pattern in topics.QUESTIONS.items() if pattern.search(low)]
    asks = "?" in low or _QUESTION_START.match(low)
    if meaning.has("angry"):
        meaning.questions = [q for q in meaning.questions if q not in ("cause", "faster")]
        asks = None  # "are you even trying?" wants no answer
    if "identity" in meaning.questions:
        meaning.signals.discard("human")
    known = meaning.questions or meaning.beyond or meaning.facts
    known = known or meaning.has("citation", "human", "withhold", "repeated")
    meaning.unclear_question = bool(asks and not known and len(low.split()) >= 4)
