"""Tells readers that a stream of events has news. The message is empty: readers fetch what they lack.

Within one process this is a set of callbacks; several nodes will put PostgreSQL's LISTEN/NOTIFY behind the same calls.
"""

from collections import defaultdict
from collections.abc import Callable

ANY = ""


class Broker:
    """Wakes whoever follows a stream, or all; on the server's loop."""

    def __init__(self) -> None:
        self._followers: defaultdict[str, set[Callable[[], None]]] = defaultdict(set)

    def follow(self, stream: str, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` at news of `stream`; returns the function that ends it."""
        self._followers[stream].add(wake)

        def stop() -> None:
            self._followers[stream].discard(wake)
            if not self._followers[stream]:
                del self._followers[stream]

        return stop

    def follow_all(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` at news of any stream; returns the function that ends it."""
        return self.follow(ANY, wake)

    def wake(self, stream: str) -> None:
        """There is news of `stream`."""
        for followed in (stream, ANY):
            for wake in tuple(self._followers.get(followed, ())):
                wake()
