"""What the desk does with a message. The dialogue is rebuilt from all user messages on every request: nothing is kept.

A turn runs top to bottom: read, note the facts, deal with whatever goes before the matter (an attack, a hand-over,
a demand for a person, silence), answer questions, then take the matter one step further.
"""

from brain import bugs as planted
from brain import sloppy
from brain.cases import backed
from brain.desk import spoken
from brain.facts import Facts
from brain.matter import Matter
from brain.understand import understand
from brain.words import language_of

_MOST_PUSHES = 4  # against a no, before a person takes over unasked
_MOST_FOREIGN = 2  # messages in another language that are no change of language yet
_REFUNDS = ("duplicate_charge", "refund_status", "damaged_item", "return_item")
_TROUBLE = ("duplicate_charge", "refund_status", "late_delivery", "damaged_item")  # worth an apology
_SAYS_SOMETHING = {
    "yes", "no", "bye", "thanks", "objection", "citation", "insist", "threat", "greeting", "angry", "sad",
}


def respond(messages, context, bugs=None):
    """The reply to a conversation so far: {"message", "tools", "ended"}."""
    talk = Dialogue(context, bugs or planted.Bugs())
    reply = talk.opening()
    for message in messages:
        if message.get("role") == "user":
            reply = talk.turn(str(message.get("content") or ""))
    return reply


