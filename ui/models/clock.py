"""Times as people read them."""

import time


def elapsed(seconds: float) -> str:
    """`00:24:37`."""
    whole = max(0, int(seconds))
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def left(seconds: float) -> str:
    """`1:48`, or `−0:20` when the time is over."""
    sign, rest = ("−", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{int(rest) // 60}:{int(rest) % 60:02}"


def clock_time(at_ms: int) -> str:
    """`20:24`, of Unix milliseconds, where this machine is."""
    return time.strftime("%H:%M", time.localtime(at_ms / 1000))
