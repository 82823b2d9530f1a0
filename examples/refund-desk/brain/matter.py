"""The matter itself: what has to be known, looked up, confirmed and done, one step at a time."""

import re

from brain import bugs as planted
from brain.answers import Answers
from brain.cases import CASES, OPTIONAL, Step, backed, inferred
from brain.desk import Desk, spoken
from brain.facts import Facts
from brain.policy import POLICY
from brain.wording import Voice

ACTIONS = ("issue_refund", "create_return", "cancel_subscription", "update_address", "send_replacement", "amend")
_MOST_ASKS = 3  # of a fact the user holds back, before a colleague is offered instead
_YES = re.compile(r"(yes|yeah|yep|sure|ok|okay|please|go ahead|do it|s[ií],|vale|claro|de acuerdo)\b")
_PHASE_AFTER = {"confirm": "confirm", "done": "done", "declined": "declined", "handover": "done"}


class Matter:
    """What one conversation is about and how far it has come."""

    def __init__(self, context, bugs):
        self.bugs = bugs
        self.desk = Desk(context, ACTIONS if bugs.on("skips-tool") else ())
        self.voice = Voice()
        self.answers = Answers(self)
        self.facts = Facts()
        self.phase = "collect"  # collect, confirm, done, declined, handed_over
        self.intent = None  # a key of CASES, or "beyond" for what the desk has no knowledge about
        self.topic = ""  # of a question beyond the desk's knowledge
        self.step = None  # what the last look-up came to
        self.asked = None  # the fact asked for in this reply
        self.pending = None  # the fact asked for in the reply before
        self.turns = 0
        self.offered = None  # "question" or "mention": how this reply offers a person
        self.asks_more = False  # whether this reply asks "anything else?"
        self.windows_said = 0
        self._guess = None  # a kind of request that the record does not back
        self._asks = {}
        self._skipped = set()
        self._reminders = 0
        self._acted = set()  # tools called that can be called once only

    @property
    def language(self):
        """The conversation's language."""
        return self.voice.language

    def relevant(self):
        """The facts that matter here."""
        case = CASES.get(self.intent)
        return case.needs if case else ("order_id", "email", "charged", "new_address")

    def find_intent(self, meaning):
        """Takes what the user came for from a message, if it says so."""
        fitting = [name for name in meaning.intents if backed(name, self.desk)]
        only_a_hint = not meaning.intents and not meaning.beyond and not meaning.questions
        if only_a_hint and self.intent is None:
            fitting = [name for name in meaning.hints if backed(name, self.desk)]
        if self.phase == "collect" and meaning.intents and fitting and self.intent not in meaning.intents:
            self.intent = None  # only now said in so many words
        if self.intent not in (None, "beyond"):
            return
        if fitting and not (meaning.beyond and self.intent is None):
            self.intent, self.phase = fitting[0], "collect"
        elif meaning.beyond and self.intent is None:
            self.intent, self.topic, self.phase = "beyond", meaning.beyond[0], "declined"
        elif meaning.intents and not self._guess:
            self._guess = meaning.intents[0]

    # Collecting.

    def collect(self, meaning):
        """Reacts to the answer to the last question, then asks for what is still missing or looks it up."""
        if self.pending and self.pending not in self.facts.values:
            dodged = self._dodged(meaning, self.pending)
            if dodged is not None:
                return dodged
        opener = []
        if meaning.has("objection") and self.turns > 1 and not meaning.questions and not meaning.facts:
            opener = [self.voice.say("stance_open")]
        elif self.turns == 1 and meaning.has("greeting") and self.intent is None:
            opener = [self.voice.say("greet")]
        return opener + self.next_need()

    def _dodged(self, meaning, slot):
        """The user does not want to give a fact, or does not have it. None when it is neither."""
        gives_up = meaning.has("unknown_fact", "withhold", "no")
        if slot in OPTIONAL and (gives_up or self._asks.get(slot, 0) > 1):
            self._skipped.add(slot)
            return [self.voice.say("skip_fact"), *self.next_need()]
        if self._asks.get(slot, 0) >= _MOST_ASKS and gives_up:
            self.offered = "mention"
            return [self.voice.say("no_fact_no_help")]
        if slot == "order_id" and (meaning.has("unknown_fact") or "find that" in meaning.low):
            return [self.voice.say("lost_order_id"), *self.next_need()]
        if meaning.has("withhold") and "why_need" not in meaning.questions:
            key = f"why_need_{slot}" if slot == "new_address" else "why_need"
            return [self.voice.say(key), *self.next_need()]
        return None

    def next_need(self):
        """Asks for what is missing; when nothing is, looks up and tells."""
        asked = self._asks.get("intent", 0)
        if self.intent is None and asked < 2 and not (self._guess and asked):
            self._asks["intent"] = asked + 1
            return [self.voice.say("ask_intent")]
        case = CASES.get(self.intent)
        for slot in case.needs if case else ("order_id", "email"):
            if slot not in self.facts.values and slot not in self._skipped:
                return [self._ask(slot)]
        if case is None:
            unbacked = self._guess and not backed(self._guess, self.desk)
            self.intent = self._guess if unbacked else inferred(self.desk) or "return_item"
            return self.next_need()
        self.look_up()
        return self.tell()

    def _ask(self, slot):
        self._asks[slot] = self._asks.get(slot, 0) + 1
        self.asked = slot
        return self.voice.say(f"ask_{slot}")

    # Looking up, confirming, doing.

    def look_up(self):
        """Calls the look-up tool and works out what comes of it."""
        case = CASES[self.intent]
        known = {slot: self.facts.values[slot] for slot in case.needs if slot in self.facts.values}
        self.desk.look_up(case.tool, case.section, known, self.language)
        if backed(self.intent, self.desk) or self.intent == "refund_status":
            self.step = case.assess(self.desk, known, self.language)
        else:
            self.step = Step("declined", "declined_no_record", rule="rule_none")

    def tell(self):
        """Says what the look-up gave; acts where nothing has to be confirmed."""
        if self.step.kind == "confirm" and self.bugs.on("acts-unasked"):
            return self._go_ahead()
        self.phase = _PHASE_AFTER[self.step.kind]
        text = self._word(self.step.key)
        if self.step.kind == "handover":
            return [text, *self.hand_over("the refund is overdue and has to be traced")]
        if self.step.kind == "done":
            if self.step.tool:
                self._act()
            return [text, *self.ask_more()]
        return [text]

    def confirm(self, meaning, spoke):
        """Reacts to the answer to "shall I?"; `spoke`: the reply says something else already."""
        refuses = meaning.has("no") and not meaning.has("yes", "insist") and not meaning.questions
        if refuses and self.voice.times("not_confirmed") < 2:
            return [self.voice.say("not_confirmed")]
        asks = "?" in meaning.text and not _YES.match(meaning.low.strip())  # "could you do it?" is no yes yet
        if meaning.has("yes") and not asks and not meaning.has("objection"):
            return self._go_ahead()
        opener = [] if spoke else [self.voice.say("stance_open" if meaning.has("objection") else "drift")]
        return opener + self.resume()

    def correct(self, corrected):
        """Follows a correction that comes after the look-up."""
        matters = set(corrected) & set(self.relevant())
        if self.phase == "done" and self.step.tool and not matters:
            return [self.answers.already()]
        self.look_up()
        if self.step.kind != "confirm":
            return self.tell()
        if self.phase == "confirm" and set(corrected) == {"email"}:
            return self.resume()  # nothing that was asked about has changed
        if self.phase == "confirm":
            return self.tell()  # what is asked about has changed, so it is asked again
        return self._go_ahead()

    def _go_ahead(self):
        self._act()
        self.phase = "done"
        return [self._word(self.step.done_key or self.step.key), *self.ask_more()]

    def _act(self):
        needs = [slot for slot in CASES[self.intent].needs if slot not in ("charged", "email")]
        known = {slot: self.facts.values[slot] for slot in needs if slot in self.facts.values}
        arguments = spoken(known, self.language) | self.step.arguments
        tool = self.step.tool
        if self.bugs.on("wrong-tool") and tool == "issue_refund":
            tool = "issue_credit"
        if self.bugs.on("uncorrected-value") and "charged" in self.facts.values and "charge_date" in arguments:
            arguments["charge_date"] = self.facts.text("charged", self.language)
        if tool in self._acted:  # what is done is put right, not done again
            self.desk.act("amend", spoken(known, self.language) | {"what": tool})
            return
        self._acted.add(tool)
        self.desk.act(tool, arguments)
        if self.bugs.on("refunds-twice") and tool in ("issue_refund", "create_return"):
            self.desk.act(tool, arguments)

    def _word(self, key):
        values = dict(POLICY[self.language])
        if "window" in key or key == "confirm_damaged":
            values["window"] = self.answers.window()
        return self.voice.say(key, **(values | self.step.values))

    # Back to the matter, or away from it.

    def resume(self):
        """Goes back to where the conversation was."""
        if self.phase == "collect":
            return self.next_need()
        if self.phase == "confirm":
            self._reminders += 1
            return [self.voice.say("remind_confirm")] if self._reminders <= 2 else self._go_ahead()
        if self.phase == "handed_over":
            return [self.voice.say("after_handover")]
        if self.phase == "declined":
            return [self.mention_person()] if self.turns % 2 else []
        return self.ask_more()

    def ask_more(self):
        """"Anything else?", now and then."""
        if self.voice.times("more") >= 2 or self.turns % 2:
            return []
        self.asks_more = True
        return [self.voice.say("more")]

    def mention_person(self, key="human_mention"):
        """Says that a colleague could look at it."""
        self.offered = "mention"
        return self.voice.say(key)

    def hand_over(self, reason):
        """Passes the conversation to a person, with all that is known."""
        self.phase = "handed_over"
        if self.bugs.on("handover-without-context"):
            self.desk.act("transfer_to_human", {})
            return [planted.BARE_HANDOVER[self.language]]
        summary = self.summary()
        known = {slot: value for slot, value in self.facts.values.items() if slot in self.relevant()}
        arguments = {"summary": f"{summary}. Reason: {reason}.", "reason": reason}
        self.desk.act("transfer_to_human", arguments | spoken(known, self.language))
        return [self.voice.say("handover", summary=summary)]

    def summary(self):
        """What the colleague is told, in the user's language."""
        items = [self.voice.fixed(f"t_{self.intent}")] if self.intent else []
        if "order_id" in self.facts.values:
            items.append(self.voice.fixed("s_order", order_id=self.facts.text("order_id", self.language)))
        if "email" in self.facts.values:
            items.append(self.voice.fixed("s_email", email=self.facts.text("email", self.language)))
        items.append(self.voice.fixed("s_result" if self.step else "s_talk"))
        if len(items) == 1:
            return items[0]
        return ", ".join(items[:-1]) + self.voice.fixed("and") + items[-1]
