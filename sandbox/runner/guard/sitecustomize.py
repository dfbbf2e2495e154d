"""Loaded by Python at start when this folder is on PYTHONPATH: nothing gets further than loopback, names included.

It also ends the process when the one that started it is gone, however that ended: the emulator's standard input is a pipe
that nobody else holds.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from typing import Any


def _is_loopback(host: Any) -> bool:
    if host is None or host in ("", b""):
        return True
    name = (host.decode("idna") if isinstance(host, bytes) else str(host)).lower().rstrip(".")
    return name in ("localhost", "::1") or name.startswith(("127.", "::ffff:127."))


def _refuse(what: str, host: Any) -> None:
    path = os.environ.get("BULWARK_REFUSED_LOG")
    if path:
        entry = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "pid": os.getpid()}
        with open(path, "a", encoding="utf-8") as log:
            log.write(json.dumps({**entry, "what": what, "host": str(host)}) + "\n")
    raise PermissionError(f"The sandbox refused {what} {host}: nothing of it leaves this machine.")


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):
        return
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        # A path is a socket of this machine; sendmsg on a connected socket has no address.
        if isinstance(address, tuple) and not _is_loopback(address[0]):
            _refuse("a connection to", address[0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        if not _is_loopback(arguments[0]):
            _refuse("a look-up of", arguments[0])


def _end_with_parent() -> None:
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    os.kill(os.getpid(), signal.SIGTERM)


sys.addaudithook(_guard)
if os.environ.pop("BULWARK_END_WITH_STDIN", ""):
    threading.Thread(target=_end_with_parent, daemon=True, name="end-with-parent").start()
