"""A show server that has begun to load before anybody has asked for it: the desktop's own modules take as long to load as the
server's, and there are two processors. It waits for its words and ends, unused, with the pipe. Imports next to nothing.
"""

import atexit
import os
import subprocess
import sys

_spare: "subprocess.Popen[bytes] | None" = None


def spawn(words: list[str]) -> "subprocess.Popen[bytes]":
    """`vitrine serve --embedded` with these words as a child with pipes.

    Ctrl-C in the desktop's terminal is not for it. In a session of its own it would be a scheduling group of its own too (Linux'
    autogroup), and a busy machine has been seen to leave that one without a processor for seconds.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "studio", "serve", "--embedded", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0 if os.name == "posix" else None,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )


def prepare() -> None:
    """Have one; whoever needs a server takes it. When none can be started now, that is said when one is asked for."""
    global _spare
    if _spare is None:
        try:
            _spare = spawn(["--spare"])
        except OSError:
            return
        atexit.register(drop)


def take() -> "subprocess.Popen[bytes] | None":
    """The spare, if there is one and it lives; it waits for its token, and in the next line for its words."""
    global _spare
    spare, _spare = _spare, None
    return spare if spare is not None and spare.poll() is None else None


def drop() -> None:
    """It is not needed."""
    spare = take()
    if spare is not None:
        spare.kill()
        spare.wait()
        for stream in (spare.stdin, spare.stdout, spare.stderr):
            if stream is not None:
                stream.close()
