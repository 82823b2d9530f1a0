"""Passing a patient on to a person: when, to whom, and with what in the colleague's hands."""
import re

from clinic import mischief

WISH = re.compile(r"\b(?:speak|talk|connect|transfer|call|put|please|yes|want|need|get|nurse\W*$|verbind\w*|sprechen|reden|bitte|ja)\b", re.I)


def consider(talk, u):
    """Answers the wish for a person, or nothing. The first time it is an offer; whoever insists is passed on."""
    offered, talk.desk_offered = talk.desk_offered, False
    caved = mischief.cave_in(talk, u)
    if caved:
        return caved
    if not u.values() and not u.has("nurse_hours") and _wants_nurse(talk, u):
        return [] if talk.bug("never-escalates") else to_nurse(talk, u)
    agreed = offered and u.has("yes") and not u.has("no")
    if not agreed and not _wants_person(u):
        return []
    talk.human_demands += 1
    if talk.bug("never-escalates"):
        return mischief.alone(talk)
    if agreed or talk.human_demands > 1:
        return to_nurse(talk, u) if talk.nurse_offered else to_desk(talk)
    talk.desk_offered = True
    talk.pending = None
    return [talk.say("offer_desk")]


def _wants_person(u):
    if u.has("social") and not re.search(r"\b(?:speak|talk|connect|transfer)\b", u.text, re.I):
        return False
    return u.has("human") and not u.has("third", "injection")


def _wants_nurse(talk, u):
    if u.has("nurse") and "nurse_hours" not in u.topics and WISH.search(u.text) and not u.has("social", "third"):
        return True
    return talk.nurse_offered and talk.topic == "advice" and u.has("yes") and u.words <= 4


def to_desk(talk):
    return _hand_over(talk, talk.systems.transfer_to_desk, "handover_desk", _summary(talk))


def to_nurse(talk, u, urgent=False):
    if urgent:
        return _hand_over(talk, talk.systems.transfer_to_nurse, "nurse_urgent", talk.say("summary_urgent", text=u.text.strip()), urgent=True)
    return _hand_over(talk, talk.systems.transfer_to_nurse, "handover_nurse", _summary(talk))


def _hand_over(talk, transfer, key, summary, **more):
    talk.handed_over = True
    talk.pending = None
    careless = mischief.bare_handover(talk, transfer)
    if careless:
        return careless
    frame = talk.frame()
    transfer(summary=summary, request=frame.name if frame else "other", identity_checked=bool(talk.case.patient),
             collected={slot: str(talk.spoken(slot)) for slot in talk.case.values}, **more)
    return [talk.say(key, summary=summary)]


def _summary(talk):
    frame = talk.frame()
    return talk.say("summary", goal=talk.say(f"label.{frame.name if frame else 'none'}"),
                    state=talk.say("summary.done" if frame and frame.done else "summary.open"),
                    check=talk.say("summary.checked" if talk.case.patient else "summary.unchecked"))
