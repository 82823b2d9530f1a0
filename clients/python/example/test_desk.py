"""Runs with pytest, and with `python3 -m unittest` as well."""
import pathlib
import unittest

import desk
import sosia

REHEARSAL = pathlib.Path(__file__).with_name("rehearsal")


def test_customers_get_their_refund():
    sosia.check(desk.answer, REHEARSAL)


class Desk(unittest.TestCase):
    def test_customers_get_their_refund(self):
        result = sosia.check(desk.answer, REHEARSAL)
        self.assertTrue(all(c["outcome"] == "passed" for c in result.conversations))


if __name__ == "__main__":
    unittest.main()
