"""The server's clock, as far as it can be known here."""

import time
from collections.abc import Callable


def _here_ms() -> float:
    return time.monotonic() * 1000


class ServerClock:
    """Goes on from what the server said last: this machine's clock may be wrong, and may be put right in a call. `here_ms` only
    has to go on evenly."""

    def __init__(self, here_ms: Callable[[], float] = _here_ms) -> None:
        self._here_ms = here_ms
        self._said = 0
        self._ahead: float | None = None

    def said(self, at_ms: int) -> None:
        """The server told what time it was."""
        if at_ms and at_ms != self._said:
            self._said = at_ms
            self._ahead = at_ms - self._here_ms()

    def now_ms(self) -> int:
        """What time it is there, in Unix milliseconds; this machine's until the server has said it."""
        return round(self._here_ms() + self._ahead) if self._ahead is not None else round(time.time() * 1000)
