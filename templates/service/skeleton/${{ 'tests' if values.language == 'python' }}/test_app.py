"""What the service answers."""

import unittest

from app.__main__ import ANSWERS


class Answers(unittest.TestCase):
    """The addresses everybody relies on."""

    def test_says_that_it_is_well(self):
        self.assertEqual(ANSWERS["/healthz"], "ok")


if __name__ == "__main__":
    unittest.main()
