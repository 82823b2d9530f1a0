"""What the desk may claim. Equal to `truth` in scenarios/: whatever is not here, in the customer's record or in a tool's result is not said."""

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
