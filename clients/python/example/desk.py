"""A refund desk in a few lines; `python3 desk.py` serves it over standard input and output."""
import sosia


def answer(turn):
    said = " ".join(m["content"] for m in turn.messages if m["role"] == "user")
    if "A-10023" not in said:
        return f"I'm sorry to hear that. Could you give me your order number? (ticket {turn.turn})"
    if not any("refunded" in m["content"] for m in turn.messages if m["role"] == "assistant"):
        turn.used("issue_refund", {"order_id": "A-10023"}, "ok")
        return "Thank you. I've refunded the duplicate charge of $49.00 for order A-10023."
    return f"The refund takes 3-5 business days. Is there anything else? (ticket {turn.turn})"


def forgetful(turn):
    """The same desk on a bad day: says that it refunded and never does."""
    reply = answer(turn)
    turn.reported.clear()
    return reply


if __name__ == "__main__":
    sosia.serve(answer)
