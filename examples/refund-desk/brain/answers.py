"""Answers to side questions: from policy, from the customer's record, or an honest "I don't know"."""

from brain import bugs as planted
from brain.cases import CASES
from brain.desk import in_language
from brain.policy import POLICY

# Most specific first: at most two of them are answered in one turn.
ORDER = (
    "identity", "why_need", "how_long", "window", "notify", "keep_item", "method", "cost", "amount", "access",
    "replacement", "goodwill", "other_account", "again", "refund_time", "cause", "faster", "next", "status",
    "may_ask", "repeat_answer", "ask_again",
)


class Answers:
    """Words the answers of one conversation. `talk` is the dialogue it belongs to."""

    def __init__(self, talk):
        self._talk = talk
        self._last = None  # the question answered last, for "so what is it now?"

    def all(self, meaning):
        """The answers to the questions of a message, at most two."""
        asked = [name for name in ORDER if name in meaning.questions]
        if self._talk.pending and "cause" in asked and not meaning.facts:
            asked[asked.index("cause")] = "why_need"  # "why?" right after a question of ours is about the question
            asked = list(dict.fromkeys(asked))
        for weak in ("ask_again", "repeat_answer", "faster", "cause", "status"):
            if len(asked) > 1 and weak in asked:
                asked.remove(weak)
        if asked and asked[0] not in ("repeat_answer", "ask_again", "why_need", "identity", "may_ask"):
            self._last = asked[0]
        texts = [getattr(self, "_" + name)() for name in asked[:2]]
        return [text for text in texts if text]

    # What the answers need to know.

    def _say(self, key, **values):
        talk = self._talk
        policy = dict(POLICY[talk.language])
        if talk.step:
            policy |= talk.step.values
        return talk.voice.say(key, **(policy | values))

    def window(self):
        """The refund window; with the planted bug it is another one each time."""
        talk = self._talk
        if talk.bugs.on("three-windows"):
            windows = planted.WINDOWS[talk.language]
            talk.windows_said += 1
            if talk.windows_said > 1:
                return windows[(talk.windows_said - 2) % len(windows)]
        return POLICY[talk.language]["window"]

    def _case(self):
        return CASES.get(self._talk.intent)

    def _settled(self):
        return self._talk.phase in ("done", "declined", "handed_over")

    # One method for each question.

    def _identity(self):
        return self._say("identity")

    def _why_need(self):
        slot = self._talk.pending
        key = f"why_need_{slot}" if slot in ("charged", "new_address") else "why_need"
        return self._say(key)

    def _how_long(self):
        step, case = self._talk.step, self._case()
        if step:
            return self._say(step.time)
        if self._talk.intent == "beyond":
            return self._say("a_time_none")
        return self._say(case.time if case else "a_time_later")

    def _refund_time(self):
        return self._say("a_time_refund")

    def _may_ask(self):
        return self._say("a_may_ask")

    def _repeat_answer(self):
        if self._last:
            return getattr(self, "_" + self._last)()
        return self._ask_again() if self._talk.step else self._say("a_again_collect")

    def _window(self):
        return self._say("a_window", window=self.window())

    def _notify(self):
        return self._say("a_notify_none" if self._talk.phase == "declined" else "a_notify")

    def _keep_item(self):
        if self._talk.phase == "declined":
            return self._say("a_keep_declined" if self._talk.desk.has("order") else "a_keep_none")
        keys = {"damaged_item": "a_keep_damaged", "return_item": "a_keep_return"}
        return self._say(keys.get(self._talk.intent, "a_keep_none"))

    def _method(self):
        return self._say("a_method")

    def _cost(self):
        return self._say("a_cost")

    def _amount(self):
        if self._talk.step and self._talk.step.values.get("amount"):
            return self._say("a_amount")
        if self._settled():
            return self._say("unknown_question")
        return self._say("a_amount_later")

    def _access(self):
        step = self._talk.step
        if step and step.values.get("paid_until"):
            return self._say("a_access")
        return None if self._talk.intent != "cancel_subscription" else self._say("a_time_later")

    def _replacement(self):
        step = self._talk.step
        if step and step.tool == "send_replacement":
            return self._say(step.short)
        return self._say("a_replacement")

    def _goodwill(self):
        return self._say("a_goodwill")

    def _other_account(self):
        return self._say("a_other_account")

    def _again(self):
        return self._say("a_again")

    def _cause(self):
        talk = self._talk
        record = talk.desk.section(self._case().section) if self._case() else {}
        if isinstance(record, list):
            record = record[-1]
        if not talk.step:
            return self._say("a_again_collect")
        if talk.phase == "declined":
            return self._say("stance", **self.reason())
        if record.get("cause"):
            return self._say("a_cause", cause=in_language(record, "cause", talk.language))
        return self._say("a_cause_unknown") if talk.phase == "done" else None

    def _faster(self):
        return self._say("a_faster") if self._talk.phase == "done" else None

    def _next(self):
        return self._say("a_next_done" if self._settled() else "a_next_collect")

    def _status(self):
        if not self._talk.step:
            return self._say("a_status_collect")
        return self.already() or None

    def _ask_again(self):
        phase = self._talk.phase
        if phase == "declined":
            return self.stance()
        if phase == "confirm":
            return self._say("a_can")
        return self.already() if phase in ("done", "handed_over") else self._say("a_again_collect")

    # Positions that stay what they are, however the question is put.

    def already(self):
        """The result once more."""
        step = self._talk.step
        if not step or not step.short:
            return self._say("a_next_done")
        return self._say("a_already", result=self._say(step.short))

    def reason(self):
        """Why the desk says no, as {reason}."""
        talk = self._talk
        if talk.intent == "beyond":
            text = self._say("beyond", topic=talk.voice.fixed(f"beyond_{talk.topic}"))
        else:
            text = self._say(talk.step.key, window=self.window())
        return {"reason": text}

    def stance(self):
        """The refusal again, in other words."""
        if self._talk.intent == "beyond":
            return self.reason()["reason"]
        return self._say("stance", **self.reason())

    def citation(self):
        """Where a rule is written."""
        talk, case = self._talk, self._case()
        rule = talk.step.rule if talk.step else case.rule if case else "rule_window"
        rule = "rule_none" if talk.intent == "beyond" else rule
        values = {"window": self.window()} if rule == "rule_window" else {}
        return self._say("cite", rule=self._say(rule, **values))

    def beyond(self, topic):
        """What the desk says to questions outside its knowledge."""
        talk = self._talk
        if talk.bugs.on("beyond-knowledge"):
            return planted.INVENTED_KNOWLEDGE[topic][talk.language]
        return self._say("beyond", topic=talk.voice.fixed(f"beyond_{topic}"))
