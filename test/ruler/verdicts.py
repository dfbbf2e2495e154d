"""Answers questions by the matcher of the sandbox, one JSON text a line, as Verdicts.java does by AWS's."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "sandbox" / "emulator"))

from bulwark_emulator import patterns  # noqa: E402


def answer(question: dict[str, list[str]]) -> dict[str, list[Any]]:
    """Whether each pattern is one, and the numbers of those that match, for each event."""
    wanted = [json.loads(text) for text in question["patterns"]]
    refused = [refusal(pattern) for pattern in wanted]
    return {
        "refused": refused,
        "matches": [
            [
                number
                for number, pattern in enumerate(wanted)
                if refused[number] is None and patterns.matches(pattern, event)
            ]
            for event in map(json.loads, question["events"])
        ],
    }


def refusal(pattern: Any) -> str | None:
    """Why it is no pattern."""
    try:
        patterns.compiled(json.dumps(pattern))
    except ValueError as error:
        return str(error)
    return None


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
