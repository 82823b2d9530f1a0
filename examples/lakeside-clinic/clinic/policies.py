"""The house rules as numbers and words: what fills the phrases of wording_*.py. They come with the conversation's context."""

DEFAULTS = {
    "doctor": "Dr. Adler", "address": "12 Harbour Road", "appointment_minutes": 20, "free_parking_hours": 2, "notice_hours": 24,
    "renewal_days": 2, "results_days": 3, "desk_hours": ["8:00", "18:00"], "nurse_hours": ["7:00", "22:00"], "emergency": "112",
}
UNITS = {
    "en": {"minutes": "minutes", "hours": "hours", "days": "business days", "to": "to"},
    "de": {"minutes": "Minuten", "hours": "Stunden", "days": "Werktagen", "to": "bis"},
}


class Policies:
    def __init__(self, house):
        self.house = {**DEFAULTS, **house}
        self.fees = self.house.get("fees", {})

    def late(self, booking):
        return booking.get("hours_until", self.house["notice_hours"]) < self.house["notice_hours"]

    def late_fee(self):
        return self.fees.get("late", 35)

    def fields(self, language, money):
        """Everything a rule may mention. `money` says an amount ("€35"); lazily, since most answers name none."""
        house, unit = self.house, UNITS[language]
        contracts = self.house.get("contracts", [])
        return Lazy({
            "doctor": house["doctor"],
            "address": house["address"],
            "emergency": house["emergency"],
            "appointment_length": f"{house['appointment_minutes']} {unit['minutes']}",
            "parking": f"{house['free_parking_hours']} {unit['hours']}",
            "notice": f"{house['notice_hours']} {unit['hours']}",
            "renewal_time": f"{house['renewal_days']} {unit['days']}",
            "results_time": f"{house['results_days']} {unit['days']}",
            "desk_hours": f" {unit['to']} ".join(house["desk_hours"]),
            "nurse_hours": f" {unit['to']} ".join(house["nurse_hours"]),
            "copay_insurers": {"en": " or ", "de": " oder "}[language].join(contracts) or "-",
            "fee": lambda: money(self.late_fee()),
            "price": lambda: money(self.fees.get("visit", 85)),
            "copay": lambda: money(self.fees.get("copay", 15)),
        })


class Lazy(dict):
    def __getitem__(self, key):
        value = super().__getitem__(key)
        return value() if callable(value) else value
