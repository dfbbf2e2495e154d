"""Runs the emulator's tests and writes what became of them: ``python3 test/emulator/run.py --result-file FILE``."""

from __future__ import annotations

import argparse
import json
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Runs all tests beside this file; the exit code is 0 when every one passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--result-file", type=Path, help="where to write {passed, failed, skipped} as JSON")
    options = parser.parse_args()
    suite = unittest.defaultTestLoader.discover(str(HERE), top_level_dir=str(HERE))
    result = unittest.TextTestRunner(verbosity=1).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    counts = {"passed": result.testsRun - failed - skipped, "failed": failed, "skipped": skipped}
    if options.result_file:
        options.result_file.write_text(json.dumps(counts))
    return 0 if failed == 0 and counts["passed"] > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
