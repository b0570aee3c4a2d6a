"""How many may be somewhere at once, and how many of one address, so that nobody crowds out everybody else."""

from collections import Counter

from studio.errors import Overloaded
from studio.i18n import N_

CROWDED = 0.5
"""While less of it is taken, anybody may have as many as they like: an office or a phone network stands behind one address."""
SHARE, LEAST = 0.05, 10
"""What one address may have of the rest; and never fewer."""


class Place:
    """Somebody's place, until `release`, which may be called as often as one likes."""

    __slots__ = ("_address", "_places")

    def __init__(self, places: "Places", address: str) -> None:
        self._places: Places | None = places
        self._address = address

    def release(self) -> None:
        """Give it back."""
        places, self._places = self._places, None
        if places is not None:
            places._give_back(self._address)

    def __enter__(self) -> "Place":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class Places:
    """`most` at once. Without `shared` an address may have all of them: they are all this machine's."""

    def __init__(self, most: int, *, shared: bool = True, full: str = N_("The show is full")) -> None:
        self.most = most
        self._shared = shared
        self._full = full
        self._taken: Counter[str] = Counter()
        self.count = 0

    def free(self, address: str) -> bool:
        """Whether there is one for somebody of `address`."""
        if self.count >= self.most:
            return False
        crowded = self._shared and self.count >= self.most * CROWDED
        return not crowded or self._taken[address] < max(LEAST, int(self.most * SHARE))

    def look(self, address: str) -> None:
        """Raises `Overloaded` when there is none."""
        if not self.free(address):
            raise Overloaded(self._full)

    def take(self, address: str) -> Place:
        """One; raises `Overloaded`."""
        self.look(address)
        self._taken[address] += 1
        self.count += 1
        return Place(self, address)

    def _give_back(self, address: str) -> None:
        self.count -= 1
        self._taken[address] -= 1
        if self._taken[address] <= 0:
            del self._taken[address]