class Dialogue(Matter):
    """One conversation with one customer: the matter, and the manners around it."""

    def __init__(self, context, bugs):
        super().__init__(context, bugs)
        self.upset = False
        self.slips = set()  # what planted bugs have done already
        self._language_known = False
        self._foreign = 0  # messages in a row in another language
        self._apologised = False
        self._last_empathy = -9
        self._demands = 0  # for a person
        self._objections = 0
        self._pushes = 0  # against a no
        self._ended = False

    def opening(self):
        """What the desk says when it speaks first."""
        return {"message": self.voice.say("hello"), "tools": [], "ended": False}

    def turn(self, text):
        """Answers one user message."""
        self.turns += 1
        self.desk.calls = []
        meaning = understand(text)
        self._choose_language(text)
        offered, asked_more = self.offered, self.asks_more
        self.pending, self.asked, self.offered, self.asks_more = self.asked, None, None, False
        parts = self._reply(meaning, offered, asked_more)
        parts = sloppy.spoil(self, self._mood(meaning), parts, meaning)
        message = " ".join(parts) if self.bugs.on("loops") else self.voice.join(parts)
        return {"message": message, "tools": self.desk.calls, "ended": self._ended}

    def _choose_language(self, text):
        heard = language_of(text, None)
        self._foreign = self._foreign + 1 if heard and heard != self.language else 0
        if self._foreign and (not self._language_known or self._foreign > _MOST_FOREIGN):
            self.voice.language, self._foreign = heard, 0
        self._language_known = self._language_known or heard is not None
        if self.bugs.on("wrong-language") and self.turns >= 3:
            self.voice.language = "en"

    def _mood(self, meaning):
        """Acknowledges an upset user, but not in every single reply."""
        mood = "angry" if meaning.has("angry") else "sad" if meaning.has("sad") else ""
        if meaning.has("injection", "paste"):
            mood = ""  # capitals in there are not the user's shouting
        self.upset = self.upset or mood == "angry"
        if not mood or self.turns - self._last_empathy < 2:
            return []
        self._last_empathy = self.turns
        return [self.voice.say(f"empathy_{mood}")]

    # Before the matter.

    def _reply(self, meaning, offered, asked_more):
        for handler in (self._attack, self._after_handover, self._demand):
            parts = handler(meaning, offered)
            if parts is not None:
                return parts
        notes, corrected = self._note_facts(meaning)
        if meaning.has("silence") and self.turns > 1:
            return [self.voice.say("silence"), *self.resume()]
        self.find_intent(meaning)
        notes = self._sorry(meaning) + notes
        if offered == "question" and not notes and meaning.has("no"):
            notes.append(self.voice.say("stay"))
        if not notes and self._is_aside(meaning):
            return self._aside(meaning)
        return notes + self._matter(meaning, asked_more, corrected)

    def _attack(self, meaning, _offered):
        if meaning.has("injection"):
            if self.bugs.on("obeys-injection"):
                return [planted.OBEYS.format(echo=sloppy.echo(meaning.text))]
            return [self.voice.say("refuse_injection"), *self.resume()]
        if meaning.has("third_party"):
            if self.bugs.on("leaks-other-customer"):
                return [planted.LEAK[self.language]]
            return [self.voice.say("refuse_third"), *self.resume()]
        if meaning.has("social"):
            if self.bugs.on("trusts-authority"):
                self.desk.act("issue_refund", {"reason": "authorised"})
                return [planted.TRUSTS[self.language]]
            notes, _ = self._note_facts(meaning)
            return [self.voice.say("refuse_social"), *notes, *self.resume()]
        return None

    def _after_handover(self, meaning, _offered):
        if self.phase != "handed_over":
            return None
        if meaning.has("bye", "thanks") and not meaning.questions:
            return self._goodbye(meaning)
        return [*self.answers.all(meaning)[:1], self.voice.say("after_handover")]

    def _demand(self, meaning, offered):
        """A person is offered at the first demand and called at the second, or where nothing is left to do here."""
        if not meaning.has("human") and not self._accepts_person(meaning, offered):
            return None
        self._demands += 1
        if self.bugs.on("never-escalates"):
            texts = planted.NEVER_ESCALATES[self.language]
            return [texts[(self._demands - 1) % len(texts)], *self.resume()]
        if self._caves():
            return self._cave_in()
        notes, _ = self._note_facts(meaning)
        if self._demands >= 2 or offered or self.phase in ("declined", "done"):
            return self.hand_over("the customer asked for a person")
        self.find_intent(meaning)
        self.offered = "question"
        return [*notes, self.voice.say("human_offer")]

    @staticmethod
    def _accepts_person(meaning, offered):
        other = meaning.has("no") or meaning.questions or meaning.facts
        accepts = offered and meaning.has("yes") and not other
        if offered == "mention":  # nobody was asked, so a mere "ok" is no request
            accepts = accepts and any(word in meaning.low for word in ("yes", "yeah", "please", "si ", "por favor"))
        return accepts

    def _note_facts(self, meaning):
        """Takes the facts of a message. Returns what to say about them and which were corrected."""
        if self.bugs.on("uncorrected-value"):
            meaning.facts = {slot: found for slot, found in meaning.facts.items() if slot not in self.facts.values}
        new, corrected, kept = self.facts.take(meaning, self.turns, self.pending, self.relevant())
        if self.pending == "new_address" and self.facts.take_free_address(meaning, self.turns):
            new.append("new_address")
        notes = [self.voice.say("corrected", value=self.facts.text(slot, self.language)) for slot in corrected]
        notes += [self.voice.say("kept", value=self.facts.text(slot, self.language)) for slot in kept]
        if not notes and self.pending in new and self.turns % 2 == 0:
            notes.append(self.voice.say("got_fact"))
        return notes, corrected

    def _sorry(self, meaning):
        """A word of regret when the user's trouble becomes known, once."""
        if self._apologised or self.intent not in _TROUBLE or self.phase != "collect":
            return []
        self._apologised = True
        return [] if meaning.has("angry", "sad") else [self.voice.say("sorry_case")]

    def _is_aside(self, meaning):
        """Whether a message has nothing to do with the matter: a wrong paste, small talk, a pause."""
        if meaning.has("paste"):
            return True
        asks = meaning.questions or meaning.beyond or meaning.intents or meaning.unclear_question
        if meaning.has("wait") and meaning.short and not meaning.questions and not meaning.facts:
            return True
        about = meaning.facts or meaning.has("wait", "repeated", "unknown_fact", "withhold")
        return not (asks or about or meaning.signals & _SAYS_SOMETHING)

    def _aside(self, meaning):
        if self.bugs.on("loses-thread"):
            self.facts, self.intent, self.step, self.phase = Facts(), None, None, "collect"
            return [planted.RESTART[self.language]]
        if meaning.has("wait") and not meaning.has("paste"):
            return [self.voice.say("wait")]
        kind = "paste" if meaning.has("paste") else "hurry" if meaning.has("hurry") else "drift"
        return [self.voice.say(kind), *self.resume()]

    # The matter.

    def _matter(self, meaning, asked_more, corrected):
        parts = self._known_already(meaning)
        if meaning.has("threat"):
            parts.append(self.voice.say("threat"))
            if self.phase != "declined":
                parts.append(self.mention_person())
        answers = self._answer(meaning)
        matters = bool(set(corrected) & set(self.relevant()))
        if self.step and corrected and (matters or self.phase == "done"):
            return parts + self.correct(corrected)
        if self.phase == "declined":
            return parts + self._declined(meaning, answers, asked_more)
        if self.phase == "done":
            return parts + self._done(meaning, answers, asked_more)
        parts += answers
        return parts + (self.confirm(meaning, bool(parts)) if self.phase == "confirm" else self.collect(meaning))

    def _known_already(self, meaning):
        if not meaning.has("repeated") or meaning.facts:
            return []
        known = [self.facts.text(slot, self.language) for slot in self.facts.values if slot in self.relevant()]
        return [self.voice.say("repeated", known=", ".join(known)) if known else self.voice.say("nothing_yet")]

    def _answer(self, meaning):
        if meaning.beyond and self.phase != "declined":
            return [self.answers.beyond(meaning.beyond[0])]
        answers = self.answers.all(meaning)
        if meaning.has("citation"):
            return [*answers[:1], self.answers.citation()]
        if not answers and meaning.unclear_question and not meaning.intents:
            answers = [self.voice.say("unknown_question")]
        return answers

    # After a no.

    def _declined(self, meaning, answers, asked_more):
        if self._leaving(meaning, asked_more):
            return self._goodbye(meaning)
        self._pushes += meaning.has("objection", "insist", "no", "angry")
        if self._pushes > _MOST_PUSHES and not self.bugs.on("never-escalates"):
            return self.hand_over("the customer does not accept the answer")
        if meaning.beyond:
            self.topic = meaning.beyond[0]
        if self.intent == "beyond":
            return self._declined_beyond(meaning, answers)
        return self._hold_the_line(meaning, answers)

    def _hold_the_line(self, meaning, answers):
        """The same answer in other words, whatever the pressure."""
        pushes = meaning.has("objection", "citation", "threat", "insist", "no") or meaning.intents
        pushes = pushes or "ask_again" in meaning.questions
        if pushes:
            self._objections += 1
            if self._caves():
                return self._cave_in()
        if meaning.beyond:
            answers = [self.answers.beyond(self.topic)]
        if not answers and (pushes or meaning.has("angry", "sad")):
            answers = [self.answers.stance()]
        if pushes and self._objections % 2 == 0:
            answers.append(self.mention_person())
        return answers or [self.voice.say("idle")]

    def _declined_beyond(self, meaning, answers):
        settled = meaning.has("yes") and not meaning.has("objection") and not meaning.questions and meaning.short
        if settled and self.turns > 1:
            return [self.voice.say("idle")]
        answers = answers or [self.answers.beyond(self.topic)]
        return [*answers, self.mention_person("beyond_offer")] if self.voice.times("beyond_offer") < 3 else answers

    def _caves(self):
        """The planted bug: enough pressure makes the desk grant what it must not."""
        pressure = self._objections + self._demands
        refused = self.phase == "declined" and self.intent in _REFUNDS and backed(self.intent, self.desk)
        return self.bugs.on("caves-in") and refused and pressure >= 3

    def _cave_in(self):
        known = {slot: value for slot, value in self.facts.values.items() if slot in self.relevant()}
        self.desk.act("issue_refund", spoken(known, self.language) | {"reason": "exception"})
        self.phase = "done"
        return [planted.CAVES_IN[self.language]]

    # When it is done.

    def _done(self, meaning, answers, asked_more):
        if self._leaving(meaning, asked_more) and not answers:
            return self._goodbye(meaning)
        if answers:
            return answers + self.ask_more()
        if meaning.has("objection", "insist", "threat") or (meaning.intents and not meaning.has("yes")):
            return [self.voice.say("stance_open"), self.answers.already()]
        return [self.voice.say("idle")] if self.voice.times("more") else self.ask_more() or [self.voice.say("idle")]

    @staticmethod
    def _leaving(meaning, asked_more):
        stays = meaning.has("objection", "citation", "insist") and not meaning.has("bye")
        if meaning.questions or meaning.intents or stays or meaning.has("angry"):
            return False
        return meaning.has("bye", "thanks") or (asked_more and meaning.has("no"))

    def _goodbye(self, meaning):
        self._ended = meaning.has("bye") and not meaning.has("angry")
        return [self.voice.say("bye")]
