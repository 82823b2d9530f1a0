"""Dates and times as patients type them, in English and German, and as the receptionist says them."""
import datetime
import re
from typing import NamedTuple, Optional

MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12, "januar": 1, "februar": 2, "märz": 3, "mai": 5, "juni": 6,
    "juli": 7, "oktober": 10, "dezember": 12, "okt": 10, "dez": 12,
}
WEEKDAYS = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "montag": 0, "dienstag": 1, "mittwoch": 2,
    "donnerstag": 3, "freitag": 4,
}
MONTH_NAMES = {
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    "de": ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
}
WEEKDAY_NAMES = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "de": ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
}

_MONTH = "(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_PATTERNS = [
    (re.compile(r"\b(?P<y>(?:19|20)\d{2})-(?P<m>\d{1,2})-(?P<d>\d{1,2})\b"), False),
    (re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s*(?:of\s+)?(?P<m>{_MONTH})(?:,?\s+(?P<y>(?:19|20)\d{{2}})\b)?", re.I), True),
    (re.compile(rf"\b(?P<m>{_MONTH})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?P<y>(?:19|20)\d{{2}})\b)?", re.I), True),
    (re.compile(r"\b(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>(?:19|20)\d{2})?(?!\d)"), False),
]
_WEEKDAY = re.compile(r"\b(" + "|".join(WEEKDAYS) + r")s?\b", re.I)
_CLOCK = re.compile(r"\b(?P<h>[01]?\d|2[0-3])(?::(?P<m>[0-5]\d))?\s*(?P<half>am|pm|a\.m\.|p\.m\.)?(?P<uhr>\s*uhr)?\b", re.I)


class Day(NamedTuple):
    """A day as far as it was named. `start` and `end` are its place in the text."""
    year: Optional[int]
    month: Optional[int]
    day: Optional[int]
    weekday: Optional[int]
    start: int
    end: int

    def is_birth(self):
        return self.year is not None and self.year < 2020

    def iso(self):
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"

    def matches(self, date):
        """Whether this is (or may be) the given datetime.date."""
        if self.day is not None:
            return (self.month, self.day) == (date.month, date.day)
        return self.weekday == date.weekday()


def find_days(text):
    """Every date and weekday in the text, in order."""
    found = []
    for pattern, named in _PATTERNS:
        for match in pattern.finditer(text):
            day = _day(match, named)
            if day and not any(day.start < other.end and other.start < day.end for other in found):
                found.append(day)
    for match in _WEEKDAY.finditer(text):
        if not any(day.start - 5 <= match.end() and match.start() <= day.end + 2 for day in found):
            found.append(Day(None, None, None, WEEKDAYS[match[1].lower()], match.start(), match.end()))
    return sorted(found, key=lambda day: day.start)


def _day(match, named):
    month = MONTHS[match["m"].lower().rstrip(".")] if named else int(match["m"])
    day, year = int(match["d"]), match["y"]
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return Day(int(year) if year else None, month, day, None, match.start(), match.end())


def find_time(text):
    """What the text says about the time of day: "9:40", "morning", "afternoon", "any" or None."""
    lowered = re.sub(r"\b(?:good|this|all|yesterday|guten) (?:morning|afternoon|morgen)\b", " ", text.lower())
    for word, part in (("morgen früh", "morning"), ("vormittag", "morning"), ("morgens", "morning"), ("morning", "morning"),
                       ("nachmittag", "afternoon"), ("afternoon", "afternoon"), ("after lunch", "afternoon")):
        if word in lowered:
            return part
    if re.search(r"\b(any ?time|whenever|egal wann|mir egal|doesn'?t matter|dont mind|don't mind|no preference)\b", lowered):
        return "any"
    for match in _CLOCK.finditer(lowered):
        if match["m"] or match["half"] or match["uhr"]:
            hour = int(match["h"]) % 12 + 12 if (match["half"] or "").startswith("p") else int(match["h"])
            return f"{hour}:{match['m'] or '00'}"
    return None


def date_of(iso):
    return datetime.date.fromisoformat(iso)


def say_day(iso, language):
    """"Tuesday 12 May" or "Dienstag, 12. Mai"."""
    date = date_of(iso)
    weekday, month = WEEKDAY_NAMES[language][date.weekday()], MONTH_NAMES[language][date.month - 1]
    return f"{weekday} {date.day} {month}" if language == "en" else f"{weekday}, {date.day}. {month}"


def minutes(clock):
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
