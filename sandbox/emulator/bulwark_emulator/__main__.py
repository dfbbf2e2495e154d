"""`python -m bulwark_emulator`: prints one JSON line when it is ready, and runs until it is ended."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from . import server
from .settings import settings


TOKEN = "BULWARK_TOKEN"
"""Names what the control paths demand in x-bulwark-token. Arguments stand in the list of processes for all to read."""


def take_token() -> str:
    """The token, which nothing that is started later finds in its environment any more."""
    return os.environ.pop(TOKEN, "")


def main() -> None:
    """Starts the emulator."""
    parser = argparse.ArgumentParser(
        prog="bulwark_emulator", description=__doc__, epilog=f"{TOKEN}: token of the control paths", allow_abbrev=False
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; a free one when left out")
    parser.add_argument("--gateway", help="endpoint that functions use; the emulator's own when left out")
    parser.add_argument("--state", type=Path, default=Path(".bulwark-state"), help="folder for the functions' code")
    parser.add_argument("--speed", type=float, default=20.0, help="how many times faster than AWS waiting goes by")
    arguments = parser.parse_args()
    settings.gateway = arguments.gateway
    settings.token = take_token()
    settings.state = arguments.state.resolve()
    settings.speed = arguments.speed
    settings.state.mkdir(parents=True, exist_ok=True)
    running = server.start(arguments.port)
    ended = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: ended.set())
    sys.stdout.write(json.dumps({"ready": True, "port": running.port}) + "\n")
    sys.stdout.flush()
    ended.wait()
    running.stop()


if __name__ == "__main__":
    main()
