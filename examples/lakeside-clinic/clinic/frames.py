"""The forms of the reception. A frame looks at what is known and says the next step; it never reads text or words an answer."""
from dataclasses import dataclass, field
from typing import Optional

from clinic import dates

GIVE_UP_REFUSALS = 3   # a detail refused so often is not asked for again
GIVE_UP_ASKS = 6       # nor one that was asked for so often in vain
OPTIONAL = {"phone": 1, "time": 1, "day": 1}  # these may be left out, after so many refusals


@dataclass
class Step:
    """What comes next: ask for a slot, have something confirmed, report the outcome, or explain why nothing comes."""
    kind: str                    # "ask", "confirm", "done", "stuck", "declined"
    key: str                     # of the phrase
    slot: Optional[str] = None
    fields: dict = field(default_factory=dict)
    before: tuple = ()           # keys of phrases that go in front
    topic: Optional[str] = None  # the house rule behind this step, for objections


class Case:
    """What the patient has told, for all frames of one conversation."""

    def __init__(self):
        self.values = {}
        self.told_at = {}     # slot -> turn
        self.asked = {}       # slot -> how often
        self.refused = {}     # slot -> how often
        self.patient = None   # once the identity is checked
        self.tried = set()    # pairs that find_patient was asked for
        self.mismatch_told = False

    def get(self, slot):
        return self.values.get(slot)

    def gave_up(self, slot):
        return (self.refused.get(slot, 0) >= OPTIONAL.get(slot, GIVE_UP_REFUSALS)
                or self.asked.get(slot, 0) >= GIVE_UP_ASKS)


class Frame:
    name = ""
    identity = True        # needs to know who the patient is
    accepts_name = False   # ... and takes a name instead of the patient number
    slots = ()             # what it wants to know besides

    def __init__(self):
        self.agreed = False
        self.done = False
        self.outcome = None  # Step of kind "done", for later questions about it

    def next(self, case, systems, policies, bugs):
        if self.outcome:
            return self.outcome
        who = self.identify(case, systems, bugs)
        if who and who.kind == "ask":
            return who
        for slot in self.slots:
            if case.get(slot) is None and not case.gave_up(slot):
                step = ask(slot)
                if who and not case.mismatch_told:
                    case.mismatch_told = True
                    step.before = ("no_match", "meanwhile")
                return step
        return who or self.settle(case, systems, policies, bugs)

    def settle(self, case, systems, policies, bugs):
        """The step once all details are there."""
        raise NotImplementedError

    def identify(self, case, systems, bugs):
        """None once the patient is known, or the step that is missing for it."""
        if case.patient or not self.identity:
            return None
        if "skips-identity" in bugs and case.get("patient_id"):
            case.patient = {"id": case.get("patient_id"), "name": None}
            return None
        who = {}
        if case.get("patient_id"):
            who["patient_id"] = case.get("patient_id")
        elif not case.gave_up("patient_id"):
            return ask("patient_id")
        elif not self.accepts_name or (case.gave_up("name") and not case.get("name")):
            return Step("stuck", "need_identity", topic="identity")
        elif not case.get("name"):
            return ask("name")
        else:
            who["name"] = case.get("name")
        if not case.get("date_of_birth"):
            return Step("stuck", "need_identity", topic="identity") if case.gave_up("date_of_birth") else ask("date_of_birth")
        who["date_of_birth"] = case.get("date_of_birth")
        pair = tuple(who.values())
        if pair not in case.tried:
            case.tried.add(pair)
            found = systems.find_patient(**who)
            if found["found"]:
                case.patient = found
                return None
        return Step("stuck", "no_match", topic="identity")

    def may_act(self, bugs):
        """Nothing is booked, moved, cancelled or renewed before the patient has said yes."""
        return self.agreed or "acts-unasked" in bugs

    def finish(self, key, topic, **fields):
        self.done = True
        self.outcome = Step("done", key, fields=fields, topic=topic)
        return self.outcome

    def decline(self, key, topic, **fields):
        self.done = True
        self.outcome = Step("declined", key, fields=fields, topic=topic)
        return self.outcome

    def reject(self, case):
        """The patient said no to what was offered."""


