"""What the desk may claim: the `truth` of scenarios/. Nothing else is said, unless a record or a tool's result says it."""

POLICY = {
    "en": {
        "window": "14 days",
        "refund_time": "3-5 business days",
    },
    "es": {
        "window": "14 días",
        "refund_time": "3-5 días hábiles",
    },
}
