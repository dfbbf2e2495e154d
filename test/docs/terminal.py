"""Runs a command on a terminal of its own and says yes where it asks, as the person who pasted it would.

    python3 terminal.py COMMAND [ARGUMENT...]

What the command shows goes to standard output; its exit code is this program's.
"""

import fcntl
import os
import pty
import re
import signal
import struct
import sys
import termios

QUESTION = re.compile(rb"[\[(]y/n[\])][?:]? *$", re.IGNORECASE)
ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]")
ROWS, COLUMNS = 50, 200


def main(command: list[str]) -> int:
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    # It leads a session of its own; whoever ends this program means what it runs.
    signal.signal(signal.SIGTERM, lambda *_: os.killpg(child, signal.SIGKILL))
    line = b""
    while shown := read(terminal):
        sys.stdout.buffer.write(shown)
        sys.stdout.buffer.flush()
        line = (line + shown).split(b"\n")[-1]
        if QUESTION.search(ESCAPES.sub(b"", line)):
            os.write(terminal, b"y\n")
            line = b""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux tells so that the other side is closed.
        return b""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
