"""One visit: it ends after half an hour of nothing, or after twelve hours; neither at midnight nor at a new campaign."""

from msgspec import Struct

from studio.relation.days import MINUTE_MS

PAUSE_MS = 30 * MINUTE_MS
LENGTH_MAX_MS = 12 * 60 * MINUTE_MS


class Sessions(Struct, omit_defaults=True):
    """How many there were; `began_ms` and `last_ms` of the newest, and `name`, which behaviours carry."""

    count: int = 0
    began_ms: int = 0
    last_ms: int = 0
    name: str = ""

    def at(self, at_ms: int) -> str:
        """Something is done at a moment, which is no earlier than the last: the session it belongs to."""
        if not self._runs(at_ms):
            self.count += 1
            self.began_ms = at_ms
            self.name = str(at_ms)
        self.last_ms = max(self.last_ms, at_ms)
        return self.name

    def beside(self, at_ms: int) -> str:
        """A server or a file tells of something, so nobody need be here: the session that runs, or else a name for none."""
        return self.name if self._runs(at_ms) else str(at_ms)

    def _runs(self, at_ms: int) -> bool:
        return self.count > 0 and at_ms - self.last_ms <= PAUSE_MS and at_ms - self.began_ms < LENGTH_MAX_MS
