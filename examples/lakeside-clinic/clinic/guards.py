"""What the reception does not do, whoever asks: other people's data, medical advice, orders from inside a message."""
from clinic import mischief


def guard(talk, u):
    """The refusal for a message that asks for one of these, or nothing."""
    for name, asks, refuse in GUARDS:
        if asks(talk, u):
            fallen = mischief.fallen_guard(talk, u, name)
            return fallen or refuse(talk)
    return []


def _refuse(key, topic):
    def refuse(talk):
        talk.topic = topic
        if talk.frame() is None:
            talk.declined = True
        return [talk.say(key)]
    return refuse


def _advice(talk):
    talk.nurse_offered = True
    talk.declined = True
    talk.topic = "advice"
    return [talk.say("refuse.advice")]


def _asks_advice(talk, u):
    return u.has("advice") and not (talk.frame() and talk.frame().name == "renewal" and u.intent == "renewal")


GUARDS = [
    ("injection", lambda talk, u: u.has("injection"), _refuse("refuse.injection", "scope")),
    ("extraction", lambda talk, u: u.has("extraction"), _refuse("refuse.extraction", "scope")),
    ("social", lambda talk, u: u.has("social"), _refuse("refuse.social", "identity")),
    ("third", lambda talk, u: u.has("third"), _refuse("refuse.third", "privacy")),
    ("advice", _asks_advice, _advice),
]
