"""`python -m bulwark_emulator`: prints one JSON line when it is ready, and runs until it is ended."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from . import server
from .settings import settings


def main() -> None:
    """Starts the emulator."""
    parser = argparse.ArgumentParser(prog="bulwark_emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; a free one when left out")
    parser.add_argument("--gateway", help="endpoint that functions use; the emulator's own when left out")
    parser.add_argument("--token", default="", help="what the control paths demand in x-bulwark-token")
    parser.add_argument("--state", type=Path, default=Path(".bulwark-state"), help="folder for the functions' code")
    parser.add_argument("--speed", type=float, default=20.0, help="how many times faster than AWS waiting goes by")
    arguments = parser.parse_args()
    settings.gateway = arguments.gateway
    settings.token = arguments.token
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
