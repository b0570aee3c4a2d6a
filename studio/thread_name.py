"""A thread's name in the system's eyes, for `top -H`, `perf` and `vitrine bench`: Python 3.11 keeps its own to itself."""

import contextlib
import ctypes
import functools
import sys
import threading

PR_SET_NAME = 15
LONGEST = 15


def name_thread() -> None:
    """Give the calling thread the name that Python knows it by (Linux; prctl(2))."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            _system().prctl(PR_SET_NAME, threading.current_thread().name.encode()[:LONGEST], 0, 0, 0)


@functools.cache
def _system() -> ctypes.CDLL:
    return ctypes.CDLL(None)
