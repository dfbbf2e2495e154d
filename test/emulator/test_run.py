"""How run.py counts."""

from __future__ import annotations

import io
import unittest

from run import Result


class Sample(unittest.TestCase):
    """Every way in which a test can end."""

    def passes(self) -> None:
        self.assertTrue(True)

    def fails_twice(self) -> None:
        for number in range(3):
            with self.subTest(number=number):
                self.assertEqual(number, 0)

    def fails_as_expected(self) -> None:
        self.fail("as expected")

    def passes_unexpectedly(self) -> None:
        self.assertTrue(True)

    def is_skipped(self) -> None:
        self.skipTest("for a reason")

    def breaks(self) -> None:
        raise ValueError("broken")

    fails_as_expected = unittest.expectedFailure(fails_as_expected)
    passes_unexpectedly = unittest.expectedFailure(passes_unexpectedly)


class CountingTest(unittest.TestCase):
    def test_each_test_counts_once_by_the_worst_of_it(self) -> None:
        names = ("passes", "fails_twice", "fails_as_expected", "passes_unexpectedly", "is_skipped", "breaks")
        suite = unittest.TestSuite(Sample(name) for name in names)
        result = unittest.TextTestRunner(stream=io.StringIO(), resultclass=Result).run(suite)
        assert isinstance(result, Result)
        counts = result.counts()
        skipped = counts.pop("skippedTests")
        self.assertEqual(counts, {"passed": 2, "failed": 3, "skipped": 1})
        self.assertEqual([name.rsplit(".", 1)[1] for name in skipped], ["is_skipped"])


if __name__ == "__main__":
    unittest.main()