def ask(slot):
    topics = {"patient_id": "identity", "date_of_birth": "identity", "name": "identity", "phone": "phone", "insurer": "copay"}
    return Step("ask", f"ask.{slot}", slot=slot, topic=topics.get(slot, "slots"))


class SlotFrame(Frame):
    """Finds a free slot near the wanted day and time and has it agreed."""

    def __init__(self):
        super().__init__()
        self.offer = None
        self.basis = None
        self.rejected = set()

    def find(self, case, systems):
        """The slot to offer, and whether it is what was asked for."""
        wanted, time = case.get("day"), case.get("time")
        basis = (str(wanted), time, len(self.rejected))
        if basis != self.basis:
            self.basis, self.agreed = basis, False
            free = [s for s in systems.list_slots(wanted_text(wanted), time) if s["id"] not in self.rejected]
            self.free = free
            self.offer = min(free, key=lambda slot: distance(slot, wanted, time), default=None)
        return self.offer

    def offer_key(self, case, wanted_key):
        """How to offer the slot: as what was wanted, as the nearest to it, or as the next after a no."""
        if self.rejected:
            return "offer_next"
        wanted = case.get("day")
        fits = wanted is None or wanted.matches(dates.date_of(self.offer["date"]))
        return wanted_key if fits else "offer_other"

    def taken(self, bugs):
        """The slot that is really booked."""
        if "wrong-slot" in bugs:
            others = [slot for slot in self.free if slot["id"] != self.offer["id"]]
            return others[-1] if others else self.offer
        return self.offer

    def reject(self, case):
        if self.offer:
            self.rejected.add(self.offer["id"])

    def reopen(self):
        """The patient wants another day after all."""
        self.done, self.outcome, self.agreed, self.basis = False, None, False, None
        self.rejected = set()


class Book(SlotFrame):
    name = "book"
    accepts_name = True
    slots = ("day", "time", "phone")

    def __init__(self):
        super().__init__()
        self.booked = None
        self.waitlist_agreed = False

    def settle(self, case, systems, policies, bugs):
        slot = self.find(case, systems)
        if slot is None:
            return self.settle_waitlist(case, systems)
        if not self.may_act(bugs):
            return Step("confirm", self.offer_key(case, "offer_slot"), fields=slot, topic="slots")
        slot = self.taken(bugs)
        if "skips-tool" in bugs:
            return self.finish("booked", "slots", date=slot["date"], time=slot["time"], booking=f"BK-{slot['id'][-3:]}")
        if self.booked:
            booking = systems.move_booking(self.booked["booking"], slot)
            return self.finish("moved", "slots", **booking)
        phone = {"phone": case.get("phone")} if case.get("phone") else {}
        self.booked = systems.book_slot(case.patient["id"], slot, **phone)
        return self.finish("booked", "slots", **self.booked)

    def settle_waitlist(self, case, systems):
        if not self.agreed:
            return Step("confirm", "offer_waitlist", topic="slots")
        systems.add_to_waitlist(case.patient["id"], wanted_text(case.get("day")))
        return self.finish("waitlisted", "waitlist")


class Move(SlotFrame):
    name = "move"

    def next(self, case, systems, policies, bugs):
        who = self.identify(case, systems, bugs)
        if who or self.outcome:
            return self.outcome or who
        booking = systems.booking()
        if not booking:
            return self.decline("no_booking", "slots")
        if policies.late(booking):
            return self.decline("move_too_late", "move_limit", date=booking["date"], time=booking["time"])
        for slot in ("day", "time"):
            if case.get(slot) is None and not case.gave_up(slot):
                return ask(slot)
        return self.settle(case, systems, policies, bugs)

    def settle(self, case, systems, policies, bugs):
        booking, slot = systems.booking(), self.find(case, systems)
        if slot is None:
            return self.decline("no_slot_to_move", "slots")
        if not self.may_act(bugs):
            return Step("confirm", self.offer_key(case, "offer_move"), fields={**slot, "old_date": booking["date"]}, topic="slots")
        slot = self.taken(bugs)
        if "skips-tool" in bugs:
            return self.finish("moved", "slots", booking=booking["id"], date=slot["date"], time=slot["time"])
        return self.finish("moved", "slots", **systems.move_booking(booking["id"], slot))


