"""The kinds of request the desk settles: what each needs to know, where it looks, what comes of it."""

from dataclasses import dataclass, field

from brain.desk import in_language
from brain.words import MONTHS_EN, date_text

OPTIONAL = {"charged"}  # facts that help, but that the desk can do without


@dataclass
class Step:
    """What comes of a look-up."""

    kind: str  # "confirm" (ask before acting), "done", "declined", "handover"
    key: str  # how it is worded
    values: dict = field(default_factory=dict)
    short: str = ""  # the result in a few words, for later questions
    tool: str = ""  # what to call when it goes ahead
    arguments: dict = field(default_factory=dict)
    done_key: str = ""  # "confirm": wording afterwards
    rule: str = "rule_window"
    time: str = "a_time_none"


@dataclass
class Case:
    """One kind of request."""

    needs: tuple
    tool: str
    section: str
    assess: object
    fits: object = None  # tells cases with the same section apart
    rule: str = "rule_window"
    time: str = "a_time_later"


def day_of_year(text):
    """"March 14" as a sortable number."""
    month, _, day = str(text).partition(" ")
    return MONTHS_EN.index(month) * 31 + int(day) if month in MONTHS_EN else 0


def _closed(record, today):
    return bool(record.get("return_by")) and day_of_year(today) > day_of_year(record["return_by"])


def _values(record, language, *names):
    return {name: in_language(record, name, language) for name in names}


def _duplicate(desk, facts, language):
    charges = desk.section("charges")
    first, second = charges[0], charges[-1]
    values = _values(second, language, "amount", "date", "drops_off", "return_by")
    if second.get("status") == "pending":
        return Step("declined", "declined_hold", values, rule="rule_hold", time="a_hold")
    if _closed(second, desk.today):
        return Step("declined", "declined_charge_window", values)
    given = facts.get("charged")
    shown = date_text(given, language) if given else values["date"]
    if shown == values["date"]:
        key = "confirm_duplicate"
    else:
        key, values["given"] = "confirm_duplicate_other", shown
    arguments = {"amount": first["amount"], "charge_date": values["date"], "reason": "duplicate charge"}
    return Step(
        "confirm", key, values, "short_duplicate", "issue_refund", arguments, "done_duplicate", "rule_duplicate",
        "a_time_refund",
    )


def _damaged(desk, facts, language):
    order = desk.section("order")
    values = _values(order, language, "item", "amount", "return_by")
    if _closed(order, desk.today):
        return Step("declined", "declined_window", values)
    arguments = {"amount": order["amount"], "reason": "damaged item"}
    return Step(
        "confirm", "confirm_damaged", values, "short_damaged", "issue_refund", arguments, "done_damaged",
        time="a_time_refund",
    )


def _return(desk, facts, language):
    order = desk.section("order")
    values = _values(order, language, "item", "amount", "return_by") | {"email": facts["email"]}
    if order.get("final_sale"):
        return Step("declined", "declined_final_sale", values, rule="rule_final")
    if _closed(order, desk.today):
        return Step("declined", "declined_window", values)
    arguments = {"email": facts["email"], "reason": "change of mind"}
    return Step(
        "confirm", "confirm_return", values, "short_return", "create_return", arguments, "done_return",
        time="a_time_return",
    )


def _refund_status(desk, facts, language):
    refund = desk.section("refund")
    values = _values(refund, language, "amount", "sent", "due")
    if refund.get("status") == "sent" and day_of_year(desk.today) > day_of_year(refund["due"]):
        return Step("handover", "handover_refund_overdue", values, time="a_time_trace", rule="rule_time")
    if refund.get("status") == "sent":
        return Step(
            "done", "done_refund_on_way", values, "short_refund_on_way", rule="rule_time",
            time="short_refund_on_way",
        )
    return Step("declined", "declined_no_refund", values, rule="rule_time")


def _late(desk, facts, language):
    parcel = desk.section("parcel")
    values = _values(parcel, language, "eta", "cause")
    cause = values["cause"]
    values["cause_sentence"] = f"{cause[:1].upper()}{cause[1:]}." if cause else ""
    kind = {"lost": "lost", "delayed": "delayed"}.get(parcel.get("status"), "on_time")
    tool = "send_replacement" if kind == "lost" else ""
    arguments = {"reason": "parcel lost by the courier"} if tool else {}
    return Step(
        "done", f"done_parcel_{kind}", values, f"short_parcel_{kind}", tool, arguments, rule="rule_parcel",
        time="a_time_parcel",
    )


def _cancel(desk, facts, language):
    plan = desk.section("subscription")
    values = _values(plan, language, "plan", "paid_until")
    if plan.get("status") == "cancelled":
        return Step(
            "done", "done_already_cancelled", values, "short_already_cancelled", rule="rule_cancel",
            time="a_time_cancel",
        )
    key = "confirm_cancel_annual" if plan.get("annual") else "confirm_cancel"
    return Step(
        "confirm", key, values, "short_cancel", "cancel_subscription", {"plan": plan["plan"]}, "done_cancel",
        "rule_cancel", "a_time_cancel",
    )


def _address(desk, facts, language):
    order = desk.section("order")
    values = _values(order, language, "shipped") | {"address": facts["new_address"]}
    if order.get("status") == "shipped":
        return Step("declined", "declined_shipped", values, rule="rule_address")
    arguments = {"new_address": facts["new_address"]}
    return Step(
        "confirm", "confirm_address", values, "short_address", "update_address", arguments, "done_address",
        "rule_address", "a_time_address",
    )


def _delivered(record):
    return bool(record.get("delivered"))


def _open_order(record):
    return record.get("status") in ("processing", "shipped")


CASES = {
    "duplicate_charge": Case(
        ("order_id", "email", "charged"), "lookup_charges", "charges", _duplicate, rule="rule_duplicate",
        time="a_time_refund",
    ),
    "refund_status": Case(
        ("order_id", "email"), "lookup_refund", "refund", _refund_status, rule="rule_time", time="a_time_later",
    ),
    "late_delivery": Case(("order_id", "email"), "track_parcel", "parcel", _late, rule="rule_parcel"),
    "damaged_item": Case(("order_id", "email"), "lookup_order", "order", _damaged, _delivered, time="a_time_refund"),
    "return_item": Case(("order_id", "email"), "lookup_order", "order", _return, _delivered, time="a_time_return"),
    "cancel_subscription": Case(
        ("order_id", "email"), "lookup_subscription", "subscription", _cancel, rule="rule_cancel",
    ),
    "change_address": Case(
        ("order_id", "email", "new_address"), "lookup_order", "order", _address, _open_order, rule="rule_address",
        time="a_time_address",
    ),
}


def backed(name, desk):
    """Whether the customer's record has what this kind of request is about."""
    case = CASES[name]
    return desk.has(case.section) and (case.fits is None or case.fits(desk.section(case.section)))


def inferred(desk):
    """The kind of request the record itself suggests, for users who never say it."""
    for name in ("duplicate_charge", "refund_status", "late_delivery", "cancel_subscription", "change_address", "return_item"):
        if backed(name, desk):
            return name
    return None
