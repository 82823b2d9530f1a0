"""Reads what a patient typed: the values in it and the signals it sends. No memory: the same text always reads the same."""
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Optional, Tuple

from clinic import dates, signals_de, signals_en
from clinic.spelling import corrected

_LANGUAGES = (signals_en, signals_de)


def _joined(*patterns):
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.I | re.M)


def _table(english, german):
    """One pattern per name, both languages together, in the English order."""
    german = dict(german)
    return [(name, _joined(pattern, *([german[name]] if name in german else []))) for name, pattern in dict(english).items()]


_INTENTS = _table(signals_en.INTENTS, signals_de.INTENTS)
_TOPICS = _table(signals_en.TOPICS, signals_de.TOPICS)
_SIGNALS = _table(signals_en.SIGNALS, signals_de.SIGNALS)
_NOISE = _joined(*(language.NOISE for language in _LANGUAGES))
_OLD_BEFORE = _joined(*(language.OLD_BEFORE for language in _LANGUAGES))
_OLD_AFTER = _joined(*(language.OLD_AFTER for language in _LANGUAGES))
_ENGLISH, _GERMAN = (re.compile(language.WORDS, re.I) for language in _LANGUAGES)

_PATIENT_ID = re.compile(r"\bP\s?[-–]?\s?(\d{4})\b", re.I)
_PHONE = re.compile(r"(?<![\w-])(\+?\d[\d ()/-]{6,}\d)(?![\w-])")
_NAME = re.compile(r"\b(?!(?:It|Its|That|Thats|My|Name|The|Ok|Sure|Here|Hello|Hi|Yes|Well|As|Sorry|Again|Found|Das|Mein|Ich|Ja|Also)\b)([A-Z][\w’-]+ [A-Z][\w’-]+)\b")
_INSURER = re.compile(r"\b(medisure|helvita|nordkasse|sanaplus|unicare)\b", re.I)
_SILENT = re.compile(r"^\W*(?:h+m+|u+h*m*|eh|uh|huh|well|what|hello|hallo|and|ähm?|tja)?\W*$|^\W*(?:hm+|well|eh),? ok\W*$", re.I)
_GENERAL_DAY = re.compile(r"\b(?:on|every|each|a|always) (?:a )?(?:mon|tues|wednes|thurs|fri)day\b", re.I)


@dataclass(frozen=True)
class Utterance:
    text: str
    words: int
    language: Optional[str]              # "de", "en" or None when it could be either
    signals: frozenset
    intent: Optional[str]
    topics: Tuple[str, ...]
    patient_ids: Tuple[str, ...] = ()    # last one counts; values that the patient takes back are left out
    births: Tuple[str, ...] = ()         # ISO
    days: Tuple = field(default=())      # dates.Day without a year in the past
    time: Optional[str] = None
    phone: Optional[str] = None
    name: Optional[str] = None
    insurer: Optional[str] = None
    silent: bool = False
    noise: bool = False                  # looks as if it was meant for another window

    def has(self, *names):
        return any(name in self.signals for name in names)

    def values(self):
        return bool(self.patient_ids or self.births or self.days or self.time or self.phone or self.insurer)


@lru_cache(maxsize=8192)
def understand(text):
    plain = corrected(text)
    named_days = dates.find_days(text)
    days = [day for day in named_days if not _taken_back(text, day.start, day.end) and not _in_general(text, day)]
    rest = _without(text, named_days)
    return Utterance(
        text=text,
        words=len(text.split()),
        language=_language(text),
        signals=frozenset(name for name, pattern in _SIGNALS if pattern.search(plain)),
        intent=next((name for name, pattern in _INTENTS if pattern.search(plain)), None),
        topics=tuple(name for name, pattern in _TOPICS if pattern.search(plain)),
        patient_ids=tuple(f"P-{match[1]}" for match in _PATIENT_ID.finditer(text) if not _taken_back(text, match.start(), match.end())),
        births=tuple(day.iso() for day in days if day.is_birth()),
        days=tuple(day for day in days if not day.is_birth()),
        time=dates.find_time(rest),
        phone=_first(_PHONE, rest),
        name=_first(_NAME, text),
        insurer=(_first(_INSURER, text) or "").capitalize() or None,
        silent=bool(_SILENT.search(text)),
        noise=bool(_NOISE.search(text)),
    )


def _taken_back(text, start, end):
    """"not 14 may", "I said 14 may", "14 may was wrong": the value the patient no longer means."""
    return bool(_OLD_BEFORE.search(text[:start]) or _OLD_AFTER.search(text[end:]))


def _in_general(text, day):
    """"these things always happen on a Monday" names no day."""
    return day.day is None and len(text.split()) > 4 and bool(_GENERAL_DAY.search(text))


def _first(pattern, text):
    match = pattern.search(text)
    return match[1] if match else None


def _without(text, days):
    for day in days:
        text = text[:day.start] + " " * (day.end - day.start) + text[day.end:]
    return text


def _language(text):
    german, english = len(_GERMAN.findall(text)), len(_ENGLISH.findall(text))
    if german > english:
        return "de"
    return "en" if english > german else None
