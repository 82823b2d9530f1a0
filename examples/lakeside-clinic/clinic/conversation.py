"""What a conversation remembers, and how it speaks. The decisions are in receptionist.py."""
import re

from clinic import dates, mischief
from clinic.frames import Case
from clinic.policies import Policies
from clinic.tools import ClinicSystems
from clinic.wording import PHRASES, Wording

# Side questions whose answer depends on what the patient is here for.
BY_FRAME = {
    "appointment_length": {"renewal": "renewal_time", "results": "results_time", "cancel": "at_once", "move": "at_once"},
    "visit_price": {"renewal": "renewal_price", "results": "results_price"},
}


class Conversation:
    def __init__(self, context, bugs=frozenset()):
        self.systems = ClinicSystems(context)
        self.policies = Policies(self.systems.house)
        self.bugs = bugs
        self.wording = Wording()
        self.case = Case()
        self.frames = []
        self.language = None
        self.turn = 0
        self.pending = None          # the question the last answer ended with
        self.topic = None            # the house rule talked about last, for objections
        self.greeted = False
        self.upset = False
        self.objections = 0
        self.human_demands = 0
        self.desk_offered = False    # the last answer offered a colleague
        self.nurse_offered = False   # some answer offered the nurse line
        self.declined = False
        self.handed_over = False
        self.ended = False
        self.last = None
        self.mischief = {}           # what planted bugs remember

    def bug(self, *names):
        return any(name in self.bugs for name in names)

    def frame(self):
        """The form under way: the newest that is open, else the newest."""
        for frame in reversed(self.frames):
            if not frame.done:
                return frame
        return self.frames[-1] if self.frames else None

    def expects(self, slot):
        return bool(self.pending) and self.pending.slot == slot

    def choose_language(self, u):
        hint = self.systems.customer.get("language")
        if self.language is None:
            self.language = u.language or (hint if hint in PHRASES else None)
        spoken = self.language or u.language or "en"
        self.speaks = mischief.tongue(self, spoken)

    def year_of_slots(self, day):
        year = int(str(self.systems.house.get("today", "2026"))[:4])
        return dates.date_of(f"{year}-{day.month:02d}-{day.day:02d}")

    # Speaking

    def say(self, key, **fields):
        language = getattr(self, "speaks", None) or self.systems.customer.get("language") or "en"
        known = self.policies.fields(language, lambda amount: mischief.amount(self, amount, language))
        known.update(self.as_words(fields, language))
        return self.wording.say(language, key, known)

    @staticmethod
    def as_words(fields, language):
        words = dict(fields)
        for name, target in (("date", "day"), ("old_date", "old_day")):
            if name in fields:
                words[target] = dates.say_day(fields[name], language)
        return words

    def spoken(self, slot):
        value = self.case.get(slot)
        if slot != "day":
            return value
        if value.day is None:
            return dates.WEEKDAY_NAMES[self.speaks][value.weekday]
        return dates.say_day(self.year_of_slots(value).isoformat(), self.speaks)

    def word(self, step, again=False):
        if step.topic:
            self.topic = step.topic
        if step.kind == "ask":
            self.case.asked[step.slot] = self.case.asked.get(step.slot, 0) + 1
        if step.kind in ("declined", "stuck"):
            self.declined = True
        key = f"status.{step.key}" if again and f"status.{step.key}" in PHRASES["en"] else step.key
        return [self.say(part) for part in step.before] + [self.say(key, **step.fields)]

    def rule(self, topic):
        self.topic = topic
        return self.say(f"rule.{topic}")

    def topics_of(self, u):
        """The house rules a message asks for, most specific first."""
        frame = self.frame()
        name = frame.name if frame else None
        topics = [topic for topic in u.topics if not (topic == "visit_price" and len(u.topics) > 1)]
        if name == "price" and not frame.done:
            topics = [topic for topic in topics if topic not in ("visit_price", "copay")]
        if name == "cancel":
            booking = self.systems.booking()
            fee = "late_fee" if booking and self.policies.late(booking) else "cancellation_notice"
            topics = [fee if topic == "visit_price" else topic for topic in topics]
        named = re.search(r"\b(?:appointment|visit|termin)", u.text, re.I)
        return [topic if named and topic == "appointment_length" else BY_FRAME.get(topic, {}).get(name, topic) for topic in topics]

    def reply(self, parts, verbatim=False):
        language = getattr(self, "speaks", None) or self.systems.customer.get("language") or "en"
        text = parts[0] if verbatim else self.wording.finish(language, parts)
        self.last = text
        frame = self.frame()
        return {
            "message": text,
            "tools": self.systems.calls,
            "ended": self.ended,
            "metadata": {"form": frame.name if frame else None, "language": language, "identity_checked": bool(self.case.patient)},
        }

    def start_over(self):
        self.case, self.frames, self.pending, self.topic = Case(), [], None, None