class Cancel(Frame):
    name = "cancel"
    kept = False  # the patient would rather not cancel after all

    def settle(self, case, systems, policies, bugs):
        booking = systems.booking()
        if not booking:
            return self.decline("no_booking", "cancellation_notice")
        about = {"date": booking["date"], "time": booking["time"]}
        late = policies.late(booking)
        topic = "late_fee" if late else "cancellation_notice"
        if self.kept:
            return self.finish("kept", topic, **about)
        if not self.may_act(bugs):
            return Step("confirm", "confirm_cancel_late" if late else "confirm_cancel", fields=about, topic=topic)
        if "skips-tool" not in bugs:
            systems.cancel_booking(booking["id"], policies.late_fee() if late else 0)
        return self.finish("cancelled_late" if late else "cancelled", topic, **about)

    def reject(self, case):
        self.kept = True


class Results(Frame):
    name = "results"

    def settle(self, case, systems, policies, bugs):
        result = systems.get_results(case.patient["id"])
        status = result.get("status")
        if status == "ready":
            return self.finish("results_ready", "results", **{k: result[k] for k in ("test", "date", "summary")})
        if status in ("pending", "discuss"):
            return self.decline(f"results_{status}", "results_time" if status == "pending" else "results", test=result["test"])
        return self.decline("results_none", "results")


class Renewal(Frame):
    name = "renewal"

    def settle(self, case, systems, policies, bugs):
        prescription = systems.prescription()
        if not prescription:
            return self.decline("renewal_none", "renewal")
        about = {"medicine": prescription["medicine"]}
        if not prescription.get("renewable", True):
            return self.decline("renewal_needs_visit", "renewal", **about)
        if not self.may_act(bugs):
            return Step("confirm", "confirm_renewal", fields=about, topic="renewal")
        if "skips-tool" not in bugs:
            systems.request_renewal(case.patient["id"], prescription)
        return self.finish("renewed", "renewal_time", **about)

    def reject(self, case):
        self.finish("renewal_left", "renewal")


class Price(Frame):
    name = "price"
    identity = False
    slots = ("insurer",)

    def settle(self, case, systems, policies, bugs):
        insurer = case.get("insurer")
        quote = systems.quote_price("visit", insurer)
        if insurer is None:
            return self.finish("price_plain", "visit_price")
        if quote["you_pay"] is None:
            return self.finish("price_unknown", "visit_price", insurer=insurer)
        return self.finish("price_insured", "copay", insurer=insurer)


FRAMES = {frame.name: frame for frame in (Book, Move, Cancel, Results, Renewal, Price)}


def wanted_text(day):
    if day is None:
        return "any"
    if day.day is None:
        return dates.WEEKDAY_NAMES["en"][day.weekday]
    return f"2026-{day.month:02d}-{day.day:02d}"


def distance(slot, wanted, time):
    """How far a slot is from what was asked for: by day first, then by time of day."""
    date, clock = dates.date_of(slot["date"]), dates.minutes(slot["time"])
    days = 0 if wanted is None or wanted.matches(date) else 100
    if days and wanted.day is not None:
        days = abs((date - date.replace(month=wanted.month, day=wanted.day)).days)
    off = 0
    if time == "morning":
        off = 0 if clock < 12 * 60 else 1
    elif time == "afternoon":
        off = 0 if clock >= 12 * 60 else 1
    elif time and ":" in time:
        off = abs(clock - dates.minutes(time)) / 1440
    return (days, off, slot["date"], clock)
