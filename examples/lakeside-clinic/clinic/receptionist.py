"""One conversation with a patient: what is known, what the patient just did, and what to answer.

`answer` rebuilds the conversation from the messages of the request, so the service keeps no memory of its own.
"""
from clinic import handover, mischief
from clinic.conversation import Conversation
from clinic.frames import FRAMES, OPTIONAL, Book, SlotFrame
from clinic.guards import guard
from clinic.understanding import understand

APPOINTMENTS = {"book", "move", "cancel"}


def answer(request, bugs=frozenset()):
    """The reply to the last message of a request in the default wire form."""
    reception = Receptionist(request.get("context") or {}, bugs)
    reply = None
    for message in request.get("messages") or []:
        if message.get("role") == "user":
            reply = reception.hear(str(message.get("content", "")))
        elif reply is None:
            reception.greeted = True
    return reply or reception.greet()


class Receptionist(Conversation):
    def greet(self):
        self.greeted = True
        return self.reply([self.say("hello"), self.say("ask_intent")])

    def hear(self, text):
        self.turn += 1
        self.ended = False
        self.systems.calls = []
        utterance = understand(text)
        self.choose_language(utterance)
        repeated = mischief.stuck_record(self)
        parts = [repeated] if repeated else self.respond(utterance)
        if not self.greeted and not repeated:
            parts.insert(0, self.say("hello"))
        self.greeted = True
        return self.reply(parts, verbatim=bool(repeated))

    def respond(self, u):
        if self.handed_over:
            return [self.say("after_handover")]
        if u.has("urgent") and not self.bug("misses-urgency"):
            return handover.to_nurse(self, u, urgent=True)
        forgotten = mischief.lost_thread(self, u)
        if forgotten:
            return forgotten
        taken = [] if u.noise else self.take_values(u)
        self.open_frame(u)
        feelings = self.feelings(u)
        person = handover.consider(self, u)
        if person:
            return feelings + person
        parts = guard(self, u)
        if not parts:
            self.take_consent(u)
            if self.wants_to_go(u):
                return feelings + self.part(u)
            parts = self.comment(u, taken)
        spoken = feelings + taken + parts
        return spoken + self.go_on(u, parts) or [self.say("ask_more")]

    # What the patient told

    def take_values(self, u):
        """Notes the values of a message; returns what to say about those that replaced earlier ones."""
        if u.has("third"):
            return []
        frame, changed = self.frame(), []
        if not self.case.patient:
            changed += self.take("patient_id", u.patient_ids) + self.take("date_of_birth", u.births)
            changed += self.take("name", self.expected_name(u))
        if self.case.get("phone") is None or self.expects("phone") or u.has("correction"):
            changed += self.take("phone", [u.phone] if u.phone else [])
        changed += self.take("insurer", self.expected_insurer(u))
        if not frame or frame.name in APPOINTMENTS:
            changed += self.take_wishes(u, frame)
        return [self.say(f"corrected.{slot}", value=self.spoken(slot)) for slot in changed[:2]]

    def take_wishes(self, u, frame):
        """Day and time. A booking that is already made moves only for a plain correction."""
        settled = frame is not None and frame.done
        if settled and not (u.has("correction") and u.days):
            return []
        changed = []
        days = [day for day in u.days if not self.same_day(day)]
        if self.expects("day") or u.words <= 6 or u.has("correction") or any(day.day for day in days):
            changed = self.take("day", days)
        if u.time and not settled and (self.case.get("time") is None or u.has("correction") or self.pending):
            changed += self.take("time", [u.time])
        if changed and settled and frame.outcome and frame.outcome.key in ("booked", "moved"):
            frame.reopen()
        return changed

    def take(self, slot, values):
        """The latest value wins. Returns [slot] when it replaces another one."""
        old = self.case.get(slot)
        values = [value for value in values if value != old]  # "14 May was wrong, it is 12 May": the new one is meant
        if not values:
            return []
        if old is not None and self.bug("uncorrected-value"):
            return []
        self.case.values[slot] = values[-1]
        self.case.told_at[slot] = self.turn
        return [slot] if old is not None else []

    def same_day(self, day):
        old = self.case.get("day")
        if old is None or day.weekday is None or old.day is None:
            return old is not None and day[:4] == old[:4]
        return old.day is not None and self.year_of_slots(old).weekday() == day.weekday

    def expected_name(self, u):
        if not self.expects("name"):
            return []
        bare = u.text.strip() if 2 <= u.words <= 3 and not u.signals and u.text.replace(" ", "").isalpha() else None
        return [value for value in (u.name or bare,) if value]

    def expected_insurer(self, u):
        if u.insurer:
            return [u.insurer]
        bare = self.expects("insurer") and u.words <= 2 and not u.signals and u.text.replace(" ", "").isalpha()
        return [u.text.strip().title()] if bare else []

    def open_frame(self, u):
        """A new wish opens a new form; an older one that is not finished waits beneath it."""
        current = self.frame()
        if not u.intent or u.has("third") or u.has("advice", "injection"):
            return
        if current is None:
            self.frames.append(FRAMES[u.intent]())
        elif isinstance(current, Book) and not current.offer and u.intent in ("move", "cancel") and not u.topics:
            self.frames[self.frames.index(current)] = FRAMES[u.intent]()  # "an appointment" turns out to be an old one
        elif u.intent == current.name or u.topics or u.has("object", "cite") or self.pending:
            return
        elif isinstance(current, Book) and current.done and u.intent == "move":
            self.case.values.pop("day", None)
            self.case.asked["day"] = 0
            current.reopen()
        elif current.done or not {u.intent, current.name} <= APPOINTMENTS:
            if not any(frame.name == u.intent for frame in self.frames):
                self.frames.append(FRAMES[u.intent]())

    def take_consent(self, u):
        step, frame = self.pending, self.frame()
        if not step or step.kind != "confirm" or not frame:
            return
        doubtful = u.has("object", "cite") or (u.has("angry") and not u.has("yes"))
        if u.has("no") and not u.values():
            frame.reject(self.case)
        elif not doubtful and (u.has("yes") or self.repeats_the_wish(u, frame)):
            frame.agreed = True

    def repeats_the_wish(self, u, frame):
        """"just book it", or the agreed day once more: also a yes. A day alone is none where no day is chosen."""
        chosen = isinstance(frame, SlotFrame) and bool(u.days or u.time)
        return u.intent == frame.name or (chosen and not u.has("no", "correction"))

    # What the patient feels, asks and doubts

    def feelings(self, u):
        if u.has("angry", "repeat_complaint", "anxious", "impatient"):
            self.upset = True
        wrong_tone = mischief.tone(self, u)
        if wrong_tone:
            return wrong_tone
        if u.has("repeat_complaint") and u.values():
            return [] if u.has("correction") else [self.say("feel.repeated")]
        for signal in ("angry", "anxious", "impatient"):
            if u.has(signal):
                return [self.say(f"feel.{signal}")]
        return [self.say("feel.angry")] if u.has("repeat_complaint") else []

    def comment(self, u, taken):
        """What to say about a message before going on: answers, reasons, or that it was not understood."""
        kept_back = self.about_refused_detail(u)
        if kept_back is not None:
            return kept_back
        if self.topics_of(u) or u.silent or u.noise or u.has("impatient"):
            early = mischief.hasty(self)
            if early:
                return early
        if self.topics_of(u):
            return [self.rule(topic) for topic in self.topics_of(u)[:2]] + ([self.say("source")] if u.has("cite") else [])
        frame = self.frame()
        if frame and frame.done and u.intent == frame.name and not u.has("cite"):
            return []
        answered = self.turn in self.case.told_at.values()
        if u.has("object", "cite") and not taken and not answered and not (u.values() and u.has("correction")) and (self.topic or self.frame()) and self.turn > 1:
            return self.stand_by_the_rule(u)
        if u.has("conflict") and not taken and not u.values():
            return [self.say("unchanged")] + ([self.rule(self.topic)] if self.topic else [])
        if u.has("again"):
            return [self.rule(self.topic)] if self.topic else [self.say("on_it")]
        if u.has("may_ask"):
            return [self.say("ask_ahead")]
        if u.silent:
            return [self.say("silence")]
        if u.noise:
            return [self.say("noise")]
        if self.turn == 1 or u.values() or answered or u.has("yes", "no", "thanks", "angry", "anxious", "impatient", "repeat_complaint", "greeting"):
            return []
        if u.intent:
            return [self.say("on_it")] if self.frame() and not self.frame().done and self.pending else []
        if self.frame() is None and self.nurse_offered:
            return [self.say("refuse.advice")]
        if "?" in u.text and u.words > 2:
            return [self.say("dont_know")]
        return mischief.hasty(self) or [self.say("drift" if u.words > 3 else "misunderstood")]

    def about_refused_detail(self, u):
        """The detail that was asked for did not come: count it, say what it is for. None when it is not about that."""
        step = self.pending
        if not step or step.kind != "ask" or self.case.told_at.get(step.slot) == self.turn:
            return None
        slot = step.slot
        if (u.has("refuse_fact", "dont_know") and not u.intent) or (u.has("no") and slot in OPTIONAL and not u.values()):
            self.case.refused[slot] = self.case.refused.get(slot, 0) + 1
        elif slot == "day" and u.has("any_day"):
            self.case.refused[slot] = 1
        else:
            return None
        if self.case.gave_up(slot):
            return [self.say(f"optional_left_out.{slot}")] if slot in OPTIONAL else []
        return [self.say(f"why.{slot}")]

    def stand_by_the_rule(self, u):
        self.objections += 1
        parts = [self.say("see_why")] if not u.has("angry", "anxious") else []
        if self.topic is None:
            return parts
        parts.append(self.rule(self.topic))
        if u.has("cite"):
            parts.append(self.say("source"))
        elif self.objections > 1:
            parts.append(self.say("stands"))
        return parts

    # Where it goes from here

    def go_on(self, u, said):
        """The next step of the open form, worded."""
        self.pending = None
        if mischief.forgets(self):
            return [self.say("ask.date_of_birth")]
        if self.handed_over or self.ended:
            return []
        frame = self.frame()
        if frame is None:
            return self.without_frame(u, said)
        known = frame.done
        step = frame.next(self.case, self.systems, self.policies, self.bugs)
        if step.kind in ("ask", "confirm"):
            self.pending = step
        if step.key == "confirm_cancel_late" and u.has("object", "cite") and said:
            return [self.say("await_yes")]  # whoever argues about the fee is not pressed for a yes
        insisting = step.kind == "declined" and u.has("object", "cite")
        if known and said and not insisting:
            return []
        return self.word(step, again=known) + ([] if known else self.after(step))

    def without_frame(self, u, said):
        if self.nurse_offered:
            return [] if said else [self.say("refuse.advice")]
        return [self.say("ask_intent")]

    def after(self, step):
        if step.kind == "done":
            unfinished = [frame for frame in self.frames if not frame.done]
            if unfinished:
                return self.word(unfinished[-1].next(self.case, self.systems, self.policies, self.bugs))
            return mischief.invention(self) + [self.say("ask_more")]
        return []

    def wants_to_go(self, u):
        if u.words > 12 or u.noise or u.topics or u.intent or u.values() or u.has("object", "cite", "angry", "conflict", "may_ask"):
            return False
        frame = self.frame()
        settled = frame is None or frame.done
        if settled and self.turn > 1 and (frame or self.declined):
            return u.has("bye", "no") or (u.has("thanks") and u.words <= 6) or (u.has("yes") and u.words <= 4 and "?" not in u.text)
        return u.has("bye") and u.words <= 6 and not self.pending and not u.noise

    def part(self, u):
        frame = self.frame()
        self.ended = u.has("bye", "no") and not (frame and not frame.done)
        open_end = frame is not None and not frame.done
        return [self.say("close_open" if open_end else "close")]
