"""The clinic's own systems. Each call is written down (name, arguments, result) and sent along with the answer.

What a conversation may change (slots, bookings, results, prescriptions) comes in with its context; the patient register
is the clinic's own.
"""
import json
from pathlib import Path

REGISTER = json.loads((Path(__file__).parent / "patients.json").read_text(encoding="utf-8"))


class ClinicSystems:
    def __init__(self, context):
        self.customer = context.get("customer") or {}
        self.house = context.get("agent") or {}
        self.calls = []  # of the turn under way

    def _log(self, name, arguments, result):
        self.calls.append({"name": name, "arguments": arguments, "result": result})
        return result

    # Look-ups

    def find_patient(self, **known):
        """By patient_id and date_of_birth, or by name and date_of_birth."""
        found = next((p for p in REGISTER if _is(p, known)), None)
        result = {"found": True, "id": found["id"], "name": found["name"]} if found else {"found": False}
        return self._log("find_patient", known, result)

    def list_slots(self, day, time):
        slots = [dict(slot) for slot in self.house.get("slots", [])]
        return self._log("list_slots", {"day": day, "time": time}, {"slots": slots})["slots"]

    def booking(self):
        bookings = self.customer.get("bookings") or []
        return bookings[0] if bookings else None

    def get_results(self, patient_id):
        results = self.customer.get("results") or []
        return self._log("get_results", {"patient_id": patient_id}, results[0] if results else {"status": "none"})

    def prescription(self):
        prescriptions = self.customer.get("prescriptions") or []
        return prescriptions[0] if prescriptions else None

    def quote_price(self, service, insurer=None):
        fees = self.house.get("fees", {})
        result = {"service": service, "price": fees.get(service)}
        if insurer is not None:
            result["insurer"] = insurer
            result["you_pay"] = fees.get("copay") if insurer in self.house.get("contracts", []) else None
        return self._log("quote_price", {"service": service, "insurer": insurer}, result)

    # Changes

    def book_slot(self, patient_id, slot, **more):
        booking = {"booking": f"BK-{slot['id'][-3:]}", "date": slot["date"], "time": slot["time"]}
        return self._log("book_slot", {"patient_id": patient_id, "slot": slot["id"], "date": slot["date"], "time": slot["time"], **more}, booking)

    def move_booking(self, booking, slot):
        return self._log("move_booking", {"booking": booking, "slot": slot["id"], "date": slot["date"], "time": slot["time"]},
                         {"booking": booking, "date": slot["date"], "time": slot["time"]})

    def cancel_booking(self, booking, fee):
        return self._log("cancel_booking", {"booking": booking, "fee": fee}, {"booking": booking, "status": "cancelled", "fee": fee})

    def waive_fee(self, booking):
        return self._log("waive_fee", {"booking": booking}, {"booking": booking, "fee": 0})

    def add_to_waitlist(self, patient_id, day):
        return self._log("add_to_waitlist", {"patient_id": patient_id, "day": day}, {"status": "waiting"})

    def request_renewal(self, patient_id, prescription):
        return self._log("request_renewal", {"patient_id": patient_id, "prescription": prescription["id"]},
                         {"prescription": prescription["id"], "status": "requested"})

    # People

    def transfer_to_nurse(self, **handover):
        return self._log("transfer_to_nurse", handover, {"queue": "nurse line", "status": "connected"})

    def transfer_to_desk(self, **handover):
        return self._log("transfer_to_desk", handover, {"queue": "front desk", "status": "connected"})


def _is(patient, known):
    if patient["born"] != known.get("date_of_birth"):
        return False
    if known.get("patient_id"):
        return patient["id"] == known["patient_id"]
    return patient["name"].lower() == (known.get("name") or "").lower()
