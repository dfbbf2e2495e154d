"""Event patterns match as EventBridge matches them."""

import json
import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "sandbox" / "emulator"))

from bulwark_emulator import patterns  # noqa: E402

CORPUS = Path(os.environ.get("BULWARK_CORPORA", Path(__file__).resolve().parents[3] / "shared" / "corpora"))
CASES = CORPUS / "event_ruler" / "correctness-cases.json"
REFUSED_WORDS = ("missing", "mismatch", "split", "no match", "fail", "exists-false: present", "empty")
"""The corpus tells the verdict in the case's name."""

TABLE = [
    ("text", ["a"], "a", True),
    ("text is no number", ["1"], 1, False),
    ("numbers are equal by value", [300], 300.0, True),
    ("true is not one", [1], True, False),
    ("null", [None], None, True),
    ("null is not absent", [None], patterns.MISSING, False),
    ("prefix", [{"prefix": "ab"}], "abc", True),
    ("prefix ignoring case", [{"prefix": {"equals-ignore-case": "AB"}}], "abc", True),
    ("suffix", [{"suffix": ".png"}], "a.png", True),
    ("suffix ignoring case", [{"suffix": {"equals-ignore-case": ".PNG"}}], "a.png", True),
    ("equals-ignore-case", [{"equals-ignore-case": "Alice"}], "aLICE", True),
    ("anything-but", [{"anything-but": ["a", "b"]}], "c", True),
    ("anything-but a member", [{"anything-but": ["a", "b"]}], "b", False),
    ("anything-but does not match an absent field", [{"anything-but": "a"}], patterns.MISSING, False),
    ("anything-but number", [{"anything-but": 5}], 6, True),
    ("anything-but prefix", [{"anything-but": {"prefix": "init"}}], "initial", False),
    ("anything-but prefixes", [{"anything-but": {"prefix": ["a", "b"]}}], "cat", True),
    ("anything-but suffix", [{"anything-but": {"suffix": ".png"}}], "a.jpg", True),
    ("anything-but wildcard", [{"anything-but": {"wildcard": "*/lib/*"}}], "a/lib/b", False),
    ("anything-but ignoring case", [{"anything-but": {"equals-ignore-case": ["init"]}}], "INIT", False),
    ("numeric range", [{"numeric": [">", 0, "<=", 5]}], 5, True),
    ("numeric on text", [{"numeric": [">", 0]}], "5", False),
    ("exists", [{"exists": True}], None, True),
    ("absent", [{"exists": False}], patterns.MISSING, True),
    ("cidr", [{"cidr": "10.0.0.0/24"}], "10.0.0.255", True),
    ("cidr of IPv6", [{"cidr": "2001:db8::/32"}], "2001:db8::1", True),
    ("cidr on a name", [{"cidr": "10.0.0.0/24"}], "cloudtrail.amazonaws.com", False),
    ("wildcard", [{"wildcard": "dir/*.png"}], "dir/a.png", True),
    ("wildcard with a real star", [{"wildcard": "a\\*b"}], "axb", False),
    ("one of several", [{"prefix": "x"}, "y"], "y", True),
    ("an array matches by any element", ["a"], ["b", "a"], True),
    ("an empty array does not exist", [{"exists": True}], [], False),
]


class Patterns(unittest.TestCase):
    def test_operators(self) -> None:
        for title, wanted, value, verdict in TABLE:
            with self.subTest(title):
                event = {} if value is patterns.MISSING else {"field": value}
                self.assertIs(patterns.matches({"field": wanted}, event), verdict)

    def test_or_takes_one_of_its_alternatives(self) -> None:
        pattern = {"source": ["aws.ec2"], "$or": [{"detail": {"a": [1]}}, {"detail": {"b": [2]}}]}
        self.assertTrue(patterns.matches(pattern, {"source": "aws.ec2", "detail": {"b": 2}}))
        self.assertFalse(patterns.matches(pattern, {"source": "aws.ec2", "detail": {"a": 2, "b": 1}}))

    def test_agrees_with_event_ruler(self) -> None:
        if not CASES.exists():
            self.skipTest(f"THE CORPUS IS NOT THERE: set BULWARK_CORPORA ({CASES})")
        for case in json.loads(CASES.read_text()):
            with self.subTest(case["name"]):
                expected = not any(word in case["name"] for word in REFUSED_WORDS)
                self.assertIs(patterns.matches(case["rule"], case["event"]), expected)
