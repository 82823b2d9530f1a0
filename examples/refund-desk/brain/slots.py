"""Finds the facts the desk works with: order number, e-mail address, date of a charge, delivery address."""

import re
from typing import NamedTuple

from brain.words import MONTHS_EN, MONTHS_ES, plain


class Found(NamedTuple):
    """A value in a message, and whether the user said it is *not* that one."""

    value: object
    negated: bool


_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
_ORDER = re.compile(r"\b([A-Za-z]{1,2})-(\d{4,6})\b|\b([A-Za-z])(\d{5})\b")
_MONTH_NAMES = {}
for _names in (MONTHS_EN, MONTHS_ES):
    for _i, _name in enumerate(_names, 1):
        _MONTH_NAMES[_name.lower()] = _i
        _MONTH_NAMES.setdefault(_name.lower()[:3], _i)
_MONTH = "|".join(sorted(_MONTH_NAMES, key=len, reverse=True))
_DATE = re.compile(
    rf"\b({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b"
    rf"|\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of |de )?({_MONTH})\b"
    r"|\b(\d{1,2})/(\d{1,2})\b"
)
_TOWN = r"(?:, ?(?!I\b)(?-i:[A-ZÁÉÍÓÚÑ])[\w.'-]*(?: (?-i:[A-Z\d])[\w.'-]*)*)*"  # ", Unit 5, Leeds"
_STREET = re.compile(
    r"\b\d{1,5}[a-z]? (?:[\w.'-]+ ){1,3}?(?:street|st|road|rd|avenue|ave|lane|drive)\b\.?" + _TOWN + r"|"
    r"\b\d{1,5}[a-z]? (?:(?-i:[A-Z])[\w.'-]+ ){1,3}?(?:way|court|square|close|place|terrace|row|crescent)\b" + _TOWN + r"|"
    r"\b(?:calle|avenida|plaza|paseo) [\w .'-]+? \d{1,4}\b" + _TOWN,
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(
    r"(?:\bnot\b|\bisnt\b|\bwasnt\b|\binstead of\b|\brather than\b|\ben vez de\b|\ben lugar de\b|\bno es\b|"
    r"\band not\b|\by no\b|\bsaid\b|\bgave you\b|\bdije\b)[ :,]*(?:the |on |el |la |it was |order |to )*$"
)
_NO_BEFORE = re.compile(r"\w\W+no (?:el |la |a )?$")


def _negated(text, start):
    before = plain(text[:start]) + " "
    return bool(_NOT_BEFORE.search(before) or _NO_BEFORE.search(before))


def emails(text):
    """Every e-mail address, lower case."""
    return [Found(m.group().lower().rstrip("."), _negated(text, m.start())) for m in _EMAIL.finditer(text)]


def orders(text):
    """Every order number in the form A-10023."""
    text = _EMAIL.sub(lambda m: " " * len(m.group()), text)
    found = []
    for m in _ORDER.finditer(text):
        letters, digits = m.group(1) or m.group(3), m.group(2) or m.group(4)
        found.append(Found(f"{letters.upper()}-{digits}", _negated(text, m.start())))
    return found


def dates(text):
    """Every date with month and day, as (month, day)."""
    low = plain(text)
    found = []
    for m in _DATE.finditer(low):
        month, day = _date_of(m)
        if 1 <= month <= 12 and 1 <= day <= 31:
            found.append(Found((month, day), _negated(low, m.start())))
    return found


def _date_of(match):
    name1, day1, day2, name2, slash1, slash2 = match.groups()
    if name1:
        return _MONTH_NAMES[name1], int(day1)
    if name2:
        return _MONTH_NAMES[name2], int(day2)
    return int(slash1), int(slash2)


def addresses(text):
    """Every street address, as written."""
    return [Found(m.group().strip(" .,"), _negated(text, m.start())) for m in _STREET.finditer(text)]


FINDERS = {"order_id": orders, "email": emails, "charged": dates, "new_address": addresses}


def choose(found, current):
    """The value meant: not a negated one, and in a correction not the one already known."""
    wanted = [f.value for f in found if not f.negated] or ([found[0].value] if len(found) == 1 else [])
    different = [value for value in wanted if value != current]
    if different:
        return different[-1]
    return wanted[-1] if wanted else None
