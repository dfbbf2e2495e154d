"""Runs the emulator's tests and writes what became of them: ``python3 test/emulator/run.py --result-file FILE``."""

from __future__ import annotations

import argparse
import json
import sys
import unittest
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


class Result(unittest.TextTestResult):
    """Remembers the worst that became of each test, by its id: a test with subtests is one test, however many fail."""

    ORDER = ("passed", "skipped", "failed")

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.outcomes: dict[str, str] = {}

    def note(self, test: Any, outcome: str) -> None:
        """A subtest counts for the test that it is part of."""
        name = getattr(test, "test_case", test).id()
        self.outcomes[name] = max(self.outcomes.get(name, "passed"), outcome, key=self.ORDER.index)

    def addSuccess(self, test: Any) -> None:
        super().addSuccess(test)
        self.note(test, "passed")

    def addError(self, test: Any, err: Any) -> None:
        super().addError(test, err)
        self.note(test, "failed")

    def addFailure(self, test: Any, err: Any) -> None:
        super().addFailure(test, err)
        self.note(test, "failed")

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        super().addSubTest(test, subtest, err)
        self.note(test, "passed" if err is None else "failed")

    def addSkip(self, test: Any, reason: str) -> None:
        super().addSkip(test, reason)
        self.note(test, "skipped")

    def addExpectedFailure(self, test: Any, err: Any) -> None:
        super().addExpectedFailure(test, err)
        self.note(test, "passed")

    def addUnexpectedSuccess(self, test: Any) -> None:
        super().addUnexpectedSuccess(test)
        self.note(test, "failed")

    def counts(self) -> dict[str, Any]:
        """How many of each, and the names of those that were skipped."""
        named = {each: [name for name, outcome in self.outcomes.items() if outcome == each] for each in self.ORDER}
        return {**{each: len(names) for each, names in named.items()}, "skippedTests": sorted(named["skipped"])}


def main() -> int:
    """Runs all tests beside this file; the exit code is 0 when every one passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--result-file", type=Path, help="where to write {passed, failed, skipped, skippedTests} as JSON")
    options = parser.parse_args()
    suite = unittest.defaultTestLoader.discover(str(HERE), top_level_dir=str(HERE))
    result = unittest.TextTestRunner(verbosity=1, resultclass=Result).run(suite)
    assert isinstance(result, Result)
    counts = result.counts()
    if options.result_file:
        options.result_file.write_text(json.dumps(counts))
    return 0 if counts["failed"] == 0 and counts["passed"] > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
