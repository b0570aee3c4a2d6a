"""Tells readers that a show has news. The message is empty: readers fetch what they lack.

Within one process this is a set of callbacks; several nodes will put PostgreSQL's LISTEN/NOTIFY behind the same calls.
"""

from collections import defaultdict
from collections.abc import Callable


class Broker:
    """Wakes whoever follows a show; on the server's loop."""

    def __init__(self) -> None:
        self._followers: defaultdict[str, set[Callable[[], None]]] = defaultdict(set)

    def follow(self, show: str, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` at news of `show`; returns the function that ends it."""
        self._followers[show].add(wake)

        def stop() -> None:
            self._followers[show].discard(wake)
            if not self._followers[show]:
                del self._followers[show]

        return stop

    def wake(self, show: str) -> None:
        """There is news of `show`."""
        for wake in tuple(self._followers.get(show, ())):
            wake()
