"""Small help for pattern tables."""

import re


def any_of(*patterns):
    """One compiled pattern that matches wherever any of the given ones does."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
